// SPDX-License-Identifier: BSD-2-Clause
//
// Turns: another thread runs in place of the running one, each on a round-robin context of its own.
#pragma once

#include <kernel/fastpath/handover.hpp>
#include <kernel/sched/accounting.hpp>

namespace kernel {

/// Looks at the clock: it is not time for anything, of this thread or of others.
[[nodiscard]] inline bool nothing_is_due(KernelState& kernel) {
    update_time(kernel);
    auto const& core = kernel.core;
    return core.now <= core.slice_end && core.now < core.deadline;
}

[[nodiscard]] inline bool is_round_robin(SchedContext const& context) {
    return context.configured() && context.round_robin() && !context.sporadic;
}

/// The running thread has been put into its queue; `next` is in none.
inline void give_turn(KernelState& kernel, Tcb& next) {
    kernel.core.sched_context = next.sched_context;
    ++kernel.core.counters.other_switches;
    run(kernel, next);
    program_timer(kernel);
}

} // namespace kernel
