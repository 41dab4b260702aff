// SPDX-License-Identifier: BSD-2-Clause
//
// Preemption points: cheap most of the time, a look at interrupts and clock now and then.

#include <kernel/kernel_state.hpp>
#include <kernel/sched/accounting.hpp>
#include <kernel/sched/budget.hpp>
#include <kernel/sched/preemption.hpp>

namespace kernel {

Result<> preemption_point(KernelState& kernel) {
    auto& core = kernel.core;
    if (++core.work_units < config::work_units_per_preemption_check) {
        return {};
    }
    core.work_units = 0;
    update_time(kernel); // also when interrupted: it is this thread that pays up to here
    if (arch::interrupt_waiting()) {
        return fail(Failure::preempted());
    }
    // The operation may have deleted the very context that pays for it.
    bool const can_pay =
        core.sched_context->configured() && sufficient(*core.sched_context, core.consumed);
    if (!can_pay || domain_expired(kernel)) {
        return fail(Failure::preempted());
    }
    return {};
}

} // namespace kernel
