// SPDX-License-Identifier: BSD-2-Clause
//
// ReplyRecv: a server answers and waits for the next call.

#include <kernel/cap/lookup.hpp>
#include <kernel/fastpath/fastpath.hpp>
#include <kernel/fastpath/handover.hpp>
#include <kernel/fastpath/message.hpp>
#include <kernel/ipc/send_receive.hpp>
#include <kernel/object/notification.hpp>

namespace kernel {

namespace {

/// The endpoint that the server would wait on; null if it would get something at once, or has a
/// bound notification that lends it time.
[[nodiscard]] Endpoint* quiet_endpoint(Tcb const& server, Capability const& cap) {
    if (!cap.is(CapKind::Endpoint) || !cap.may(Rights::Read)) {
        return nullptr;
    }
    auto const* const bound = server.bound_notification;
    bool const is_quiet = bound == nullptr || (!bound->active && bound->sched_context == nullptr);
    auto& endpoint = cap.object<Endpoint>();
    return is_quiet && !endpoint.has_senders() ? &endpoint : nullptr;
}

/// The answer carries nothing but the order to go on.
[[nodiscard]] bool resumes_only(api::Fault fault) {
    return fault == api::Fault::VmFault || fault == api::Fault::CapFault;
}

/// The caller on `reply`, if the server, who runs and so has a context, works on the time it has
/// lent, and may go on at once.
[[nodiscard]] Tcb* lending_caller(KernelState const& kernel, Tcb const& server,
                                  Reply const& reply) {
    auto* const caller = reply.tcb;
    bool const fits = reply.top_of == server.sched_context && caller->sched_context == nullptr &&
                      !caller->lent_slice_ended && would_run(kernel, server, *caller);
    return fits ? caller : nullptr;
}

void wait(Tcb& server, Endpoint& endpoint, Reply& reply) {
    reply.tcb = &server;
    server.blocking.endpoint = &endpoint;
    server.blocking.reply = &reply;
    server.state = ThreadState::BlockedOnReceive;
    if (endpoint.queue.empty()) [[likely]] {
        endpoint.queue.push_only(server);
    } else {
        enqueue_by_priority(endpoint.queue, server);
    }
}

/// It does again what it could not do.
void resume_faulter(Tcb& faulter) {
    faulter.fault.kind = api::Fault::None;
    faulter.context.next_ip = faulter.context.fault_ip;
}

} // namespace

bool fast_reply_receive(KernelState& kernel) {
    auto& server = *kernel.core.current;
    auto const* const receive_slot = find_slot(server, server.context.capability_register());
    auto const* const reply_slot = find_slot(server, server.context.reply_register());
    if (receive_slot == nullptr || reply_slot == nullptr || !reply_slot->cap.is(CapKind::Reply)) {
        return false;
    }
    auto* const endpoint = quiet_endpoint(server, receive_slot->cap);
    auto& reply = reply_slot->cap.object<Reply>();
    auto* const caller = lending_caller(kernel, server, reply);
    if (endpoint == nullptr || caller == nullptr) {
        return false;
    }
    auto const fault = caller->fault.kind;
    Message message{.info = server.context.message_info()};
    if (fault == api::Fault::None) [[likely]] {
        if (message.info.extra_caps() != 0 || !find_buffers(message, server, *caller)) {
            return false;
        }
        transfer(message, server, *caller, Badge{});
    } else if (resumes_only(fault)) {
        if (message.info.extra_caps() != 0) {
            return false; // a pointer among them may lead nowhere, which is a fault of the server
        }
        resume_faulter(*caller);
    } else {
        return false;
    }
    auto& context = *reply.top_of;
    pop_from_stack(context, reply);
    caller->blocking.reply = nullptr;
    lend(context, server, *caller);
    wait(server, *endpoint, reply);
    ++kernel.core.counters.fast_replies;
    run(kernel, *caller);
    return true;
}

} // namespace kernel
