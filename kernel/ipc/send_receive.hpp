// SPDX-License-Identifier: BSD-2-Clause
//
// Endpoints: sending and receiving messages, and answering calls.
#pragma once

#include <kernel/ipc/reply_stack.hpp>
#include <kernel/object/endpoint.hpp>

namespace kernel {

enum class Wait : bool { Poll, Block };

struct SendOptions {
    Badge badge;
    bool may_grant;       // capabilities, and the right to answer
    bool may_grant_reply; // the right to answer only
    Wait wait;
    bool is_call;
    Donation donation;
};

/// To the receiver that waits first, or queued if `wait` says so, or not at all. A thread with a
/// fault sends that, and becomes a caller.
void send(KernelState& kernel, Tcb& sender, Endpoint& endpoint, SendOptions const& options);

/// From the bound notification, or the sender that waits first. `reply` may be null: then a caller
/// cannot be answered.
void receive(KernelState& kernel, Tcb& receiver, Endpoint& endpoint, Wait wait, Reply* reply);

/// Answers the caller that waits on `reply`, if one does.
void answer_call(KernelState& kernel, Tcb& sender, Reply& reply, bool may_grant);

/// The priority of a thread has changed: gives it its new place among those it waits with.
void requeue_blocked(KernelState& kernel, Tcb& thread);

/// In an endpoint's or notification's queue: by priority, and by arrival within one.
void enqueue_by_priority(IpcQueue& queue, Tcb& thread);

} // namespace kernel
