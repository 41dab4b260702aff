// SPDX-License-Identifier: BSD-2-Clause
//
// The stack of calls.

#include <kernel/debug/assert.hpp>
#include <kernel/ipc/reply_stack.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/sched/binding.hpp>

namespace kernel {

namespace {

void push(SchedContext& context, Reply& reply) {
    kernel_assert(reply.previous == nullptr && reply.next == nullptr && reply.top_of == nullptr);
    if (auto* const former = context.reply_top; former != nullptr) {
        former->top_of = nullptr;
        former->next = &reply;
        reply.previous = former;
    }
    context.reply_top = &reply;
    reply.top_of = &context;
}

/// Takes the top off, and gives the context back to the caller that lent it.
void pop(KernelState& kernel, Reply& reply) {
    auto& context = *std::exchange(reply.top_of, nullptr);
    context.reply_top = std::exchange(reply.previous, nullptr);
    if (context.reply_top != nullptr) {
        context.reply_top->next = nullptr;
        context.reply_top->top_of = &context;
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
        push(*context, reply);
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
    set_state(kernel, thread, ThreadState::Inactive);
}

} // namespace kernel
