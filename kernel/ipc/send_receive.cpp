// SPDX-License-Identifier: BSD-2-Clause
//
// Endpoints: who meets whom, and what becomes of both.

#include <kernel/debug/assert.hpp>
#include <kernel/ipc/cancel.hpp>
#include <kernel/ipc/fault.hpp>
#include <kernel/ipc/send_receive.hpp>
#include <kernel/ipc/signal.hpp>
#include <kernel/ipc/transfer.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/sched/binding.hpp>
#include <kernel/sched/budget.hpp>

namespace kernel {

namespace {

[[nodiscard]] bool has_fault(Tcb const& thread) {
    return thread.fault.kind != api::Fault::None;
}

void block_sender(KernelState& kernel, Tcb& sender, Endpoint& endpoint,
                  SendOptions const& options) {
    sender.blocking = {.endpoint = &endpoint,
                       .badge = options.badge,
                       .since = kernel.core.now,
                       .can_grant = options.may_grant,
                       .can_grant_reply = options.may_grant_reply,
                       .is_call = options.is_call};
    set_state(kernel, sender, ThreadState::BlockedOnSend);
    enqueue_by_priority(endpoint.queue, sender);
}

void block_receiver(KernelState& kernel, Tcb& receiver, Endpoint& endpoint, Reply* reply) {
    receiver.blocking = {.endpoint = &endpoint, .reply = reply};
    if (reply != nullptr) {
        reply->tcb = &receiver;
    }
    set_state(kernel, receiver, ThreadState::BlockedOnReceive);
    enqueue_by_priority(endpoint.queue, receiver);
}

/// Takes the reply object that a blocked receiver brought along.
Reply* take_reply(KernelState& kernel, Tcb& receiver) {
    auto* const reply = receiver.blocking.reply;
    if (reply != nullptr) {
        unlink_reply(kernel, *reply);
    }
    return reply;
}

/// The sender's message has been taken by `receiver`, and it wants an answer.
void await_answer(KernelState& kernel, Tcb& sender, Tcb& receiver, Reply* reply,
                  bool may_be_answered, Donation donation) {
    if (reply != nullptr && may_be_answered) {
        push_reply(kernel, *reply, sender, receiver, donation);
    } else {
        set_state(kernel, sender, ThreadState::Inactive);
    }
}

void receive_from(KernelState& kernel, Tcb& receiver, Endpoint& endpoint, Tcb& sender,
                  Reply* reply) {
    auto const sent = sender.blocking;
    bool const may_be_answered = sent.can_grant || sent.can_grant_reply;
    kernel.sweep.leaves(sender);
    endpoint.queue.remove(sender);
    transfer_message(kernel, sender, receiver,
                     {.endpoint = &endpoint, .badge = sent.badge, .may_grant = sent.can_grant});
    restart_sporadic(kernel, sender);
    if (sent.is_call || has_fault(sender)) {
        bool const is_timeout = sender.fault.kind == api::Fault::Timeout;
        await_answer(kernel, sender, receiver, reply, may_be_answered,
                     is_timeout ? Donation::Never : Donation::Allowed);
    } else {
        set_state(kernel, sender, ThreadState::Running);
        wake(kernel, sender);
    }
}

/// The caller has its answer. It may have to wait for budget or for its turn, or tell that the
/// budget ran out.
void resume_caller(KernelState& kernel, Tcb& caller, api::Fault handled, bool slice_ended) {
    auto* const context = caller.sched_context;
    if (context == nullptr || !context->configured() || !caller.runnable()) {
        return;
    }
    if (usable(*context, kernel.core.now)) {
        slice_ended ? wake_last(kernel, caller) : wake(kernel, caller);
    } else if (has_timeout_handler(caller) && handled != api::Fault::Timeout) {
        raise_timeout(kernel, caller);
    } else {
        postpone(kernel, caller);
    }
}

} // namespace

void enqueue_by_priority(IpcQueue& queue, Tcb& thread) {
    auto* before = queue.back();
    while (before != nullptr && before->priority < thread.priority) {
        before = before->ipc_link.prev;
    }
    queue.insert_before(before != nullptr ? IpcQueue::next(*before) : queue.front(), thread);
}

void requeue_blocked(KernelState& kernel, Tcb& thread) {
    IpcQueue* queue = nullptr;
    switch (thread.state) {
    case ThreadState::BlockedOnSend:
        if (kernel.sweep.covers(thread)) {
            restart_sender(kernel, thread); // its new place could be one that was passed by
            return;
        }
        kernel.sweep.leaves(thread);
        [[fallthrough]];
    case ThreadState::BlockedOnReceive: queue = &thread.blocking.endpoint->queue; break;
    case ThreadState::BlockedOnNotification: queue = &thread.blocking.notification->waiters; break;
    default: return;
    }
    queue->remove(thread);
    enqueue_by_priority(*queue, thread);
}

void send(KernelState& kernel, Tcb& sender, Endpoint& endpoint, SendOptions const& options) {
    if (!endpoint.has_receivers()) {
        if (options.wait == Wait::Block) {
            block_sender(kernel, sender, endpoint, options);
        }
        return;
    }
    auto& receiver = *endpoint.queue.pop_front();
    transfer_message(
        kernel, sender, receiver,
        {.endpoint = &endpoint, .badge = options.badge, .may_grant = options.may_grant});
    auto* const reply = take_reply(kernel, receiver);
    if (options.is_call || has_fault(sender)) {
        await_answer(kernel, sender, receiver, reply, options.may_grant || options.may_grant_reply,
                     options.donation);
    } else if (options.donation == Donation::Allowed && receiver.sched_context == nullptr &&
               sender.sched_context != nullptr) {
        donate(kernel, *sender.sched_context, receiver);
    }
    set_state(kernel, receiver, ThreadState::Running);
    restart_sporadic(kernel, receiver);
    wake(kernel, receiver);
}

void receive(KernelState& kernel, Tcb& receiver, Endpoint& endpoint, Wait wait, Reply* reply) {
    if (reply != nullptr && reply->tcb != nullptr && reply->tcb != &receiver) {
        cancel_ipc(kernel, *reply->tcb);
    }
    auto* const bound = receiver.bound_notification;
    if (bound != nullptr && bound->active) {
        take_signal(kernel, receiver, *bound);
        return;
    }
    if (bound != nullptr && wait == Wait::Block) {
        return_context(kernel, receiver, *bound);
    }
    if (endpoint.has_senders()) {
        receive_from(kernel, receiver, endpoint, *endpoint.queue.front(), reply);
    } else if (wait == Wait::Block) {
        block_receiver(kernel, receiver, endpoint, reply);
    } else {
        receiver.context.set_badge(0);
    }
}

void answer_call(KernelState& kernel, Tcb& sender, Reply& reply, bool may_grant) {
    if (reply.tcb == nullptr || reply.tcb->state != ThreadState::BlockedOnReply) {
        return;
    }
    auto& caller = *reply.tcb;
    bool const slice_ended = caller.lent_slice_ended;
    remove_reply(kernel, reply);
    restart_sporadic(kernel, caller);
    auto const handled = caller.fault.kind;
    if (handled == api::Fault::None) {
        transfer_message(kernel, sender, caller,
                         {.endpoint = nullptr, .badge = {}, .may_grant = may_grant});
        set_state(kernel, caller, ThreadState::Running);
    } else {
        bool const restart = apply_fault_reply(sender, caller);
        caller.fault = {};
        set_state(kernel, caller, restart ? ThreadState::Restart : ThreadState::Inactive);
    }
    resume_caller(kernel, caller, handled, slice_ended);
}

} // namespace kernel
