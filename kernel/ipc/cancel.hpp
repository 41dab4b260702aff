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

/// Everyone queued starts over, and will then meet a missing capability; who had a fault to tell
/// becomes Inactive.
void cancel_all(KernelState& kernel, Endpoint& endpoint);
void cancel_all(KernelState& kernel, Notification& notification);

/// As cancel_all(), of senders with this badge only.
void cancel_badged_sends(KernelState& kernel, Endpoint& endpoint, Badge badge);

/// Inactive, whatever it did; it keeps its scheduling context.
void suspend(KernelState& kernel, Tcb& thread);

/// Starts a thread that was not running, at its fault_ip.
void resume(KernelState& kernel, Tcb& thread);

} // namespace kernel
