// SPDX-License-Identifier: BSD-2-Clause
//
// Invariants: a walk over everything the kernel knows, looking for contradictions. Tests ask after
// each step; a kernel built with QUIRE_CHECK_INVARIANTS asks itself after each entry; a debug
// kernel can be asked by DebugSnapshot.
#pragma once

#include <kernel/config.hpp>

#include <string_view>

namespace kernel {

struct KernelState;

/// What is wrong, in words; empty if nothing is. Between kernel entries nothing may be.
[[nodiscard]] std::string_view find_contradiction(KernelState const& kernel);

/// Likewise: whether the thread that is about to run is the one that should, and the timer set.
/// This takes no time to speak of.
[[nodiscard]] std::string_view find_wrong_decision(KernelState const& kernel);

/// Looks as thoroughly as this build asks for, and panics if there is a contradiction. The time it
/// takes is nobody's: the clock stands still for it.
void check_after_entry(KernelState& kernel);

inline void check_invariants(KernelState& kernel) {
    if constexpr (config::debug) {
        check_after_entry(kernel);
    }
}

} // namespace kernel
