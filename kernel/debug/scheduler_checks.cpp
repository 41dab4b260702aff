// SPDX-License-Identifier: BSD-2-Clause
//
// Invariants of the scheduler: queues in order and in agreement with their threads, and the
// decision that was made from them.

#include "checks.hpp"
#include <kernel/kernel_state.hpp>

namespace kernel {

namespace {

Check check_ready_queue(ReadyQueue const& ready, unsigned domain, unsigned priority) {
    auto const& queue = ready.at(priority);
    TRY(holds(ready.marked(priority) == !queue.empty(), "the bitmap of ready queues is wrong"));
    for (auto const* thread = queue.front(); thread != nullptr; thread = queue.next(*thread)) {
        bool const belongs =
            thread->in_ready_queue && thread->priority == priority && thread->domain == domain;
        TRY(holds(belongs, "a thread is in a ready queue that is not its own"));
    }
    return check_links(queue);
}

Check check_release_queue(SchedulerQueue const& queue) {
    for (auto const* thread = queue.front(); thread != nullptr; thread = queue.next(*thread)) {
        bool const belongs = thread->in_release_queue && thread->runnable() &&
                             thread->sched_context != nullptr &&
                             thread->sched_context->configured();
        TRY(holds(belongs, "a thread that waits for no budget is in the release queue"));
        auto const* const next = queue.next(*thread);
        bool const in_order =
            next == nullptr || next->sched_context == nullptr ||
            ReleaseQueue::release_time(*thread) <= ReleaseQueue::release_time(*next);
        TRY(holds(in_order, "the release queue is in disorder"));
    }
    return check_links(queue);
}

/// The timer interrupts before anything that it is to announce.
Check check_deadline(Core const& core) {
    auto const* const first = core.scheduler.first_release();
    TRY(holds(first == nullptr || core.deadline <= ReleaseQueue::release_time(*first),
              "the timer comes too late for a release"));
    bool const ends_slice = core.current == &core.idle_thread ||
                            core.deadline <= core.now + core.sched_context->head().amount;
    return holds(ends_slice, "the timer comes too late for the end of the slice");
}

} // namespace

Check check_queues(KernelState const& kernel) {
    auto const& scheduler = kernel.core.scheduler;
    for (unsigned domain = 0; domain < config::domain_count; ++domain) {
        for (unsigned priority = 0; priority < config::priority_count; ++priority) {
            TRY(check_ready_queue(scheduler.ready(domain), domain, priority));
        }
    }
    return check_release_queue(scheduler.releases());
}

Check check_decision(KernelState const& kernel) {
    auto const& core = kernel.core;
    TRY(holds(core.scheduler.decision() == Scheduler::Decision::KeepCurrent &&
                  core.scheduler.candidate() == nullptr,
              "a decision of the scheduler was not acted upon"));
    auto const* const best = core.scheduler.highest(kernel.domains.current());
    if (core.current == &core.idle_thread) {
        TRY(holds(core.sched_context == &core.idle_sched_context, "somebody pays for idling"));
        TRY(holds(best == nullptr, "nobody runs although somebody could"));
        return check_deadline(core);
    }
    auto const& thread = *core.current;
    TRY(holds(thread.state == ThreadState::Running && schedulable(thread),
              "the current thread cannot run"));
    TRY(holds(thread.domain == kernel.domains.current(),
              "the current thread is of another domain"));
    TRY(holds(core.sched_context == thread.sched_context, "the wrong context pays"));
    TRY(holds(best == nullptr || best->priority <= thread.priority,
              "a thread of higher priority does not run"));
    return check_deadline(core);
}

} // namespace kernel
