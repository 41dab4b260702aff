// SPDX-License-Identifier: BSD-2-Clause
//
// Fast paths: short-cuts through the kernel for what happens most. Each looks first whether
// everything is as it usually is; if not, it returns false and has changed nothing, and the
// general path does the same thing at greater length. The thread is core.current.
//
// Those that stay on one scheduling context do not look at the clock: time goes on being collected
// for it, and the timer interrupts when it is used up. So they may take the last microseconds of a
// slice, too few for the general path to begin with.
#pragma once

#include <kernel/cap/capability.hpp>

namespace kernel {

struct KernelState;

/// Call, if `cap` is an endpoint where a server without a context of its own waits with a reply
/// object.
[[nodiscard]] bool fast_call(KernelState& kernel, Capability const& cap);

/// ReplyRecv, to a caller that gets its context back in the slice it lent, on an endpoint where
/// nobody is sending. The caller may have called, or have had a fault that an answer only resumes
/// from.
[[nodiscard]] bool fast_reply_receive(KernelState& kernel);

/// Send or NBSend, on a notification that nobody waits for, or whose first waiter runs at once on
/// a round-robin context of its own.
[[nodiscard]] bool fast_signal(KernelState& kernel);

/// Yield, between threads of one priority with round-robin contexts, the first of which is not
/// lent.
[[nodiscard]] bool fast_yield(KernelState& kernel);

/// As fast_call(), of the thread's fault handler.
[[nodiscard]] bool fast_vm_fault(KernelState& kernel, Word address, bool is_prefetch,
                                 Word syndrome);

} // namespace kernel
