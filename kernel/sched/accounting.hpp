// SPDX-License-Identifier: BSD-2-Clause
//
// Accounting: time that passes is collected in core.consumed and charged to core.sched_context,
// whichever thread ran on it.
#pragma once

#include <kernel/object/sched_context.hpp>

namespace kernel {

struct KernelState;

/// At the start of every kernel entry, and where long operations look at the clock.
void update_time(KernelState& kernel);

/// The running thread has budget, and its domain time. Otherwise its slice has been ended: it is
/// queued anew, or waits for a refill, or had a timeout fault.
[[nodiscard]] bool check_budget(KernelState& kernel);

/// As check_budget(); if it fails the thread does again later what made it enter the kernel.
[[nodiscard]] bool check_budget_or_restart(KernelState& kernel);

/// After a long operation has been interrupted, which may have ended its own thread or context.
void charge_interrupted(KernelState& kernel);

/// Charges what has been collected, the slice goes on.
void commit_time(KernelState& kernel);

/// The running thread gives up what is left of its head refill.
void yield(KernelState& kernel);

} // namespace kernel
