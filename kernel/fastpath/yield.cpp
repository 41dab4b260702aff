// SPDX-License-Identifier: BSD-2-Clause
//
// Yields: the next one of the same priority gets its turn.

#include <kernel/fastpath/fastpath.hpp>
#include <kernel/fastpath/turn.hpp>

namespace kernel {

namespace {

/// The slice has ended early: the next one is whole again, and only what was used counts.
void end_slice(Core& core, SchedContext& context) {
    context.head().amount += std::exchange(context.tail().amount, 0);
    context.consumed += std::exchange(core.consumed, 0);
}

} // namespace

bool fast_yield(KernelState& kernel) {
    auto& core = kernel.core;
    auto& thread = *core.current;
    auto& context = *core.sched_context;
    auto* const next = core.scheduler.ready(kernel.domains.current()).at(thread.priority).front();
    if (next == nullptr || context.reply_top != nullptr || !is_round_robin(context) ||
        !is_round_robin(*next->sched_context) || next->state != ThreadState::Running ||
        next->yield_to != nullptr || !nothing_is_due(kernel)) {
        return false;
    }
    end_slice(core, context);
    core.scheduler.rotate(thread, *next);
    give_turn(kernel, *next);
    return true;
}

} // namespace kernel
