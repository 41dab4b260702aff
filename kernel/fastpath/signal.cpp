// SPDX-License-Identifier: BSD-2-Clause
//
// Signals that only have to be remembered, and those that let somebody else run.

#include <kernel/cap/lookup.hpp>
#include <kernel/fastpath/fastpath.hpp>
#include <kernel/fastpath/turn.hpp>
#include <kernel/object/notification.hpp>

namespace kernel {

namespace {

/// The first waiter is to run at once, and can.
[[nodiscard]] bool runs_at_once(KernelState const& kernel, Tcb const& running, Tcb const& waiter) {
    return waiter.priority > running.priority &&
           (config::domain_count == 1 || waiter.domain == kernel.domains.current()) &&
           waiter.sched_context != nullptr && !waiter.in_release_queue &&
           is_round_robin(*waiter.sched_context) && is_round_robin(*kernel.core.sched_context);
}

[[nodiscard]] bool wake_at_once(KernelState& kernel, Tcb& running, Notification& notification,
                                Badge badge) {
    auto* const waiter = notification.waiters.front();
    if (waiter == nullptr || !runs_at_once(kernel, running, *waiter) || !nothing_is_due(kernel)) {
        return false;
    }
    notification.waiters.drop_front();
    waiter->context.set_badge(std::to_underlying(badge));
    ++kernel.core.counters.signals;
    commit_time(kernel);
    kernel.core.scheduler.enqueue_first(running);
    give_turn(kernel, *waiter);
    return true;
}

} // namespace

bool fast_signal(KernelState& kernel) {
    auto& sender = *kernel.core.current;
    auto const* const slot = find_slot(sender, sender.context.capability_register());
    if (slot == nullptr || !slot->cap.is(CapKind::Notification) || !slot->cap.may(Rights::Write) ||
        sender.context.message_info().extra_caps() != 0) {
        return false;
    }
    auto& notification = slot->cap.object<Notification>();
    if (notification.would_wake_someone()) [[unlikely]] {
        return wake_at_once(kernel, sender, notification, slot->cap.badge());
    }
    notification.remember(slot->cap.badge());
    ++kernel.core.counters.signals;
    return true;
}

} // namespace kernel
