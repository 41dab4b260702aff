// SPDX-License-Identifier: BSD-2-Clause
//
// TCB invocations on when a thread runs, and who is told when it cannot.

#include <kernel/invoke/tcb_internal.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/sched/binding.hpp>
#include <kernel/sched/budget.hpp>

namespace kernel::tcb_invocation {

namespace {

/// The thread whose own limit bounds the priorities that may be given.
Result<Tcb const*> decode_authority(Invocation const& call) {
    auto const* const authority = call.caps[0]->cap.as<Tcb>();
    if (authority == nullptr) {
        return fail(Failure::invalid_capability(1));
    }
    return authority;
}

Result<std::uint8_t> decode_priority(Tcb const& authority, Word priority) {
    if (priority > authority.max_controlled_priority) {
        return fail(Failure::range(0, authority.max_controlled_priority));
    }
    return static_cast<std::uint8_t>(priority);
}

/// The context the thread shall have; null for none.
Result<SchedContext*> decode_sched_context(KernelState const& kernel, Tcb const& thread,
                                           Capability const& cap) {
    if (cap.is_null()) {
        if (&thread == kernel.core.current) {
            return fail(Failure::illegal_operation());
        }
        return nullptr;
    }
    auto* const context = cap.as<SchedContext>();
    if (context == nullptr) {
        return fail(Failure::invalid_capability(2));
    }
    bool const has_another = thread.sched_context != nullptr && thread.sched_context != context;
    bool const is_anothers = context->tcb != nullptr && context->tcb != &thread;
    if (has_another || is_anothers ||
        (thread.blocked() && !(context->configured() && usable(*context, kernel.core.now)))) {
        return fail(Failure::illegal_operation());
    }
    return context;
}

void change_sched_context(KernelState& kernel, Tcb& thread, SchedContext* context) {
    if (context == thread.sched_context) {
        return;
    }
    if (context != nullptr) {
        bind(kernel, *context, thread);
    } else {
        unbind_thread(kernel, *thread.sched_context);
    }
}

} // namespace

Result<> set_priority(KernelState& kernel, Invocation& call) {
    if (!call.has(1, 1)) {
        return fail(Failure::truncated_message());
    }
    auto const& authority = *TRY(decode_authority(call));
    auto const priority = TRY(decode_priority(authority, call.args[0]));
    kernel::set_priority(kernel, target_of(call), priority);
    return {};
}

Result<> set_max_controlled_priority(KernelState&, Invocation& call) {
    if (!call.has(1, 1)) {
        return fail(Failure::truncated_message());
    }
    auto const& authority = *TRY(decode_authority(call));
    target_of(call).max_controlled_priority = TRY(decode_priority(authority, call.args[0]));
    return {};
}

Result<> set_sched_params(KernelState& kernel, Invocation& call) {
    if (!call.has(2, 3)) {
        return fail(Failure::truncated_message());
    }
    auto const& authority = *TRY(decode_authority(call));
    auto const max_controlled_priority = TRY(decode_priority(authority, call.args[0]));
    auto const priority = TRY(decode_priority(authority, call.args[1]));
    auto& thread = target_of(call);
    auto* const context = TRY(decode_sched_context(kernel, thread, call.caps[1]->cap));
    auto const handler = call.caps[2]->cap;
    if (!is_valid_handler(handler)) {
        return fail(Failure::invalid_capability(3));
    }

    TRY(install(kernel, call, Tcb::FaultHandler, handler, *call.caps[2]));
    thread.max_controlled_priority = max_controlled_priority;
    kernel::set_priority(kernel, thread, priority);
    change_sched_context(kernel, thread, context);
    return {};
}

Result<> set_timeout_endpoint(KernelState& kernel, Invocation& call) {
    if (!call.has(0, 1)) {
        return fail(Failure::truncated_message());
    }
    auto const handler = call.caps[0]->cap;
    if (!is_valid_handler(handler)) {
        return fail(Failure::invalid_capability(1));
    }
    return install(kernel, call, Tcb::TimeoutHandler, handler, *call.caps[0]);
}

} // namespace kernel::tcb_invocation
