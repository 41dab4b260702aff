// SPDX-License-Identifier: BSD-2-Clause
//
// Invariants: how much is looked at when.

#include "checks.hpp"
#include <kernel/debug/invariants.hpp>
#include <kernel/kernel_state.hpp>

namespace kernel {

namespace {

Check check_everything(KernelState const& kernel) {
    TRY(check_queues(kernel));
    TRY(check_threads(kernel));
    return check_capabilities(kernel);
}

std::string_view finding(Check const& check) {
    return check ? std::string_view{} : check.error();
}

} // namespace

std::string_view find_contradiction(KernelState const& kernel) {
    return finding(check_everything(kernel));
}

std::string_view find_wrong_decision(KernelState const& kernel) {
    return finding(check_decision(kernel));
}

} // namespace kernel
