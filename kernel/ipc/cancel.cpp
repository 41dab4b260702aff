// SPDX-License-Identifier: BSD-2-Clause
//
// Cancelling: from every queue, and from both ends of every link.

#include <kernel/ipc/cancel.hpp>
#include <kernel/ipc/reply_stack.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/sched/binding.hpp>
#include <kernel/sched/preemption.hpp>
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
    case ThreadState::BlockedOnSend:
        kernel.sweep.leaves(thread);
        thread.blocking.endpoint->queue.remove(thread);
        break;
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

[[gnu::noinline]] void restart_first(KernelState& kernel, IpcQueue& queue) {
    auto& thread = *queue.front();
    kernel.sweep.leaves(thread);
    queue.drop_front();
    if (thread.state == ThreadState::BlockedOnReceive && thread.blocking.reply != nullptr) {
        unlink_reply(kernel, *thread.blocking.reply);
    }
    restart_or_stop(kernel, thread);
    reschedule(kernel);
}

void restart_sender(KernelState& kernel, Tcb& sender) {
    kernel.sweep.leaves(sender);
    sender.blocking.endpoint->queue.remove(sender);
    restart_or_stop(kernel, sender);
    reschedule(kernel);
}

namespace {

Result<> finish_sweep(KernelState& kernel) {
    auto& sweep = kernel.sweep;
    while (auto* const sender = sweep.next) {
        if (sweep.covers(*sender)) {
            restart_sender(kernel, *sender);
        } else {
            sweep.leaves(*sender);
        }
        TRY(preemption_point(kernel));
    }
    return {};
}

} // namespace

Result<> cancel_badged_sends(KernelState& kernel, Tcb& caller, Endpoint& endpoint, Badge badge) {
    auto& sweep = kernel.sweep;
    bool const is_begun = caller.progress != 0;
    if (is_begun && caller.progress != sweep.number) {
        return {}; // somebody else has finished it
    }
    if (!is_begun) {
        TRY(finish_sweep(kernel));
        sweep.begin(endpoint, badge, kernel.core.now);
    }
    auto const result = finish_sweep(kernel);
    if (!result && !is_begun) {
        caller.progress = ++sweep.number;
    }
    return result;
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
