// SPDX-License-Identifier: BSD-2-Clause
//
// Cancelling: from every queue, and from both ends of every link.

#include <kernel/ipc/cancel.hpp>
#include <kernel/ipc/reply_stack.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/sched/binding.hpp>
#include <kernel/sched/yield.hpp>

namespace kernel {

namespace {

/// Its system call is executed again. A fault cannot be: nobody would understand it later.
void restart_or_stop(KernelState& kernel, Tcb& thread) {
    if (thread.fault.kind != api::Fault::None) {
        set_state(kernel, thread, ThreadState::Inactive);
        return;
    }
    set_state(kernel, thread, ThreadState::Restart);
    restart_sporadic(kernel, thread);
    wake(kernel, thread);
}

} // namespace

void cancel_ipc(KernelState& kernel, Tcb& thread) {
    thread.fault = {};
    switch (thread.state) {
    case ThreadState::BlockedOnSend: thread.blocking.endpoint->queue.remove(thread); break;
    case ThreadState::BlockedOnReceive:
        thread.blocking.endpoint->queue.remove(thread);
        if (thread.blocking.reply != nullptr) {
            unlink_reply(kernel, *thread.blocking.reply);
        }
        break;
    case ThreadState::BlockedOnNotification:
        thread.blocking.notification->waiters.remove(thread);
        break;
    case ThreadState::BlockedOnReply: cancel_reply(kernel, *thread.blocking.reply); break;
    default: return;
    }
    set_state(kernel, thread, ThreadState::Inactive);
}

void restart_first(KernelState& kernel, IpcQueue& queue) {
    auto& thread = *queue.pop_front();
    if (thread.state == ThreadState::BlockedOnReceive && thread.blocking.reply != nullptr) {
        unlink_reply(kernel, *thread.blocking.reply);
    }
    restart_or_stop(kernel, thread);
    reschedule(kernel);
}

void cancel_badged_sends(KernelState& kernel, Endpoint& endpoint, Badge badge) {
    if (!endpoint.has_senders()) {
        return;
    }
    for (auto* thread = endpoint.queue.front(); thread != nullptr;) {
        auto* const next = IpcQueue::next(*thread);
        if (thread->blocking.badge == badge) {
            endpoint.queue.remove(*thread);
            restart_or_stop(kernel, *thread);
        }
        thread = next;
    }
    reschedule(kernel);
}

void suspend(KernelState& kernel, Tcb& thread) {
    cancel_ipc(kernel, thread);
    if (thread.state == ThreadState::Running) {
        thread.context.fault_ip = thread.context.next_ip; // it goes on there when resumed
    }
    kernel.core.scheduler.withdraw(thread);
    cancel_yield(thread);
    set_state(kernel, thread, ThreadState::Inactive);
}

void resume(KernelState& kernel, Tcb& thread) {
    if (thread.runnable()) {
        return;
    }
    cancel_ipc(kernel, thread);
    set_state(kernel, thread, ThreadState::Restart);
    restart_sporadic(kernel, thread);
    if (thread.sched_context != nullptr) {
        postpone_if_unusable(kernel, *thread.sched_context);
    }
    wake(kernel, thread);
}

} // namespace kernel
