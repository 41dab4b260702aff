// SPDX-License-Identifier: BSD-2-Clause
//
// Binding: both ends of every link are changed here, and the scheduler learns of it.

#include <kernel/debug/assert.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/object/reply.hpp>
#include <kernel/sched/binding.hpp>
#include <kernel/sched/budget.hpp>

namespace kernel {

namespace {

void link(SchedContext& context, Tcb& thread) {
    kernel_assert(context.tcb == nullptr && thread.sched_context == nullptr);
    context.tcb = &thread;
    thread.sched_context = &context;
}

/// The thread leaves all queues first, because the release queue goes by its context.
void unlink(KernelState& kernel, Tcb& thread) {
    auto& scheduler = kernel.core.scheduler;
    scheduler.withdraw(thread);
    thread.sched_context->tcb = nullptr;
    thread.sched_context = nullptr;
    if (&thread == kernel.core.current) {
        scheduler.choose_new();
    }
}

} // namespace

void bind(KernelState& kernel, SchedContext& context, Tcb& thread) {
    link(context, thread);
    restart_sporadic(kernel, thread);
    postpone_if_unusable(kernel, context);
    if (schedulable(thread)) {
        kernel.core.scheduler.enqueue_first(thread);
        reschedule(kernel);
    }
}

void unbind_thread(KernelState& kernel, SchedContext& context) {
    if (context.tcb != nullptr) {
        unlink(kernel, *context.tcb);
    }
}

void donate(KernelState& kernel, SchedContext& context, Tcb& thread) {
    unbind_thread(kernel, context);
    link(context, thread);
}

void bind(SchedContext& context, Notification& notification) {
    context.notification = &notification;
    notification.sched_context = &context;
}

void unbind_notification(SchedContext& context) {
    if (context.notification != nullptr) {
        context.notification->sched_context = nullptr;
        context.notification = nullptr;
    }
}

void unbind_reply(SchedContext& context) {
    if (context.reply_top != nullptr) {
        context.reply_top->top_of = nullptr;
        context.reply_top = nullptr;
    }
}

void postpone_if_unusable(KernelState& kernel, SchedContext& context) {
    if (context.tcb != nullptr && schedulable(*context.tcb) && !usable(context, kernel.core.now)) {
        postpone(kernel, *context.tcb);
    }
}

void restart_sporadic(KernelState& kernel, Tcb& thread) {
    auto* const context = thread.sched_context;
    if (context != nullptr && context->sporadic && context->configured() &&
        context != kernel.core.sched_context) {
        restart_refills(*context, kernel.core.now);
    }
}

void borrow_context(KernelState& kernel, Tcb& thread, Notification& notification) {
    auto* const context = notification.sched_context;
    if (thread.sched_context != nullptr || context == nullptr || context->tcb != nullptr) {
        return;
    }
    donate(kernel, *context, thread);
    // The one in use is being paid with: its refills are not touched from outside.
    if (context->configured() && context != kernel.core.sched_context) {
        restart_refills(*context, kernel.core.now);
    }
    postpone_if_unusable(kernel, *context);
}

void return_context(KernelState& kernel, Tcb& thread, Notification& notification) {
    if (notification.sched_context != nullptr &&
        notification.sched_context == thread.sched_context) {
        unlink(kernel, thread);
    }
}

} // namespace kernel
