// SPDX-License-Identifier: BSD-2-Clause
//
// TCB invocations: the table, and those that fit in a few lines.

#include <kernel/invoke/tcb_internal.hpp>
#include <kernel/ipc/cancel.hpp>
#include <kernel/ipc/signal.hpp>

namespace kernel {

namespace tcb_invocation {

namespace {

Result<> bind(Invocation const& call) {
    if (!call.has(0, 1)) {
        return fail(Failure::truncated_message());
    }
    auto& thread = target_of(call);
    auto const& cap = call.caps[0]->cap;
    auto* const notification = cap.as<Notification>();
    if (thread.bound_notification != nullptr || notification == nullptr || !cap.may(Rights::Read) ||
        !notification->waiters.empty() || notification->bound_tcb != nullptr) {
        return fail(Failure::illegal_operation());
    }
    bind_notification(*notification, thread);
    return {};
}

Result<> unbind(Invocation const& call) {
    auto& thread = target_of(call);
    if (thread.bound_notification == nullptr) {
        return fail(Failure::illegal_operation());
    }
    unbind_notification(thread);
    return {};
}

} // namespace

} // namespace tcb_invocation

Result<> invoke_tcb(KernelState& kernel, Invocation& call, Answer& answer) {
    using namespace tcb_invocation;
    switch (api::Invocation{call.label}) {
    case api::Invocation::TcbReadRegisters: return read_registers(kernel, call, answer);
    case api::Invocation::TcbWriteRegisters: return write_registers(kernel, call);
    case api::Invocation::TcbCopyRegisters: return copy_registers(kernel, call);
    case api::Invocation::TcbConfigure: return configure(kernel, call);
    case api::Invocation::TcbSetPriority: return set_priority(kernel, call);
    case api::Invocation::TcbSetMcPriority: return set_max_controlled_priority(kernel, call);
    case api::Invocation::TcbSetSchedParams: return set_sched_params(kernel, call);
    case api::Invocation::TcbSetTimeoutEndpoint: return set_timeout_endpoint(kernel, call);
    case api::Invocation::TcbSetIpcBuffer: return set_ipc_buffer(kernel, call);
    case api::Invocation::TcbSetSpace: return set_space(kernel, call);
    case api::Invocation::TcbSuspend: suspend(kernel, target_of(call)); return {};
    case api::Invocation::TcbResume: resume(kernel, target_of(call)); return {};
    case api::Invocation::TcbBindNotification: return bind(call);
    case api::Invocation::TcbUnbindNotification: return unbind(call);
    case api::Invocation::TcbSetTlsBase: return set_tls_base(kernel, call);
    case api::Invocation::TcbSetFlags: return set_flags(kernel, call, answer);
    default: return fail(Failure::illegal_operation());
    }
}

} // namespace kernel
