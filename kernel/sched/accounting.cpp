// SPDX-License-Identifier: BSD-2-Clause
//
// Accounting: who pays, and what happens to a thread that has nothing left.

#include <arch/timer.hpp>
#include <kernel/ipc/fault.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/object/reply.hpp>
#include <kernel/sched/accounting.hpp>
#include <kernel/sched/budget.hpp>

namespace kernel {

namespace {

enum class TimeoutFault { Allowed, Never };

[[nodiscard]] bool idle_pays(Core const& core) {
    return core.sched_context == &core.idle_sched_context;
}

/// The running thread lets its equals go first. On lent time these may be others than its caller's:
/// the caller does so, too, once it is answered.
void end_turn(KernelState& kernel, SchedContext const& context) {
    kernel.core.scheduler.enqueue_last(*kernel.core.current);
    if (context.reply_top != nullptr) {
        context.reply_top->tcb->lent_slice_ended = true;
    }
}

/// The running thread has no more time now.
void end_timeslice(KernelState& kernel, TimeoutFault fault) {
    auto& core = kernel.core;
    auto& thread = *core.current;
    auto const& context = *core.sched_context;
    if (fault == TimeoutFault::Allowed && !context.round_robin() && has_timeout_handler(thread)) {
        raise_timeout(kernel, thread);
    } else if (usable(context, core.now)) {
        end_turn(kernel, context);
    } else {
        postpone(kernel, thread);
    }
}

void charge_slice(KernelState& kernel, Ticks used, TimeoutFault fault) {
    auto& core = kernel.core;
    if (!idle_pays(core)) {
        end_slice(*core.sched_context, used);
        core.sched_context->consumed += used;
    }
    core.consumed = 0;
    if (schedulable(*core.current)) {
        end_timeslice(kernel, fault);
        reschedule(kernel);
        core.scheduler.timer_is_stale = true;
    }
}

} // namespace

bool check_budget_exactly(KernelState& kernel) {
    auto& core = kernel.core;
    if (idle_pays(core) || sufficient(*core.sched_context, core.consumed)) {
        return !domain_expired(kernel);
    }
    charge_slice(kernel, core.consumed, TimeoutFault::Allowed);
    return false;
}

void charge_interrupted(KernelState& kernel) {
    auto& core = kernel.core;
    if (schedulable(*core.current)) {
        (void)check_budget(kernel); // either way the thread's operation is done again
    } else if (core.sched_context->configured()) {
        charge_slice(kernel, core.consumed, TimeoutFault::Never);
    } else {
        core.consumed = 0;
    }
}

void commit_time(KernelState& kernel) {
    auto& core = kernel.core;
    if (core.sched_context->configured()) {
        if (core.consumed > 0) {
            charge(*core.sched_context, core.consumed);
        }
        core.sched_context->consumed += core.consumed;
    }
    core.consumed = 0;
}

void yield(KernelState& kernel) {
    auto& context = *kernel.core.sched_context;
    auto const consumed = context.consumed + kernel.core.consumed;
    charge_slice(kernel, context.head().amount, TimeoutFault::Never);
    context.consumed = consumed; // only what was really used
}

} // namespace kernel
