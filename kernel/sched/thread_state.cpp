// SPDX-License-Identifier: BSD-2-Clause
//
// What happens to threads, as far as the scheduler has to know.

#include <kernel/ipc/send_receive.hpp>
#include <kernel/kernel_state.hpp>

namespace kernel {

bool schedulable(Tcb const& thread) {
    return thread.runnable() && thread.sched_context != nullptr &&
           thread.sched_context->configured() && !thread.in_release_queue;
}

void set_state(KernelState& kernel, Tcb& thread, ThreadState state) {
    thread.state = state;
    auto& core = kernel.core;
    if (&thread == core.current && !schedulable(thread) &&
        core.scheduler.decision() == Scheduler::Decision::KeepCurrent) {
        core.scheduler.choose_new();
    }
}

void wake(KernelState& kernel, Tcb& thread) {
    if (!schedulable(thread)) {
        return;
    }
    if (thread.domain == kernel.domains.current()) {
        kernel.core.scheduler.propose(thread);
    } else {
        kernel.core.scheduler.enqueue_first(thread);
    }
}

void wake_last(KernelState& kernel, Tcb& thread) {
    if (schedulable(thread)) {
        kernel.core.scheduler.enqueue_last(thread);
        reschedule(kernel);
    }
}

void reschedule(KernelState& kernel) {
    kernel.core.scheduler.choose_new();
}

void postpone(KernelState& kernel, Tcb& thread) {
    kernel.core.scheduler.withdraw(thread);
    kernel.core.scheduler.enqueue_release(thread);
}

void set_priority(KernelState& kernel, Tcb& thread, std::uint8_t priority) {
    auto& scheduler = kernel.core.scheduler;
    if (thread.in_ready_queue || (&thread == kernel.core.current && schedulable(thread))) {
        scheduler.dequeue(thread); // the queue it is in goes by the old priority
        thread.priority = priority;
        scheduler.enqueue_first(thread);
        scheduler.choose_new();
    } else {
        thread.priority = priority;
        requeue_blocked(kernel, thread);
    }
}

void set_domain(KernelState& kernel, Tcb& thread, std::uint8_t domain) {
    auto& scheduler = kernel.core.scheduler;
    scheduler.dequeue(thread);
    thread.domain = domain;
    if (schedulable(thread)) {
        scheduler.enqueue_first(thread);
    }
    scheduler.choose_new(); // it may have left, or rank above who runs
}

} // namespace kernel
