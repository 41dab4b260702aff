// SPDX-License-Identifier: BSD-2-Clause
//
// The scheduler: which thread runs when the kernel is left. Everything done to threads during one
// kernel entry only changes queues and the decision; schedule() acts on it at the end.
#pragma once

#include <kernel/sched/ready_queue.hpp>
#include <kernel/sched/release_queue.hpp>

namespace kernel {

struct KernelState;

/// Invariants: the running thread is in no queue (but may be put into one while the kernel works);
/// a candidate is schedulable and in no queue.
class Scheduler {
public:
    enum class Decision { KeepCurrent, ChooseNew, Candidate };

    [[nodiscard]] Decision decision() const { return decision_; }
    [[nodiscard]] Tcb* candidate() const { return candidate_; }

    /// Into the ready queue of its priority; nothing happens if it already is in it.
    void enqueue_first(Tcb& thread);
    void enqueue_last(Tcb& thread);

    /// `thread` goes behind all others of its priority, `next` comes out: it was the first of them.
    void rotate(Tcb& thread, Tcb& next);

    /// Out of the ready queue, and no candidate any more.
    void dequeue(Tcb& thread);

    /// Out of the ready queue and the release queue.
    void withdraw(Tcb& thread);

    /// From now on it waits until its budget becomes usable.
    void enqueue_release(Tcb& thread);
    void remove_release(Tcb& thread);

    [[nodiscard]] Tcb* highest(unsigned domain) const { return ready_[domain].front(); }
    [[nodiscard]] Tcb* first_release() const { return release_.front(); }

    void choose_new();
    /// The first proposal of an entry becomes the candidate; a second makes both queue up.
    void propose(Tcb& thread);
    void decided();

    bool timer_is_stale{true}; // the next timer interrupt has to be computed anew

    [[nodiscard]] ReadyQueue const& ready(unsigned domain) const { return ready_[domain]; }
    [[nodiscard]] SchedulerQueue const& releases() const { return release_.threads(); }

private:
    std::array<ReadyQueue, config::domain_count> ready_{};
    ReleaseQueue release_;
    Decision decision_{Decision::KeepCurrent};
    Tcb* candidate_{nullptr};
};

/// It would run if it was its turn.
[[nodiscard]] bool schedulable(Tcb const& thread);

/// Every change of a thread's state goes through here, so that a running thread that blocks is
/// noticed.
void set_state(KernelState& kernel, Tcb& thread, ThreadState state);

/// A thread has become able to run: it does so at once if it has the highest priority. Nothing
/// happens if it has no scheduling context or waits for budget.
void wake(KernelState& kernel, Tcb& thread);

/// As wake(), but its equals that are ready go before it.
void wake_last(KernelState& kernel, Tcb& thread);

/// Someone else may have to run: choose anew at the end of this entry.
void reschedule(KernelState& kernel);

/// Puts a thread whose budget is not usable yet into the release queue.
void postpone(KernelState& kernel, Tcb& thread);

void set_priority(KernelState& kernel, Tcb& thread, std::uint8_t priority);
void set_domain(KernelState& kernel, Tcb& thread, std::uint8_t domain);

/// The timer interrupts when something is due for those who run and wait now.
void program_timer(KernelState& kernel);

/// The end of every kernel entry: afterwards core.current is what has to be resumed, and the
/// timer interrupts in time.
void schedule(KernelState& kernel);

/// At boot: makes the idle thread, and `first` the thread to resume. `first` has a configured
/// scheduling context and is Running.
void start_scheduling(KernelState& kernel, Tcb& first);

} // namespace kernel
