// SPDX-License-Identifier: BSD-2-Clause
//
// Faults: what went wrong in a thread becomes a message to its handler, as if the thread had
// called it; the answer may change registers and says whether the thread goes on.
#pragma once

#include <kernel/ipc/message_writer.hpp>

namespace kernel {

struct KernelState;

/// Tells the thread's fault handler. Without one the thread stops.
void raise_fault(KernelState& kernel, Tcb& thread, FaultRecord const& fault);

[[nodiscard]] bool has_timeout_handler(Tcb const& thread);

/// Tells the timeout handler, which there is, that the thread's budget is used up.
void raise_timeout(KernelState& kernel, Tcb& thread);

/// The words of the fault that `faulter` has.
void write_fault_message(Tcb& faulter, MessageWriter& message);

/// Does to `faulter` what the message of `handler` says; whether it shall go on.
[[nodiscard]] bool apply_fault_reply(Tcb& handler, Tcb& faulter);

} // namespace kernel
