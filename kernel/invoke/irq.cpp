// SPDX-License-Identifier: BSD-2-Clause
//
// Interrupt invocations: handlers, the notification each signals, and interrupts that software
// sends.

#include <kernel/cap/deletion.hpp>
#include <kernel/cap/derivation.hpp>
#include <kernel/cap/lookup.hpp>
#include <kernel/invoke/invocation.hpp>
#include <kernel/kernel_state.hpp>

namespace kernel {

namespace {

Result<> check_free(IrqTable const& irqs, Word irq) {
    if (!IrqTable::valid(irq)) {
        return fail(Failure::range(0, arch::max_irq));
    }
    if (irqs.state(irq) != IrqState::Inactive) {
        return fail(Failure::revoke_first());
    }
    return {};
}

void make_handler(KernelState& kernel, Slot& control, Slot& destination, Word irq) {
    insert_derived(control, destination, Capability::irq_handler(irq));
    kernel.irqs.set_state(irq, IrqState::Signal);
    arch::unmask(irq);
}

Result<> issue_handler(KernelState& kernel, Invocation& call) {
    if (!call.has(3, 1)) {
        return fail(Failure::truncated_message());
    }
    auto const irq = call.args[0];
    TRY(check_free(kernel.irqs, irq));
    auto& destination = *TRY(lookup_empty_slot(call.caps[0]->cap, call.args[1], call.args[2]));
    make_handler(kernel, call.slot, destination, irq);
    return {};
}

Result<> issue_handler_with_trigger(KernelState& kernel, Invocation& call) {
    if (!call.has(4, 1)) {
        return fail(Failure::truncated_message());
    }
    auto const irq = call.args[0];
    auto const trigger = call.args[1] != 0 ? arch::Trigger::Edge : arch::Trigger::Level;
    TRY(check_free(kernel.irqs, irq));
    auto& destination = *TRY(lookup_empty_slot(call.caps[0]->cap, call.args[2], call.args[3]));
    arch::set_trigger(irq, trigger);
    make_handler(kernel, call.slot, destination, irq);
    return {};
}

Result<> issue_sgi_signal(Invocation& call) {
    if (!call.has(4, 1)) {
        return fail(Failure::truncated_message());
    }
    auto const number = call.args[0];
    auto const target = call.args[1];
    if (number >= arch::sgi_count) {
        return fail(Failure::range(0, arch::sgi_count - 1));
    }
    if (!arch::valid_sgi_target(target)) {
        return fail(Failure::invalid_argument(1));
    }
    auto& destination = *TRY(lookup_empty_slot(call.caps[0]->cap, call.args[2], call.args[3]));
    insert_derived(call.slot, destination, Capability::sgi_signal(number, target));
    return {};
}

Result<> set_notification(KernelState& kernel, Invocation& call) {
    if (!call.has(0, 1)) {
        return fail(Failure::truncated_message());
    }
    auto& source = *call.caps[0];
    if (!source.cap.is(CapKind::Notification) || !source.cap.may(Rights::Write)) {
        return fail(Failure::invalid_capability(0));
    }
    auto& slot = kernel.irqs.slot(call.cap().irq());
    TRY(delete_slot(kernel, slot));
    insert_derived(source, slot, source.cap);
    return {};
}

} // namespace

Result<> invoke_irq_control(KernelState& kernel, Invocation& call, Answer&) {
    switch (api::Invocation{call.label}) {
    case api::Invocation::IrqIssueHandler: return issue_handler(kernel, call);
    case api::Invocation::IrqIssueHandlerTrigger: return issue_handler_with_trigger(kernel, call);
    case api::Invocation::IrqIssueSgiSignal: return issue_sgi_signal(call);
    default: return fail(Failure::illegal_operation());
    }
}

Result<> invoke_irq_handler(KernelState& kernel, Invocation& call, Answer&) {
    auto const irq = call.cap().irq();
    switch (api::Invocation{call.label}) {
    case api::Invocation::IrqAck: arch::unmask(irq); return {};
    case api::Invocation::IrqSetHandler: return set_notification(kernel, call);
    case api::Invocation::IrqClearHandler: return delete_slot(kernel, kernel.irqs.slot(irq));
    default: return fail(Failure::illegal_operation());
    }
}

/// Whatever the message says.
Result<> invoke_sgi_signal(KernelState&, Invocation& call, Answer&) {
    arch::send_sgi(call.cap().sgi_number(), call.cap().sgi_target());
    return {};
}

} // namespace kernel
