// SPDX-License-Identifier: BSD-2-Clause
//
// Accounting: time that passes is collected in core.consumed and charged to core.sched_context,
// whichever thread ran on it.
#pragma once

#include <arch/timer.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/sched/budget.hpp>

namespace kernel {

/// The rest of the present domain's time is too short for anything.
[[nodiscard]] inline bool domain_expired(KernelState const& kernel) {
    if constexpr (DomainSchedule::accounts_time) {
        return kernel.domains.time_left() < min_budget();
    }
    return false;
}

/// At the start of every kernel entry, and where long operations look at the clock.
inline void update_time(KernelState& kernel) {
    auto const now = arch::now();
    auto const passed = now - kernel.core.now;
    kernel.core.now = now;
    kernel.core.consumed += passed;
    if constexpr (DomainSchedule::accounts_time) {
        kernel.domains.use(passed);
    }
}

/// As check_budget(), by what is left of the budget and not by when it will end.
[[nodiscard]] bool check_budget_exactly(KernelState& kernel);

/// The running thread has budget, and its domain time. Otherwise its slice has been ended: it is
/// queued anew, or waits for a refill, or had a timeout fault.
[[nodiscard]] inline bool check_budget(KernelState& kernel) {
    return kernel.core.now <= kernel.core.slice_end || check_budget_exactly(kernel);
}

/// As check_budget(); if it fails the thread does again later what made it enter the kernel.
[[nodiscard]] inline bool check_budget_or_restart(KernelState& kernel) {
    bool const enough = check_budget(kernel);
    if (!enough && kernel.core.current->runnable()) [[unlikely]] {
        set_state(kernel, *kernel.core.current, ThreadState::Restart);
    }
    return enough;
}

/// Nothing has happened since the kernel was entered that concerns the scheduler, nor is it time
/// for anything: the running thread goes on, and schedule() need not be called. Whatever takes the
/// thread or its scheduling context away makes the scheduler choose anew.
[[nodiscard]] inline bool may_continue(KernelState const& kernel) {
    auto const& core = kernel.core;
    return core.scheduler.decision() == Scheduler::Decision::KeepCurrent &&
           !core.scheduler.timer_is_stale && core.now < core.deadline &&
           core.current->state == ThreadState::Running && !domain_expired(kernel);
}

/// After a long operation has been interrupted, which may have ended its own thread or context.
void charge_interrupted(KernelState& kernel);

/// Charges what has been collected, the slice goes on.
void commit_time(KernelState& kernel);

/// The running thread gives up what is left of its head refill.
void yield(KernelState& kernel);

} // namespace kernel
