// SPDX-License-Identifier: BSD-2-Clause
//
// What a kernel does about its invariants at the end of each entry. The one file that is compiled
// once for each kernel, because some look more closely than others.

#include <arch/timer.hpp>
#include <kernel/debug/checks.hpp>
#include <kernel/debug/invariants.hpp>
#include <kernel/debug/panic.hpp>
#include <kernel/kernel_state.hpp>

#include <algorithm>
#include <limits>

namespace kernel {

namespace {

/// Whether it is this entry's turn to look at all capabilities.
bool is_turn(KernelState& kernel) {
    if (++kernel.entries_unchecked < config::invariants_period) {
        return false;
    }
    kernel.entries_unchecked = 0;
    return true;
}

Check check_all(KernelState& kernel) {
    TRY(check_decision(kernel));
    if (config::invariants_period != 0) {
        TRY(check_threads(kernel));
        if (is_turn(kernel)) {
            TRY(check_queues(kernel));
            TRY(check_capabilities(kernel));
        }
    }
    return {};
}

/// As if nothing had been done since `begin`.
void forget_time_since(KernelState& kernel, Ticks begin) {
    auto& core = kernel.core;
    auto const lost = arch::now() - begin;
    core.now += lost;
    auto const latest = std::numeric_limits<Ticks>::max() - lost;
    arch::set_deadline(std::min(core.deadline, latest) + lost);
}

} // namespace

void check_after_entry(KernelState& kernel) {
    auto const begin = arch::now();
    if (auto const checked = check_all(kernel); !checked) {
        panic(checked.error());
    }
    if (config::invariants_period != 0) {
        forget_time_since(kernel, begin);
    }
}

} // namespace kernel
