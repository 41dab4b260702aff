// SPDX-License-Identifier: BSD-2-Clause
//
// ReadyQueue: the threads of one domain that could run but do not, by priority.
#pragma once

#include <kernel/config.hpp>
#include <kernel/object/tcb.hpp>

namespace kernel {

using SchedulerQueue = base::IntrusiveList<Tcb, &Tcb::scheduler_link>;

/// A queue per priority, and a bitmap of those that are not empty.
class ReadyQueue {
public:
    void push_front(Tcb& thread) {
        queues_[thread.priority].push_front(thread);
        mark(thread.priority);
    }

    void push_back(Tcb& thread) {
        queues_[thread.priority].push_back(thread);
        mark(thread.priority);
    }

    /// Puts `thread` behind the last of its priority and takes the first out; there is one.
    void rotate(Tcb& thread) {
        auto& queue = queues_[thread.priority];
        queue.push_back(thread);
        queue.drop_front();
    }

    void remove(Tcb& thread) {
        auto& queue = queues_[thread.priority];
        queue.remove(thread);
        if (queue.empty()) {
            using base::bit;
            auto& word = bitmap_[thread.priority / word_bits];
            word = word & ~bit(thread.priority % word_bits);
        }
    }

    /// The first thread of the highest priority, or null.
    [[nodiscard]] Tcb* front() const {
        for (auto index = bitmap_.size(); index > 0; --index) {
            if (Word const word = bitmap_[index - 1]; word != 0) {
                return queues_[(index - 1) * word_bits + base::log2_floor(word)].front();
            }
        }
        return nullptr;
    }

    [[nodiscard]] SchedulerQueue const& at(unsigned priority) const { return queues_[priority]; }

    /// What the bitmap says of that priority's queue.
    [[nodiscard]] bool marked(unsigned priority) const {
        return (bitmap_[priority / word_bits] & base::bit(priority % word_bits)) != 0;
    }

private:
    static constexpr unsigned word_bits = api::word_bits;
    static_assert(config::priority_count % word_bits == 0);

    void mark(unsigned priority) {
        auto& word = bitmap_[priority / word_bits];
        word = word | base::bit(priority % word_bits);
    }

    std::array<SchedulerQueue, config::priority_count> queues_{};
    std::array<Word, config::priority_count / word_bits> bitmap_{};
};

} // namespace kernel
