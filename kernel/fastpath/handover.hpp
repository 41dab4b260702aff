// SPDX-License-Identifier: BSD-2-Clause
//
// Handover: the running thread blocks and another one goes on in its place, on the same scheduling
// context, with no queue in between.
#pragma once

#include <kernel/ipc/reply_stack.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/object/endpoint.hpp>
#include <kernel/object/switch.hpp>

namespace kernel {

/// Once `running` blocks and `next` wakes, the scheduler would choose `next`. Nobody who is ready
/// ranks above the running thread, so most of the time no queue has to be looked at.
[[nodiscard]] inline bool would_run(KernelState const& kernel, Tcb const& running,
                                    Tcb const& next) {
    auto const domain = kernel.domains.current();
    if (config::domain_count > 1 && next.domain != domain) {
        return false;
    }
    if (next.priority >= running.priority) {
        return true;
    }
    auto const* const best = kernel.core.scheduler.highest(domain);
    return best == nullptr || best->priority <= next.priority;
}

inline void lend(SchedContext& context, Tcb& from, Tcb& to) {
    from.sched_context = nullptr;
    to.sched_context = &context;
    context.tcb = &to;
}

inline void run(KernelState& kernel, Tcb& next) {
    next.state = ThreadState::Running;
    kernel.core.current = &next;
    switch_to(kernel, next);
}

/// The server that waits first on `endpoint`, if `caller`, who runs, can call it without a detour;
/// otherwise null.
[[nodiscard]] inline Tcb* waiting_server(KernelState const& kernel, Tcb const& caller,
                                         Endpoint const& endpoint) {
    auto* const server = endpoint.queue.front();
    bool const fits = server != nullptr && server->state == ThreadState::BlockedOnReceive &&
                      server->blocking.reply != nullptr && server->sched_context == nullptr &&
                      would_run(kernel, caller, *server);
    return fits ? server : nullptr;
}

/// `caller` waits for an answer of `server`, the first in the queue of `endpoint`, which runs on
/// its time. The message has been transferred.
inline void call(KernelState& kernel, Tcb& caller, Tcb& server, Endpoint& endpoint) {
    auto& reply = *server.blocking.reply;
    endpoint.queue.drop_front();
    server.blocking.reply = nullptr;
    reply.tcb = &caller;
    caller.blocking.reply = &reply;
    caller.state = ThreadState::BlockedOnReply;
    auto& context = *caller.sched_context;
    push_on_stack(context, reply);
    lend(context, caller, server);
    run(kernel, server);
}

} // namespace kernel
