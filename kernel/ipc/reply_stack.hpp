// SPDX-License-Identifier: BSD-2-Clause
//
// The stack of calls: each reply object on it remembers one caller, and a scheduling context that
// was lent from call to call goes back along it.
#pragma once

#include <kernel/object/reply.hpp>
#include <kernel/object/sched_context.hpp>

#include <utility>

namespace kernel {

struct KernelState;

enum class Donation { Allowed, Never };

/// `caller` waits on `reply` for `callee`, which gets the caller's context if it has none.
void push_reply(KernelState& kernel, Reply& reply, Tcb& caller, Tcb& callee, Donation donation);

/// The caller on `reply` waits no more: it becomes Inactive, and gets back a context that it lent
/// if `reply` is on top. From the middle of a stack, both parts stay apart.
void remove_reply(KernelState& kernel, Reply& reply);

/// The caller waits no more, without being answered: on top, the whole stack is forgotten.
void cancel_reply(KernelState& kernel, Reply& reply);

/// `reply` and the receiver or caller it is attached to part; the thread becomes Inactive.
void unlink_reply(KernelState& kernel, Reply& reply);

// ---- links only ------------------------------------------------------------------------------

/// `reply` is in no stack.
inline void push_on_stack(SchedContext& context, Reply& reply) {
    if (auto* const former = context.reply_top; former != nullptr) {
        former->top_of = nullptr;
        former->next = &reply;
        reply.previous = former;
    }
    context.reply_top = &reply;
    reply.top_of = &context;
}

/// `reply` is the top.
inline void pop_from_stack(SchedContext& context, Reply& reply) {
    reply.top_of = nullptr;
    auto* const below = std::exchange(reply.previous, nullptr);
    context.reply_top = below;
    if (below != nullptr) {
        below->next = nullptr;
        below->top_of = &context;
    }
}

} // namespace kernel
