// SPDX-License-Identifier: BSD-2-Clause
//
// The end of scheduling contexts.

#include <kernel/kernel_state.hpp>
#include <kernel/object/finalise.hpp>
#include <kernel/sched/binding.hpp>
#include <kernel/sched/yield.hpp>

namespace kernel {

void finalise(KernelState& kernel, SchedContext& context) {
    if (context.yield_from != nullptr) {
        complete_yield(*context.yield_from);
    }
    unbind_thread(kernel, context);
    unbind_notification(context);
    unbind_reply(context);
    context.refill_capacity = 0; // time that is still to be charged to it is dropped
    context.sporadic = false;
}

} // namespace kernel
