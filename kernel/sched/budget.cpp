// SPDX-License-Identifier: BSD-2-Clause
//
// Budgets: arithmetic on a ring of refills.

#include <kernel/debug/assert.hpp>
#include <kernel/sched/budget.hpp>

#include <algorithm>
#include <limits>

namespace kernel {

namespace {

constexpr Ticks end_of_time = std::numeric_limits<Ticks>::max();

/// From here on release times stay where they are: a few periods later they would wrap around.
Ticks last_release_time() {
    return end_of_time - 5 * arch::us_to_ticks(arch::max_period_us());
}

void append(SchedContext& context, Refill refill) {
    ++context.refill_count;
    context.tail() = refill;
}

Refill pop_head(SchedContext& context) {
    auto const head = context.head();
    context.refill_first =
        context.refill_first + 1 < context.refill_capacity ? context.refill_first + 1 : 0;
    --context.refill_count;
    return head;
}

/// Adds a refill at the end. If it touches the tail, or there is no room, they become one: then
/// the tail comes later, never earlier.
void append_or_merge(SchedContext& context, Refill refill) {
    auto& tail = context.tail();
    if (tail.end() >= refill.time) {
        tail.amount += refill.amount;
    } else if (context.refill_count < context.refill_capacity) {
        append(context, refill);
    } else {
        tail.time = refill.time - tail.amount;
        tail.amount += refill.amount;
    }
}

/// Takes off refills that were used up entirely; returns what was used of the one after them.
Ticks use_whole_refills(SchedContext& context, Ticks used, Ticks limit) {
    while (context.head().amount <= used && context.head().time < limit) {
        used -= context.head().amount;
        if (context.refill_count == 1) {
            context.head().time += context.period;
        } else {
            auto const head = pop_head(context);
            append_or_merge(context, {head.time + context.period, head.amount});
        }
    }
    return used;
}

void use_part_of_head(SchedContext& context, Ticks used) {
    auto& head = context.head();
    Refill const returned{head.time + context.period, used};
    head.time += used;
    head.amount -= used;
    append_or_merge(context, returned);
}

/// A head too small to be used is put in front of the next refill.
void merge_small_heads(SchedContext& context) {
    while (context.head().amount < min_budget() && context.refill_count > 1) {
        auto const small = pop_head(context);
        context.head().time -= small.amount;
        context.head().amount += small.amount;
    }
}

} // namespace

void new_refills(SchedContext& context, std::uint32_t capacity, Ticks budget, Ticks period,
                 Ticks now) {
    context.period = period;
    context.budget = budget;
    context.refill_capacity = capacity;
    context.refill_first = 0;
    context.refill_count = 1;
    context.head() = {now, budget};
    if (context.round_robin()) {
        append(context, {now, 0}); // collects what the slice has used
    }
}

void update_refills(SchedContext& context, std::uint32_t capacity, Ticks budget, Ticks period,
                    Ticks now) {
    kernel_assert(period != 0);
    auto const head = context.head();
    auto const time = head.time <= now ? now : head.time;
    auto const amount = std::min(head.amount, budget);
    new_refills(context, capacity, amount, period, time);
    if (amount < budget) {
        append(context, {time + period, budget - amount});
        context.budget = budget;
    }
}

void charge(SchedContext& context, Ticks used) {
    if (context.round_robin()) {
        used = std::min(used, context.head().amount);
        context.head().amount -= used;
        context.tail().amount += used;
        return;
    }
    auto const limit = last_release_time();
    used = use_whole_refills(context, used, limit);
    if (used > 0 && context.head().time < limit) {
        use_part_of_head(context, used);
    }
    merge_small_heads(context);
}

void end_slice(SchedContext& context, Ticks used) {
    if (context.round_robin()) {
        context.head().amount += context.tail().amount;
        context.tail().amount = 0;
    } else {
        charge(context, used);
    }
}

void restart_refills(SchedContext& context, Ticks now) {
    if (context.round_robin() || !context.ready(now)) {
        return;
    }
    context.head().time = now;
    while (context.refill_count > 1 && context.refill(1).time <= context.head().end()) {
        auto const amount = pop_head(context).amount;
        context.head() = {now, context.head().amount + amount};
    }
}

Word take_consumed(SchedContext& context) {
    // More ticks than can be converted without overflow are told in several portions.
    auto const most =
        end_of_time / std::max(arch::timer_scale().numerator, arch::timer_scale().denominator);
    auto const told = std::min(context.consumed, most);
    context.consumed -= told;
    return arch::ticks_to_us(told);
}

} // namespace kernel
