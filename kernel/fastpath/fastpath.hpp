// SPDX-License-Identifier: BSD-2-Clause
//
// Fast paths: short-cuts through the kernel for what happens most. Each looks first whether
// everything is as it usually is; if not, it returns false and has changed nothing, and the
// general path does the same thing at greater length. The thread is core.current.
//
// None of them looks at the clock. Time goes on being collected for the scheduling context that
// paid before, which is the one that pays afterwards; the timer interrupts when it is used up.
#pragma once

#include <api/types.hpp>

namespace kernel {

using api::Word;
struct KernelState;

/// Call, on an endpoint where a server without a context of its own waits with a reply object.
[[nodiscard]] bool fast_call(KernelState& kernel);

/// ReplyRecv, to a caller that gets its context back, on an endpoint where nobody is sending. The
/// caller may have called, or have had a fault that an answer only resumes from.
[[nodiscard]] bool fast_reply_receive(KernelState& kernel);

/// Send or NBSend, on a notification that nobody waits for.
[[nodiscard]] bool fast_signal(KernelState& kernel);

/// As fast_call(), of the thread's fault handler.
[[nodiscard]] bool fast_vm_fault(KernelState& kernel, Word address, bool is_prefetch,
                                 Word syndrome);

} // namespace kernel
