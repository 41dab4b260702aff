// SPDX-License-Identifier: BSD-2-Clause
//
// Invariants: a walk over all threads and what they are linked to, looking for contradictions.
#pragma once

#include <string_view>

namespace kernel {

struct KernelState;

/// What is wrong, in words; empty if nothing is. Between kernel entries nothing may be.
[[nodiscard]] std::string_view find_contradiction(KernelState const& kernel);

/// Stops the machine if there is a contradiction, in builds that ask for the check.
void check_invariants(KernelState const& kernel);

} // namespace kernel
