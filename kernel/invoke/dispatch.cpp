// SPDX-License-Identifier: BSD-2-Clause
//
// Dispatch: from the kind of the invoked capability to its handler.

#include <kernel/invoke/invocation.hpp>

namespace kernel {

namespace {

using Handler = Result<> (*)(KernelState&, Invocation&, Answer&);

struct Entry {
    Handler handler;
    bool in_first_phase; // may also be invoked by ReplyRecv, NBSendRecv and NBSendWait
};

Entry entry_for(CapKind kind) {
    switch (kind) {
    case CapKind::Untyped: return {invoke_untyped, true};
    case CapKind::CNode: return {invoke_cnode, false};
    case CapKind::Tcb: return {invoke_tcb, false};
    case CapKind::SchedContext: return {invoke_sched_context, false};
    case CapKind::SchedControl: return {invoke_sched_control, false};
    case CapKind::Domain: return {invoke_domain, false};
    case CapKind::IrqControl: return {invoke_irq_control, true};
    case CapKind::IrqHandler: return {invoke_irq_handler, true};
    case CapKind::SgiSignal: return {invoke_sgi_signal, true};
    case CapKind::Smc: return {invoke_smc, true};
    case CapKind::Frame: return {invoke_frame, true};
    case CapKind::PageTable: return {invoke_page_table, true};
    case CapKind::VSpace: return {invoke_vspace, true};
    case CapKind::AsidControl: return {invoke_asid_control, true};
    case CapKind::AsidPool: return {invoke_asid_pool, true};
    default: return {nullptr, false};
    }
}

} // namespace

Result<> invoke(KernelState& kernel, Invocation& call, Answer& answer, bool first_phase) {
    auto const entry = entry_for(call.cap().kind());
    if (entry.handler == nullptr || (first_phase && !entry.in_first_phase)) {
        return fail(Failure::invalid_capability(0));
    }
    return entry.handler(kernel, call, answer);
}

} // namespace kernel
