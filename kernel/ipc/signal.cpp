// SPDX-License-Identifier: BSD-2-Clause
//
// Notifications. Only the badge register of a woken thread is written.

#include <kernel/ipc/cancel.hpp>
#include <kernel/ipc/signal.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/sched/binding.hpp>

namespace kernel {

namespace {

void wake_with(KernelState& kernel, Tcb& thread, Notification& notification, Badge badge) {
    thread.context.set_badge(std::to_underlying(badge));
    set_state(kernel, thread, ThreadState::Running);
    borrow_context(kernel, thread, notification);
    restart_sporadic(kernel, thread);
    wake(kernel, thread);
}

} // namespace

void signal(KernelState& kernel, Notification& notification, Badge badge) {
    ++kernel.core.counters.signals;
    auto* const bound = notification.bound_tcb;
    if (auto* const waiter = notification.waiters.pop_front(); waiter != nullptr) {
        wake_with(kernel, *waiter, notification, badge);
    } else if (!notification.active && bound != nullptr &&
               bound->state == ThreadState::BlockedOnReceive) {
        cancel_ipc(kernel, *bound);
        wake_with(kernel, *bound, notification, badge);
    } else {
        notification.remember(badge);
    }
}

void wait(KernelState& kernel, Tcb& thread, Notification& notification, Wait wait) {
    if (notification.active) {
        take_signal(kernel, thread, notification);
    } else if (wait == Wait::Block) {
        thread.blocking = {.notification = &notification};
        set_state(kernel, thread, ThreadState::BlockedOnNotification);
        return_context(kernel, thread, notification);
        enqueue_by_priority(notification.waiters, thread);
    } else {
        thread.context.set_badge(0);
    }
}

void take_signal(KernelState& kernel, Tcb& thread, Notification& notification) {
    thread.context.set_badge(std::exchange(notification.bits, 0));
    notification.active = false;
    borrow_context(kernel, thread, notification);
    restart_sporadic(kernel, thread);
}

void bind_notification(Notification& notification, Tcb& thread) {
    notification.bound_tcb = &thread;
    thread.bound_notification = &notification;
}

void unbind_notification(Tcb& thread) {
    if (thread.bound_notification != nullptr) {
        thread.bound_notification->bound_tcb = nullptr;
        thread.bound_notification = nullptr;
    }
}

} // namespace kernel
