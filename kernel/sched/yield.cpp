// SPDX-License-Identifier: BSD-2-Clause
//
// Directed yield.

#include <kernel/invoke/invocation.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/sched/binding.hpp>
#include <kernel/sched/budget.hpp>
#include <kernel/sched/yield.hpp>

namespace kernel {

void yield_to(KernelState& kernel, Invocation const& call, SchedContext& context, Answer& answer) {
    auto& scheduler = kernel.core.scheduler;
    auto& caller = call.caller;
    auto& target = *context.tcb;
    if (context.yield_from != nullptr) {
        complete_yield(*context.yield_from);
    }
    postpone_if_unusable(kernel, context);
    if (!schedulable(target)) {
        answer.add(take_consumed(context));
        return;
    }
    scheduler.dequeue(target);
    if (target.priority < caller.priority) {
        scheduler.enqueue_first(target);
        answer.add(take_consumed(context));
        return;
    }
    if (call.phase.is_call) { // nobody else waits for an answer
        caller.yield_to = &context;
        context.yield_from = &caller;
    }
    scheduler.enqueue_first(caller);
    scheduler.enqueue_first(target);
    reschedule(kernel);
    answer.count = Answer::deferred;
}

void complete_yield(Tcb& yielder) {
    if (yielder.yield_to == nullptr) {
        return;
    }
    auto const consumed = take_consumed(*yielder.yield_to);
    cancel_yield(yielder);
    yielder.context.set_badge(0);
    yielder.context.set_message_info(api::MessageInfo::make(0, 1));
    yielder.context.set_message_word(0, consumed);
}

void cancel_yield(Tcb& yielder) {
    if (yielder.yield_to != nullptr) {
        yielder.yield_to->yield_from = nullptr;
        yielder.yield_to = nullptr;
    }
}

} // namespace kernel
