// SPDX-License-Identifier: BSD-2-Clause
//
// Invocations of scheduling contexts, and the end of objects.

#include "thread_model.hpp"
#include <api/error.hpp>

namespace kernel::reference {

using api::Error;
using api::Invocation;

namespace {

ThreadModel::Answer error(Error code, std::vector<Word> const& words = {}) {
    ThreadModel::Answer answer{std::to_underlying(code)};
    answer.insert(answer.end(), words.begin(), words.end());
    return answer;
}

ThreadModel::Answer const success{0};

bool blocked(ModelThread const& thread) {
    return thread.state != ThreadState::Running && thread.state != ThreadState::Restart &&
           thread.state != ThreadState::Inactive;
}

} // namespace

ThreadModel::Answer ThreadModel::invoke_context(int context) {
    auto& c = contexts[context];
    auto const label = Invocation{threads[current].registers.x[1] >> 12};
    if (label == Invocation::SchedContextConsumed) {
        return {0, std::exchange(c.consumed, 0) * 1000 / BudgetModel::ticks_per_us_times_1000};
    }
    if (label == Invocation::SchedContextYieldTo) {
        return yield_to(context);
    }
    if (label == Invocation::SchedContextUnbind) {
        if (c.thread == current) {
            return error(Error::IllegalOperation);
        }
        unlink(context);
        if (c.notification != nobody) {
            notifications[std::exchange(c.notification, nobody)].context = nobody;
        }
        c.calls.clear();
        return success;
    }
    auto const given = *extra(0);
    bool const binds = label == Invocation::SchedContextBind;
    if (given.kind == CapKind::Tcb) {
        auto const& t = threads[given.object];
        if (!binds) {
            if (c.thread != given.object || given.object == current) {
                return error(Error::IllegalOperation);
            }
            unlink(context);
            return success;
        }
        if (c.thread != nobody || t.context != nobody || (blocked(t) && !c.budget.usable(now))) {
            return error(Error::IllegalOperation);
        }
        bind(context, given.object);
        return success;
    }
    if (given.kind == CapKind::Notification) {
        auto& n = notifications[given.object];
        bool const fits = binds ? c.notification == nobody && n.context == nobody
                                : c.notification == given.object;
        if (!fits) {
            return error(Error::IllegalOperation);
        }
        c.notification = binds ? given.object : nobody;
        n.context = binds ? context : nobody;
        return success;
    }
    return error(Error::InvalidCapability, {1});
}

ThreadModel::Answer ThreadModel::yield_to(int context) {
    auto& c = contexts[context];
    auto const caller = current;
    auto const target = c.thread;
    if (target == nobody || target == caller ||
        threads[target].priority > threads[caller].max_controlled_priority ||
        threads[caller].yields_to != nobody) {
        return error(Error::IllegalOperation);
    }
    if (c.yields_from != nobody) {
        complete_yield(c.yields_from);
    }
    postpone_if_unusable(context);
    bool const lower = threads[target].priority < threads[caller].priority;
    if (schedulable(target)) {
        leave_queues(target);
        if (!lower) {
            if (is_call_) {
                threads[caller].yields_to = context;
                c.yields_from = caller;
            }
            queue_first(caller);
            queue_first(target);
            choose_new();
            answers_later_ = true;
            return success;
        }
        queue_first(target);
    }
    return {0, std::exchange(c.consumed, 0) * 1000 / BudgetModel::ticks_per_us_times_1000};
}

ThreadModel::Answer ThreadModel::configure() {
    constexpr Word longest = std::numeric_limits<Word>::max() / 62'500 / 8;
    constexpr Word least = 20;
    auto const budget = word(0);
    auto const period = word(1);
    auto const ticks = [](Word us) { return us * BudgetModel::ticks_per_us_times_1000 / 1000; };
    if (Invocation{threads[current].registers.x[1] >> 12} !=
        Invocation::SchedControlConfigureFlags) {
        return error(Error::IllegalOperation);
    }
    if (budget > longest || period > longest || ticks(budget) < BudgetModel::minimum ||
        period < least) {
        return error(Error::RangeError, {least, longest});
    }
    if (budget > period) {
        return error(Error::RangeError, {least, period});
    }
    auto const given = *extra(0);
    if (given.kind != CapKind::SchedContext) {
        return error(Error::InvalidCapability, {1});
    }
    auto& c = contexts[given.object];
    if (word(2) > c.max_extra_refills) {
        return error(Error::RangeError, {0, c.max_extra_refills});
    }
    auto const thread = c.thread;
    if (thread != nobody) {
        leave_queues(thread);
    }
    if (payer == given.object) {
        pay();
        timer_is_wrong_ = true;
    }
    bool const runs = thread != nobody && !blocked(threads[thread]) &&
                      threads[thread].state != ThreadState::Inactive;
    if (budget == period) {
        c.budget.start(2, ticks(budget), 0, now);
    } else if (c.budget.configured() && runs) {
        c.budget.update(2 + word(2), ticks(budget), ticks(period), now);
    } else {
        c.budget.start(2 + word(2), ticks(budget), ticks(period), now);
    }
    c.badge = word(3);
    c.sporadic = (word(4) & 1) != 0;
    if (thread != nobody) {
        postpone_if_unusable(given.object);
        if (thread == current) {
            choose_new();
        } else if (runs) {
            wake(thread);
        }
    }
    return success;
}

// ---- the end of objects -------------------------------------------------------------------------

void ThreadModel::delete_slot(Target& slot) {
    auto const deleted = std::exchange(slot, {});
    auto const same = [&](Target const& other) {
        return other.kind == deleted.kind && other.object == deleted.object;
    };
    bool last = std::ranges::none_of(slots, same);
    for (auto const& thread : threads) {
        last = last && !same(thread.fault_handler) && !same(thread.timeout_handler);
    }
    for (auto const& [irq, handler] : irqs) {
        last = last && !(deleted.kind == CapKind::Notification && handler.first == deleted.object);
    }
    if (last) {
        end_object(deleted);
    }
}

/// Of a capability that was made with its object, all others descend.
void ThreadModel::revoke_copies(Target const& first) {
    if (!first.is_first) {
        return;
    }
    auto const same = [&](Target const& other) {
        return &other != &first && other.kind == first.kind && other.object == first.object;
    };
    for (auto& slot : slots) {
        if (same(slot)) {
            slot = {};
        }
    }
    for (auto& thread : threads) {
        for (auto* const handler : {&thread.fault_handler, &thread.timeout_handler}) {
            if (same(*handler)) {
                *handler = {};
            }
        }
    }
    std::erase_if(irqs, [&](auto const& irq) {
        return first.kind == CapKind::Notification && irq.second.first == first.object;
    });
}

void ThreadModel::end_object(Target const& last) {
    switch (last.kind) {
    case CapKind::Endpoint:
        for (auto const thread : std::exchange(endpoints[last.object].queue, {})) {
            if (threads[thread].state == ThreadState::BlockedOnReceive &&
                threads[thread].reply != nobody) {
                detach(threads[thread].reply);
            }
            restart_or_stop(thread);
        }
        choose_new();
        break;
    case CapKind::Notification: {
        auto& n = notifications[last.object];
        if (n.context != nobody) {
            contexts[std::exchange(n.context, nobody)].notification = nobody;
        }
        if (n.thread != nobody) {
            threads[std::exchange(n.thread, nobody)].notification = nobody;
        }
        for (auto const thread : std::exchange(n.queue, {})) {
            restart_or_stop(thread);
        }
        choose_new();
        break;
    }
    case CapKind::Reply:
        if (auto const thread = replies[last.object]; thread == nobody) {
            break;
        } else if (threads[thread].state == ThreadState::BlockedOnReply) {
            remove_call(last.object);
            threads[thread].state = ThreadState::Inactive;
        } else {
            cancel(thread);
        }
        break;
    case CapKind::SchedContext: {
        auto& c = contexts[last.object];
        if (c.yields_from != nobody) {
            complete_yield(c.yields_from);
        }
        unlink(last.object);
        if (c.notification != nobody) {
            notifications[c.notification].context = nobody;
        }
        auto const extra = c.max_extra_refills;
        c = {};
        c.max_extra_refills = extra;
        break;
    }
    default: break;
    }
}

} // namespace kernel::reference
