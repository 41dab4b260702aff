// SPDX-License-Identifier: BSD-2-Clause
//
// Scheduling-context invocations: whom it pays for.

#include <kernel/invoke/invocation.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/sched/binding.hpp>
#include <kernel/sched/budget.hpp>
#include <kernel/sched/yield.hpp>

namespace kernel {

namespace {

Result<> bind_to_thread(KernelState& kernel, SchedContext& context, Tcb& thread) {
    if (context.tcb != nullptr || thread.sched_context != nullptr ||
        (thread.blocked() && !(context.configured() && usable(context, kernel.core.now)))) {
        return fail(Failure::illegal_operation());
    }
    bind(kernel, context, thread);
    return {};
}

Result<> bind_to_notification(SchedContext& context, Notification& notification) {
    if (context.notification != nullptr || notification.sched_context != nullptr) {
        return fail(Failure::illegal_operation());
    }
    bind(context, notification);
    return {};
}

Result<> bind_object(KernelState& kernel, Invocation const& call, SchedContext& context) {
    if (!call.has(0, 1)) {
        return fail(Failure::truncated_message());
    }
    auto const& cap = call.caps[0]->cap;
    if (auto* const thread = cap.as<Tcb>(); thread != nullptr) {
        return bind_to_thread(kernel, context, *thread);
    }
    if (auto* const notification = cap.as<Notification>(); notification != nullptr) {
        return bind_to_notification(context, *notification);
    }
    return fail(Failure::invalid_capability(1));
}

Result<> unbind(KernelState& kernel, Invocation const& call, SchedContext& context) {
    if (context.tcb == &call.caller) {
        return fail(Failure::illegal_operation());
    }
    unbind_thread(kernel, context);
    unbind_notification(context);
    unbind_reply(context);
    return {};
}

Result<> unbind_object(KernelState& kernel, Invocation const& call, SchedContext& context) {
    if (!call.has(0, 1)) {
        return fail(Failure::truncated_message());
    }
    auto const& cap = call.caps[0]->cap;
    if (auto const* const thread = cap.as<Tcb>(); thread != nullptr) {
        if (context.tcb != thread || thread == &call.caller) {
            return fail(Failure::illegal_operation());
        }
        unbind_thread(kernel, context);
        return {};
    }
    if (auto const* const notification = cap.as<Notification>(); notification != nullptr) {
        if (context.notification != notification) {
            return fail(Failure::illegal_operation());
        }
        unbind_notification(context);
        return {};
    }
    return fail(Failure::invalid_capability(1));
}

Result<> yield_to_thread(KernelState& kernel, Invocation const& call, SchedContext& context,
                         Answer& answer) {
    auto const& caller = call.caller;
    if (context.tcb == nullptr || context.tcb == &caller ||
        context.tcb->priority > caller.max_controlled_priority || caller.yield_to != nullptr) {
        return fail(Failure::illegal_operation());
    }
    yield_to(kernel, call, context, answer);
    return {};
}

} // namespace

Result<> invoke_sched_context(KernelState& kernel, Invocation& call, Answer& answer) {
    auto& context = call.cap().object<SchedContext>();
    switch (api::Invocation{call.label}) {
    case api::Invocation::SchedContextBind: return bind_object(kernel, call, context);
    case api::Invocation::SchedContextUnbind: return unbind(kernel, call, context);
    case api::Invocation::SchedContextUnbindObject: return unbind_object(kernel, call, context);
    case api::Invocation::SchedContextConsumed: answer.add(take_consumed(context)); return {};
    case api::Invocation::SchedContextYieldTo:
        return yield_to_thread(kernel, call, context, answer);
    default: return fail(Failure::illegal_operation());
    }
}

} // namespace kernel
