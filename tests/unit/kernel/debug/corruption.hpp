// SPDX-License-Identifier: BSD-2-Clause
//
// Corruption: one value of a kernel without contradictions is made wrong, and put right again.
#pragma once

#include <kernel/debug/invariants.hpp>
#include <kernel/kernel_state.hpp>

#include <gtest/gtest.h>
#include <string_view>
#include <type_traits>
#include <utility>

namespace kernel {

/// While `place` holds `wrong`, the walker complains in these words; before and after it is silent.
template <typename T>
void expect_noticed(KernelState const& kernel, T& place, std::type_identity_t<T> wrong,
                    std::string_view complaint) {
    ASSERT_EQ(find_contradiction(kernel), "") << "before: " << complaint;
    auto const right = std::exchange(place, wrong);
    EXPECT_EQ(find_contradiction(kernel), complaint);
    place = right;
    ASSERT_EQ(find_contradiction(kernel), "") << "after: " << complaint;
}

/// Likewise for what needs more than one assignment.
template <typename Break, typename Repair>
void expect_noticed_while(KernelState const& kernel, Break do_it, Repair undo_it,
                          std::string_view complaint) {
    ASSERT_EQ(find_contradiction(kernel), "") << "before: " << complaint;
    do_it();
    EXPECT_EQ(find_contradiction(kernel), complaint);
    undo_it();
    ASSERT_EQ(find_contradiction(kernel), "") << "after: " << complaint;
}

} // namespace kernel
