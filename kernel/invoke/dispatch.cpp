// SPDX-License-Identifier: BSD-2-Clause
//
// Dispatch: from the kind of the invoked capability to its handler.

#include <kernel/invoke/invocation.hpp>

#include <array>

namespace kernel {

namespace {

using Handler = Result<> (*)(KernelState&, Invocation&, Answer&);

Result<> refuse(KernelState&, Invocation&, Answer&) {
    return fail(Failure::invalid_capability(0));
}

/// By kind of capability; as many as a capability has room for.
constexpr std::array<Handler, 32> handlers = [] {
    std::array<Handler, 32> table{};
    table.fill(refuse);
    auto const set = [&table](CapKind kind, Handler handler) {
        table[std::to_underlying(kind)] = handler;
    };
    set(CapKind::Endpoint, invoke_endpoint);
    set(CapKind::Notification, invoke_notification);
    set(CapKind::Reply, invoke_reply);
    set(CapKind::Untyped, invoke_untyped);
    set(CapKind::CNode, invoke_cnode);
    set(CapKind::Tcb, invoke_tcb);
    set(CapKind::SchedContext, invoke_sched_context);
    set(CapKind::SchedControl, invoke_sched_control);
    set(CapKind::Domain, invoke_domain);
    set(CapKind::IrqControl, invoke_irq_control);
    set(CapKind::IrqHandler, invoke_irq_handler);
    set(CapKind::SgiSignal, invoke_sgi_signal);
    set(CapKind::Smc, invoke_smc);
    set(CapKind::Frame, invoke_frame);
    set(CapKind::PageTable, invoke_page_table);
    set(CapKind::VSpace, invoke_vspace);
    set(CapKind::AsidControl, invoke_asid_control);
    set(CapKind::AsidPool, invoke_asid_pool);
    return table;
}();

/// What may not be done in the send phase of ReplyRecv, NBSendRecv and NBSendWait.
[[nodiscard]] bool only_in_calls(CapKind kind) {
    switch (kind) {
    case CapKind::CNode:
    case CapKind::Tcb:
    case CapKind::SchedContext:
    case CapKind::SchedControl:
    case CapKind::Domain: return true;
    default: return false;
    }
}

} // namespace

Result<> invoke(KernelState& kernel, Invocation& call, Answer& answer) {
    auto const kind = call.cap().kind();
    if (call.phase.is_first_phase && only_in_calls(kind)) {
        return fail(Failure::invalid_capability(0));
    }
    return handlers[std::to_underlying(kind)](kernel, call, answer);
}

} // namespace kernel
