// SPDX-License-Identifier: BSD-2-Clause
//
// The stack of calls.

#include <kernel/debug/assert.hpp>
#include <kernel/ipc/reply_stack.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/sched/binding.hpp>

namespace kernel {

namespace {

/// Takes the top off, and gives the context back to the caller that lent it. The slice that ended
/// was that of all callers below, too.
void pop(KernelState& kernel, Reply& reply) {
    auto& context = *reply.top_of;
    pop_from_stack(context, reply);
    if (reply.tcb->lent_slice_ended && context.reply_top != nullptr) {
        context.reply_top->tcb->lent_slice_ended = true;
    }
    if (reply.tcb->sched_context == nullptr) {
        donate(kernel, context, *reply.tcb);
    }
}

void cut_links(Reply& reply) {
    if (reply.previous != nullptr) {
        reply.previous->next = nullptr;
    }
    if (reply.next != nullptr) {
        reply.next->previous = nullptr;
    }
    reply.previous = reply.next = nullptr;
}

} // namespace

void push_reply(KernelState& kernel, Reply& reply, Tcb& caller, Tcb& callee, Donation donation) {
    auto* const context = caller.sched_context;
    reply.tcb = &caller;
    caller.blocking.reply = &reply;
    set_state(kernel, caller, ThreadState::BlockedOnReply);
    if (context != nullptr && callee.sched_context == nullptr && donation == Donation::Allowed) {
        kernel_assert(reply.previous == nullptr && reply.next == nullptr);
        push_on_stack(*context, reply);
        donate(kernel, *context, callee);
    }
}

void remove_reply(KernelState& kernel, Reply& reply) {
    if (reply.top_of != nullptr) {
        pop(kernel, reply);
    } else {
        cut_links(reply);
    }
    unlink_reply(kernel, reply);
}

void cancel_reply(KernelState& kernel, Reply& reply) {
    if (reply.top_of != nullptr) {
        unbind_reply(*reply.top_of);
    }
    cut_links(reply);
    unlink_reply(kernel, reply);
}

void unlink_reply(KernelState& kernel, Reply& reply) {
    auto& thread = *std::exchange(reply.tcb, nullptr);
    thread.blocking.reply = nullptr;
    thread.lent_slice_ended = false;
    set_state(kernel, thread, ThreadState::Inactive);
}

} // namespace kernel
