// SPDX-License-Identifier: BSD-2-Clause

#include <base/bits.hpp>
#include <init/ram_plan.hpp>

#include <gtest/gtest.h>
#include <vector>

namespace {

using Untypeds = std::vector<api::UntypedDescription>;

api::UntypedDescription ram(unsigned bits) {
    return {
        .paddr = 0, .size_bits = static_cast<std::uint8_t>(bits), .is_device = 0, .padding = {}};
}

api::UntypedDescription device(unsigned bits) {
    auto description = ram(bits);
    description.is_device = 1;
    return description;
}

constexpr std::uint64_t mebibyte = 1024 * 1024;

TEST(RamPlan, KeepsSmallUntypedsFirst) {
    auto const plan =
        init::plan_ram(Untypeds{ram(22), ram(21), ram(30), ram(20)}, 3 * mebibyte, 20);
    ASSERT_TRUE(plan);
    EXPECT_TRUE(plan->keep[3]);
    EXPECT_TRUE(plan->keep[1]);
    EXPECT_FALSE(plan->keep[0]);
    EXPECT_FALSE(plan->keep[2]);
    EXPECT_FALSE(plan->split);
}

TEST(RamPlan, SplitsWhatIsFarTooBig) {
    auto const plan = init::plan_ram(Untypeds{ram(30)}, 4 * mebibyte, 19);
    ASSERT_TRUE(plan);
    EXPECT_FALSE(plan->keep[0]);
    ASSERT_TRUE(plan->split);
    EXPECT_EQ(plan->split->index, 0u);
    EXPECT_EQ(plan->split->keep_bits, 22u);
}

TEST(RamPlan, LeavesRoomForTheLargestObject) {
    auto const plan = init::plan_ram(Untypeds{ram(20), ram(20), ram(28)}, 2 * mebibyte, 22);
    ASSERT_TRUE(plan);
    ASSERT_TRUE(plan->split);
    EXPECT_EQ(plan->split->keep_bits, 22u);
}

TEST(RamPlan, NeverTakesDevices) {
    auto const plan = init::plan_ram(Untypeds{device(22), ram(22)}, 4 * mebibyte, 20);
    ASSERT_TRUE(plan);
    EXPECT_FALSE(plan->keep[0]);
    EXPECT_TRUE(plan->keep[1]);
}

TEST(RamPlan, KeepsCrumbsThatThePagerCannotUse) {
    auto const plan = init::plan_ram(Untypeds{ram(5), ram(11), ram(12), ram(22)}, 4 * mebibyte, 12);
    ASSERT_TRUE(plan);
    EXPECT_TRUE(plan->keep[0]);
    EXPECT_TRUE(plan->keep[1]);
    EXPECT_TRUE(plan->keep[2]);
}

TEST(RamPlan, SaysWhenThereIsTooLittle) {
    EXPECT_FALSE(init::plan_ram(Untypeds{}, mebibyte, 12));
    EXPECT_FALSE(init::plan_ram(Untypeds{ram(19), device(30)}, mebibyte, 12));
    EXPECT_FALSE(init::plan_ram(Untypeds{ram(20), ram(20)}, mebibyte, 21))
        << "no room in one piece";
}

} // namespace
