// SPDX-License-Identifier: BSD-2-Clause
//
// Budgets: how the refills of a scheduling context change as its time is used. Sporadic servers:
// what is used comes back one period after it became usable, so that no window of that length ever
// sees more than the budget. Nothing here knows of threads or of the scheduler.
#pragma once

#include <arch/timer.hpp>
#include <kernel/object/sched_context.hpp>

namespace kernel {

inline constexpr Word min_budget_us = 20;

/// The least a refill may hold: less would be gone before its thread has left the kernel.
[[nodiscard]] inline Ticks min_budget() {
    return arch::us_to_ticks(min_budget_us);
}

inline constexpr std::uint32_t min_refills = 2;

/// A fresh start with all of the budget at once. Period 0 means round robin.
void new_refills(SchedContext& context, std::uint32_t capacity, Ticks budget, Ticks period,
                 Ticks now);

/// Other parameters while the context is in use: no more is given than was left, the rest follows
/// one period later. Never for round robin, which always starts afresh.
void update_refills(SchedContext& context, std::uint32_t capacity, Ticks budget, Ticks period,
                    Ticks now);

/// At least the minimum remains of the head once `used` is taken off.
[[nodiscard]] inline bool sufficient(SchedContext const& context, Ticks used) {
    auto const left = context.head().amount;
    return used <= left && left - used >= min_budget();
}

/// It may run now.
[[nodiscard]] inline bool usable(SchedContext const& context, Ticks now) {
    return context.ready(now) && sufficient(context, 0);
}

/// `used` ticks have passed; the slice goes on if something is left of it.
void charge(SchedContext& context, Ticks used);

/// The slice is over: round robin starts another one, others are charged what they used.
void end_slice(SchedContext& context, Ticks used);

/// A context that was not used for a while: what has become usable in the meantime starts now, so
/// that idle time is not saved up.
void restart_refills(SchedContext& context, Ticks now);

/// In microseconds, and forgotten: what was consumed since this was last asked.
[[nodiscard]] Word take_consumed(SchedContext& context);

} // namespace kernel
