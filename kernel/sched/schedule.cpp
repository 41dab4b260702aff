// SPDX-License-Identifier: BSD-2-Clause
//
// Leaving the kernel: acting on the decision.

#include <arch/timer.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/object/switch.hpp>
#include <kernel/sched/accounting.hpp>
#include <kernel/sched/budget.hpp>
#include <kernel/sched/yield.hpp>

#include <algorithm>
#include <limits>

namespace kernel {

namespace {

void release_due_threads(KernelState& kernel) {
    auto& scheduler = kernel.core.scheduler;
    for (auto* thread = scheduler.first_release();
         thread != nullptr && thread->sched_context->ready(kernel.core.now);
         thread = scheduler.first_release()) {
        scheduler.remove_release(*thread);
        wake(kernel, *thread);
    }
}

Tcb& choose_highest(KernelState& kernel) {
    if (domain_expired(kernel)) {
        kernel.domains.advance();
        kernel.core.scheduler.timer_is_stale = true;
    }
    auto* const thread = kernel.core.scheduler.highest(kernel.domains.current());
    return thread != nullptr ? *thread : kernel.core.idle_thread;
}

/// `current_continues`: the thread that ran until now could go on, and has been queued.
Tcb& choose(KernelState& kernel, bool current_continues) {
    auto& core = kernel.core;
    auto* const candidate = core.scheduler.candidate();
    if (candidate == nullptr) {
        return choose_highest(kernel);
    }
    auto const* const best = core.scheduler.highest(kernel.domains.current());
    bool const ranks_below_current =
        core.current == &core.idle_thread || candidate->priority < core.current->priority;
    if (ranks_below_current && best != nullptr && best->priority > candidate->priority) {
        core.scheduler.choose_new(); // queues the candidate first
        return choose_highest(kernel);
    }
    if (current_continues && candidate->priority == core.current->priority) {
        core.scheduler.decided(); // an equal never preempts: it queues last
        core.scheduler.enqueue_last(*candidate);
        return choose_highest(kernel);
    }
    return *candidate;
}

void pick_thread(KernelState& kernel) {
    auto& core = kernel.core;
    if (core.scheduler.decision() == Scheduler::Decision::KeepCurrent) {
        return;
    }
    bool const continues = schedulable(*core.current);
    if (continues) {
        core.scheduler.enqueue_first(*core.current);
    }
    auto& next = choose(kernel, continues);
    core.scheduler.decided();
    core.scheduler.dequeue(next);
    if (&next != core.current) {
        ++core.counters.other_switches;
        core.current = &next;
        switch_to(kernel, next);
    }
}

/// From here on time is paid by the context of the thread that was picked.
void switch_sched_context(KernelState& kernel) {
    auto& core = kernel.core;
    auto* const next = core.current->sched_context;
    if (next != core.sched_context) {
        core.scheduler.timer_is_stale = true;
        if (next != &core.idle_sched_context && !next->sporadic) {
            restart_refills(*next, core.now); // constant bandwidth: unused time is lost
        }
    }
    if (core.scheduler.timer_is_stale) {
        commit_time(kernel);
    }
    core.sched_context = next;
}

/// Last words of the kernel to the thread it is about to resume.
void activate(KernelState& kernel) {
    auto& thread = *kernel.core.current;
    if (thread.yield_to != nullptr) {
        complete_yield(thread);
    }
    if (thread.state == ThreadState::Restart) {
        thread.context.next_ip = thread.context.fault_ip;
        thread.state = ThreadState::Running;
    }
}

} // namespace

void program_timer(KernelState& kernel) {
    auto& core = kernel.core;
    auto deadline = std::numeric_limits<Ticks>::max();
    if (core.current != &core.idle_thread) {
        deadline = core.now + core.sched_context->head().amount;
    }
    if constexpr (DomainSchedule::accounts_time) {
        deadline = std::min(deadline, core.now + kernel.domains.time_left());
    }
    core.slice_end = deadline - min_budget();
    if (auto const* const first = core.scheduler.first_release(); first != nullptr) {
        deadline = std::min(deadline, ReleaseQueue::release_time(*first));
    }
    arch::set_deadline(deadline);
    core.deadline = deadline;
    core.scheduler.timer_is_stale = false;
}

void schedule(KernelState& kernel) {
    if (kernel.core.now >= kernel.core.deadline) {
        kernel.core.scheduler.timer_is_stale = true; // it would go on interrupting
    }
    release_due_threads(kernel);
    if (domain_expired(kernel)) {
        reschedule(kernel);
    }
    pick_thread(kernel);
    switch_sched_context(kernel);
    if (kernel.core.scheduler.timer_is_stale) {
        program_timer(kernel);
    }
    activate(kernel);
}

void start_scheduling(KernelState& kernel, Tcb& first) {
    auto& core = kernel.core;
    core.idle_thread.state = ThreadState::Idle;
    core.idle_thread.sched_context = &core.idle_sched_context;
    core.current = &core.idle_thread;
    core.sched_context = &core.idle_sched_context;
    core.now = arch::now();
    wake(kernel, first);
    schedule(kernel);
}

} // namespace kernel
