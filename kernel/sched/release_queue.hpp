// SPDX-License-Identifier: BSD-2-Clause
//
// ReleaseQueue: the threads that could run but for their budget, by the time it becomes usable.
#pragma once

#include <kernel/object/sched_context.hpp>
#include <kernel/sched/ready_queue.hpp>

namespace kernel {

/// Ordered by the time of the head refill, and by arrival among equals.
class ReleaseQueue {
public:
    void insert(Tcb& thread) {
        auto const time = release_time(thread);
        auto* position = queue_.front();
        while (position != nullptr && release_time(*position) <= time) {
            position = SchedulerQueue::next(*position);
        }
        queue_.insert_before(position, thread);
    }

    void remove(Tcb& thread) { queue_.remove(thread); }

    [[nodiscard]] Tcb* front() const { return queue_.front(); }
    [[nodiscard]] SchedulerQueue const& threads() const { return queue_; }

    [[nodiscard]] static Ticks release_time(Tcb const& thread) {
        return thread.sched_context->head().time;
    }

private:
    SchedulerQueue queue_;
};

} // namespace kernel
