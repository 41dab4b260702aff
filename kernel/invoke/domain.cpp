// SPDX-License-Identifier: BSD-2-Clause
//
// Domain invocations: which domain a thread is in, and the schedule of domains.

#include <kernel/invoke/invocation.hpp>
#include <kernel/kernel_state.hpp>

namespace kernel {

namespace {

Result<> set(KernelState& kernel, Invocation const& call) {
    if (!call.has(1)) {
        return fail(Failure::truncated_message());
    }
    auto const domain = call.args[0];
    if (domain >= config::domain_count) {
        return fail(Failure::invalid_argument(0));
    }
    if (!call.has(1, 1)) {
        return fail(Failure::truncated_message());
    }
    auto* const thread = call.caps[0]->cap.as<Tcb>();
    if (thread == nullptr) {
        return fail(Failure::invalid_argument(1));
    }
    set_domain(kernel, *thread, static_cast<std::uint8_t>(domain));
    return {};
}

Result<> configure_slice(KernelState& kernel, Invocation const& call) {
    if (!call.has(3)) {
        return fail(Failure::truncated_message());
    }
    auto const index = call.args[0];
    auto const domain = call.args[1];
    Ticks const duration = call.args[2];
    auto const last = DomainSchedule::length - 1; // stays an end marker
    if (index >= last) {
        return fail(Failure::range(0, last - 1));
    }
    if (domain >= config::domain_count) {
        return fail(Failure::range(0, config::domain_count - 1));
    }
    if (duration > DomainSchedule::max_duration) {
        return fail(Failure::invalid_argument(2));
    }
    DomainSlice const slice{.domain = static_cast<std::uint8_t>(domain), .duration = duration};
    if (slice.is_end() && domain != 0) {
        return fail(Failure::invalid_argument(1));
    }
    if (slice.is_end() && index == kernel.domains.start()) {
        return fail(Failure::invalid_argument(2));
    }
    kernel.domains.slice(index) = slice;
    return {};
}

Result<> set_start(KernelState& kernel, Invocation const& call) {
    if (!call.has(1)) {
        return fail(Failure::truncated_message());
    }
    auto const index = call.args[0];
    if (index >= DomainSchedule::length) {
        return fail(Failure::range(0, DomainSchedule::length - 1));
    }
    if (kernel.domains.slice(index).is_end()) {
        return fail(Failure::invalid_argument(0));
    }
    kernel.domains.restart_at(index);
    kernel.core.scheduler.timer_is_stale = true;
    reschedule(kernel);
    return {};
}

} // namespace

Result<> invoke_domain(KernelState& kernel, Invocation& call, Answer&) {
    switch (api::Invocation{call.label}) {
    case api::Invocation::DomainSetSet: return set(kernel, call);
    case api::Invocation::DomainScheduleConfigure: return configure_slice(kernel, call);
    case api::Invocation::DomainScheduleSetStart: return set_start(kernel, call);
    default: return fail(Failure::illegal_operation());
    }
}

} // namespace kernel
