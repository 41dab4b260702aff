// SPDX-License-Identifier: BSD-2-Clause
//
// Invariants of threads: states against queues, and both ends of every link.

#include "checks.hpp"
#include <kernel/kernel_state.hpp>
#include <kernel/object/endpoint.hpp>
#include <kernel/object/notification.hpp>
#include <kernel/object/reply.hpp>

namespace kernel {

namespace {

bool contains(auto const& queue, Tcb const& wanted) {
    for (auto const* thread = queue.front(); thread != nullptr; thread = queue.next(*thread)) {
        if (thread == &wanted) {
            return true;
        }
    }
    return false;
}

Check check_blocking(Tcb const& thread) {
    auto const& blocking = thread.blocking;
    TRY(holds(!thread.lent_slice_ended || thread.state == ThreadState::BlockedOnReply,
              "a slice that ended was lent by a thread that waits for no answer"));
    switch (thread.state) {
    case ThreadState::BlockedOnReceive:
        TRY(holds(blocking.reply == nullptr || blocking.reply->tcb == &thread,
                  "a receiver's reply object does not know it"));
        [[fallthrough]];
    case ThreadState::BlockedOnSend:
        return holds(contains(blocking.endpoint->queue, thread),
                     "a thread blocked on an endpoint is not in its queue");
    case ThreadState::BlockedOnNotification:
        return holds(contains(blocking.notification->waiters, thread),
                     "a thread blocked on a notification is not in its queue");
    case ThreadState::BlockedOnReply:
        return holds(blocking.reply != nullptr && blocking.reply->tcb == &thread,
                     "a caller's reply object does not know it");
    default: return {};
    }
}

Check check_bindings(Tcb const& thread) {
    auto const* const notification = thread.bound_notification;
    TRY(holds(notification == nullptr || notification->bound_tcb == &thread,
              "a bound notification does not know its thread"));
    auto const* const context = thread.sched_context;
    TRY(holds(context == nullptr || context->tcb == &thread,
              "a scheduling context does not know its thread"));
    auto const* const target = thread.yield_to;
    return holds(target == nullptr || target->yield_from == &thread,
                 "a scheduling context does not know who yields to it");
}

Check check_place(Core const& core, Tcb const& thread) {
    TRY(holds(!thread.in_ready_queue || !thread.in_release_queue,
              "a thread is ready and waits for budget"));
    if (thread.in_ready_queue) {
        TRY(holds(contains(core.scheduler.ready(thread.domain).at(thread.priority), thread),
                  "a ready thread is not in the queue of its priority"));
        return holds(schedulable(thread) && &thread != core.current,
                     "a thread that cannot run, or runs, is in a ready queue");
    }
    TRY(holds(!schedulable(thread) || &thread == core.current,
              "a thread that could run is in no queue"));
    return holds(!thread.in_release_queue || contains(core.scheduler.releases(), thread),
                 "a thread without budget is not in the release queue");
}

/// The slots hold what their names say. Null, and what is left of a CNode on its way out, may be in
/// any.
Check check_slots(Tcb const& thread) {
    constexpr std::array kinds{CapKind::CNode, CapKind::VSpace, CapKind::Frame, CapKind::Endpoint,
                               CapKind::Endpoint};
    static_assert(kinds.size() == Tcb::slot_count);
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        auto const& cap = thread.slots[i].cap;
        TRY(holds(cap.is_null() || cap.is(kinds[i]) || cap.is(CapKind::Zombie),
                  "a slot of a thread holds something else than it should"));
    }
    return {};
}

Check check_thread(Core const& core, Tcb const& thread) {
    TRY(holds(thread.state <= ThreadState::BlockedOnNotification, "a thread is in no known state"));
    TRY(check_place(core, thread));
    TRY(check_blocking(thread));
    TRY(check_bindings(thread));
    return check_slots(thread);
}

} // namespace

Check check_threads(KernelState const& kernel) {
    auto const& core = kernel.core;
    bool owner_lives = core.fpu_owner == nullptr;
    for (auto const* thread = kernel.threads.front(); thread != nullptr;
         thread = kernel.threads.next(*thread)) {
        TRY(check_thread(core, *thread));
        owner_lives = owner_lives || core.fpu_owner == thread;
    }
    TRY(check_links(kernel.threads));
    auto const* const swept = kernel.sweep.next;
    TRY(holds(swept == nullptr || (swept->state == ThreadState::BlockedOnSend &&
                                   contains(swept->blocking.endpoint->queue, *swept)),
              "a sweep is to go on where nobody waits"));
    return holds(owner_lives, "the floating-point registers are no thread's");
}

} // namespace kernel
