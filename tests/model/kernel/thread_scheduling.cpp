// SPDX-License-Identifier: BSD-2-Clause
//
// Time, and who runs.

#include "thread_model.hpp"

namespace kernel::reference {

namespace {

bool runnable(ModelThread const& thread) {
    return thread.state == ThreadState::Running || thread.state == ThreadState::Restart;
}

bool contains(std::vector<int> const& list, int thread) {
    return std::ranges::find(list, thread) != list.end();
}

} // namespace

bool ThreadModel::is_waiting_for_budget(int thread) const {
    return contains(waiting_for_budget, thread);
}

bool ThreadModel::schedulable(int thread) const {
    if (thread == nobody) {
        return false;
    }
    auto const& t = threads[thread];
    return runnable(t) && t.context != nobody && contexts[t.context].budget.configured() &&
           !is_waiting_for_budget(thread);
}

// ---- queues -------------------------------------------------------------------------------------

void ThreadModel::queue_first(int thread) {
    auto& queue = ready[threads[thread].priority];
    if (!contains(queue, thread)) {
        queue.insert(queue.begin(), thread);
    }
}

void ThreadModel::queue_last(int thread) {
    auto& queue = ready[threads[thread].priority];
    if (!contains(queue, thread)) {
        queue.push_back(thread);
    }
}

void ThreadModel::leave_queues(int thread) {
    if (candidate_ == thread) {
        candidate_ = nobody;
        decision_ = Decision::Choose;
    }
    std::erase(ready[threads[thread].priority], thread);
    if (!waiting_for_budget.empty() && waiting_for_budget.front() == thread) {
        timer_is_wrong_ = true;
    }
    std::erase(waiting_for_budget, thread);
}

int ThreadModel::highest() const {
    for (auto at = ready.rbegin(); at != ready.rend(); ++at) {
        if (!at->second.empty()) {
            return at->second.front();
        }
    }
    return nobody;
}

void ThreadModel::choose_new() {
    decision_ = Decision::Choose;
    if (auto const former = std::exchange(candidate_, nobody); former != nobody) {
        queue_first(former);
    }
}

void ThreadModel::wake(int thread) {
    if (!schedulable(thread)) {
        return;
    }
    if (decision_ == Decision::Keep && candidate_ == nobody) {
        candidate_ = thread;
    } else {
        choose_new();
        queue_first(thread);
    }
}

void ThreadModel::wake_last(int thread) {
    if (schedulable(thread)) {
        queue_last(thread);
        choose_new();
    }
}

/// By the time its budget becomes usable, and by arrival.
void ThreadModel::postpone(int thread) {
    leave_queues(thread);
    auto const time = [&](int t) { return contexts[threads[t].context].budget.head().time; };
    auto const at = std::ranges::find_if(waiting_for_budget,
                                         [&](int other) { return time(other) > time(thread); });
    waiting_for_budget.insert(at, thread);
    timer_is_wrong_ = timer_is_wrong_ || waiting_for_budget.front() == thread;
}

void ThreadModel::postpone_if_unusable(int context) {
    auto const thread = contexts[context].thread;
    if (schedulable(thread) && !contexts[context].budget.usable(now)) {
        postpone(thread);
    }
}

// ---- contexts -----------------------------------------------------------------------------------

void ThreadModel::unblock_if_sporadic(int thread) {
    auto const context = threads[thread].context;
    if (context != nobody && context != payer && contexts[context].sporadic &&
        contexts[context].budget.configured()) {
        contexts[context].budget.unblock(now);
    }
}

void ThreadModel::link(int context, int thread) {
    contexts[context].thread = thread;
    threads[thread].context = context;
}

void ThreadModel::unlink(int context) {
    auto const thread = std::exchange(contexts[context].thread, nobody);
    if (thread != nobody) {
        leave_queues(thread);
        threads[thread].context = nobody;
        if (thread == current) {
            choose_new();
        }
    }
}

void ThreadModel::bind(int context, int thread) {
    link(context, thread);
    unblock_if_sporadic(thread);
    postpone_if_unusable(context);
    if (schedulable(thread)) {
        queue_first(thread);
        choose_new();
    }
}

void ThreadModel::donate(int context, int thread) {
    unlink(context);
    link(context, thread);
}

// ---- time ---------------------------------------------------------------------------------------

void ThreadModel::enter(Time at) {
    unpaid += at - now;
    now = at;
}

/// Whether the running thread may go on. If not its slice is over.
bool ThreadModel::check_budget() {
    if (payer == nobody || contexts[payer].budget.sufficient(unpaid)) {
        return true;
    }
    charge_slice(unpaid, true);
    return false;
}

bool ThreadModel::check_budget_or_restart() {
    bool const enough = check_budget();
    if (!enough && runnable(threads[current])) {
        threads[current].state = ThreadState::Restart;
    }
    return enough;
}

void ThreadModel::charge_slice(Time used, bool may_fault) {
    auto& context = contexts[payer];
    context.budget.end_slice(used);
    context.consumed += used;
    unpaid = 0;
    if (!schedulable(current)) {
        return;
    }
    bool const has_handler = threads[current].timeout_handler.kind == CapKind::Endpoint;
    if (may_fault && !context.budget.round_robin() && has_handler) {
        raise_timeout(current);
    } else if (context.budget.usable(now)) {
        queue_last(current);
        note_end_of_slice(payer);
    } else {
        postpone(current);
    }
    choose_new();
    timer_is_wrong_ = true;
}

/// Who lent the time last hears of it when answered, and then the one who lent it before.
void ThreadModel::note_end_of_slice(int context) {
    if (auto const& calls = contexts[context].calls; !calls.empty()) {
        threads[replies[calls.back()]].lent_slice_ended = true;
    }
}

void ThreadModel::pay() {
    if (payer != nobody && contexts[payer].budget.configured()) {
        contexts[payer].budget.charge(unpaid);
        contexts[payer].consumed += unpaid;
    }
    unpaid = 0;
}

/// Gives up the rest of the head refill, but is not said to have consumed it.
void ThreadModel::yield() {
    auto& context = contexts[payer];
    auto const consumed = context.consumed + unpaid;
    charge_slice(context.budget.head().amount, false);
    context.consumed = consumed;
}

Time ThreadModel::next_event() const {
    auto first = std::numeric_limits<Time>::max();
    if (payer != nobody) {
        first = now + contexts[payer].budget.head().amount;
    }
    if (!waiting_for_budget.empty()) {
        auto const thread = waiting_for_budget.front();
        first = std::min(first, contexts[threads[thread].context].budget.head().time);
    }
    return first;
}

// ---- leaving the kernel -------------------------------------------------------------------------

void ThreadModel::choose_thread() {
    if (decision_ == Decision::Keep && candidate_ == nobody && schedulable(current)) {
        return;
    }
    bool const continues = schedulable(current);
    if (continues) {
        queue_first(current);
    }
    auto next = candidate_;
    if (next != nobody) {
        auto const best = highest();
        auto const priority = threads[next].priority;
        bool const ranks_below = current == nobody || priority < threads[current].priority;
        if (ranks_below && best != nobody && threads[best].priority > priority) {
            queue_first(next);
            next = nobody;
        } else if (continues && priority == threads[current].priority) {
            queue_last(next);
            next = nobody;
        }
    }
    current = next != nobody ? next : highest();
    if (current != nobody) {
        std::erase(ready[threads[current].priority], current);
    }
}

void ThreadModel::leave() {
    timer_is_wrong_ = timer_is_wrong_ || now >= deadline;
    while (!waiting_for_budget.empty()) {
        auto const thread = waiting_for_budget.front();
        if (!contexts[threads[thread].context].budget.ready(now)) {
            break;
        }
        waiting_for_budget.erase(waiting_for_budget.begin());
        timer_is_wrong_ = true;
        wake(thread);
    }
    choose_thread();
    decision_ = Decision::Keep;
    candidate_ = nobody;
    auto const next_payer = current != nobody ? threads[current].context : nobody;
    if (next_payer != payer) {
        if (next_payer != nobody && !contexts[next_payer].sporadic) {
            contexts[next_payer].budget.unblock(now);
        }
        timer_is_wrong_ = true;
    }
    if (timer_is_wrong_) {
        pay();
    }
    payer = next_payer;
    if (timer_is_wrong_) {
        deadline = next_event();
        timer_is_wrong_ = false;
    }
    if (current == nobody) {
        return;
    }
    complete_yield(current);
    auto& thread = threads[current];
    if (thread.state == ThreadState::Restart) {
        thread.registers.next_ip = thread.registers.fault_ip;
        thread.state = ThreadState::Running;
    }
}

bool ThreadModel::may_run_now(int thread) const {
    auto const& t = threads[thread];
    return t.state == ThreadState::Running && t.yields_to == nobody && schedulable(thread) &&
           (!schedulable(current) || threads[current].priority <= t.priority) &&
           (highest() == nobody || threads[highest()].priority <= t.priority);
}

void ThreadModel::become(int thread) {
    if (thread == current) {
        return;
    }
    if (schedulable(current)) {
        queue_first(current);
    }
    leave_queues(thread);
    decision_ = Decision::Keep;
    current = thread;
    payer = threads[thread].context;
    deadline = next_event();
}

// ---- yielding to somebody -----------------------------------------------------------------------

void ThreadModel::complete_yield(int thread) {
    auto const context = threads[thread].yields_to;
    if (context != nobody) {
        auto const us = std::exchange(contexts[context].consumed, 0) * 1000 /
                        BudgetModel::ticks_per_us_times_1000;
        cancel_yield(thread);
        threads[thread].registers.x[0] = 0;
        write_message(thread, 0, {us});
    }
}

void ThreadModel::cancel_yield(int thread) {
    auto const context = std::exchange(threads[thread].yields_to, nobody);
    if (context != nobody) {
        contexts[context].yields_from = nobody;
    }
}

} // namespace kernel::reference
