// SPDX-License-Identifier: BSD-2-Clause
//
// The scheduler: queues, and the decision.

#include <kernel/debug/assert.hpp>
#include <kernel/sched/scheduler.hpp>

#include <utility>

namespace kernel {

void Scheduler::enqueue_first(Tcb& thread) {
    if (!thread.in_ready_queue) {
        thread.in_ready_queue = true;
        ready_[thread.domain].push_front(thread);
    }
}

void Scheduler::enqueue_last(Tcb& thread) {
    if (!thread.in_ready_queue) {
        thread.in_ready_queue = true;
        ready_[thread.domain].push_back(thread);
    }
}

void Scheduler::rotate(Tcb& thread, Tcb& next) {
    next.in_ready_queue = false;
    thread.in_ready_queue = true;
    ready_[thread.domain].rotate(thread);
}

void Scheduler::dequeue(Tcb& thread) {
    if (candidate_ == &thread) {
        candidate_ = nullptr;
        decision_ = Decision::ChooseNew;
    }
    if (thread.in_ready_queue) {
        thread.in_ready_queue = false;
        ready_[thread.domain].remove(thread);
    }
}

void Scheduler::withdraw(Tcb& thread) {
    dequeue(thread);
    remove_release(thread);
}

void Scheduler::enqueue_release(Tcb& thread) {
    kernel_assert(!thread.in_ready_queue && !thread.in_release_queue);
    thread.in_release_queue = true;
    release_.insert(thread);
    timer_is_stale = timer_is_stale || release_.front() == &thread;
}

void Scheduler::remove_release(Tcb& thread) {
    if (thread.in_release_queue) {
        timer_is_stale = timer_is_stale || release_.front() == &thread;
        thread.in_release_queue = false;
        release_.remove(thread);
    }
}

void Scheduler::choose_new() {
    if (auto* const former = std::exchange(candidate_, nullptr); former != nullptr) {
        enqueue_first(*former);
    }
    decision_ = Decision::ChooseNew;
}

void Scheduler::propose(Tcb& thread) {
    if (decision_ == Decision::KeepCurrent) {
        decision_ = Decision::Candidate;
        candidate_ = &thread;
    } else {
        choose_new();
        enqueue_first(thread);
    }
}

void Scheduler::decided() {
    decision_ = Decision::KeepCurrent;
    candidate_ = nullptr;
}

} // namespace kernel
