// SPDX-License-Identifier: BSD-2-Clause
//
// Accounting: time that passes is collected in core.consumed and charged to core.sched_context,
// whichever thread ran on it.
#pragma once

#include <arch/timer.hpp>
#include <kernel/kernel_state.hpp>

namespace kernel {

/// At the start of every kernel entry, and where long operations look at the clock.
inline void update_time(KernelState& kernel) {
    auto const now = arch::now();
    auto const passed = now - kernel.core.now;
    kernel.core.now = now;
    kernel.core.consumed += passed;
    if constexpr (DomainSchedule::accounts_time) {
        kernel.domains.use(passed);
    }
}

/// As check_budget(), by what is left of the budget and not by when it will end.
[[nodiscard]] bool check_budget_exactly(KernelState& kernel);

/// The running thread has budget, and its domain time. Otherwise its slice has been ended: it is
/// queued anew, or waits for a refill, or had a timeout fault.
[[nodiscard]] inline bool check_budget(KernelState& kernel) {
    return kernel.core.now <= kernel.core.slice_end || check_budget_exactly(kernel);
}

/// As check_budget(); if it fails the thread does again later what made it enter the kernel.
[[nodiscard]] inline bool check_budget_or_restart(KernelState& kernel) {
    bool const enough = check_budget(kernel);
    if (!enough && kernel.core.current->runnable()) [[unlikely]] {
        set_state(kernel, *kernel.core.current, ThreadState::Restart);
    }
    return enough;
}

/// After a long operation has been interrupted, which may have ended its own thread or context.
void charge_interrupted(KernelState& kernel);

/// Charges what has been collected, the slice goes on.
void commit_time(KernelState& kernel);

/// The running thread gives up what is left of its head refill.
void yield(KernelState& kernel);

} // namespace kernel
