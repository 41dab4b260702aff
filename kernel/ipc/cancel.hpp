// SPDX-License-Identifier: BSD-2-Clause
//
// Cancelling: taking threads out of whatever they wait for.
#pragma once

#include <kernel/object/endpoint.hpp>
#include <kernel/object/notification.hpp>

namespace kernel {

struct KernelState;

/// The thread stops waiting and forgets its fault; if it was blocked it is Inactive afterwards.
void cancel_ipc(KernelState& kernel, Tcb& thread);

/// The first of those who wait, of whom there is one, executes its system call again; who had a
/// fault to tell becomes Inactive.
void restart_first(KernelState& kernel, IpcQueue& queue);

/// As restart_first(), wherever it is in the queue of its endpoint.
void restart_sender(KernelState& kernel, Tcb& sender);

/// As restart_sender(), of all who have waited with this badge since before `caller` began to ask
/// for it. Fails only by preemption; then `caller` has to ask again.
[[nodiscard]] Result<> cancel_badged_sends(KernelState& kernel, Tcb& caller, Endpoint& endpoint,
                                           Badge badge);

/// Inactive, whatever it did; it keeps its scheduling context.
void suspend(KernelState& kernel, Tcb& thread);

/// Starts a thread that was not running, at its fault_ip.
void resume(KernelState& kernel, Tcb& thread);

} // namespace kernel
