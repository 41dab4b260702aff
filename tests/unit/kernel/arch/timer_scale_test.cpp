// SPDX-License-Identifier: BSD-2-Clause
//
// TimerScale: the numbers that programs see on the two boards.

#include <arch/timer_scale.hpp>

#include <gtest/gtest.h>

namespace arch {
namespace {

TEST(TimerScaleTest, QemuVirtCountsInKilohertz) {
    constexpr auto scale = TimerScale::of(62'500'000);
    EXPECT_EQ(scale.to_ticks(1000), 62'500u);
    EXPECT_EQ(scale.to_ticks(1), 62u); // cut
    EXPECT_EQ(scale.to_us(62'500), 1000u);
    EXPECT_EQ(scale.max_period_us(), 36'893'488'147'419u);
}

TEST(TimerScaleTest, RaspberryPiCountsInMegahertz) {
    constexpr auto scale = TimerScale::of(54'000'000);
    EXPECT_EQ(scale.to_ticks(1), 54u);
    EXPECT_EQ(scale.to_us(107), 1u);
    EXPECT_EQ(scale.max_period_us(), ~std::uint64_t{0} / 54 / 8);
}

TEST(TimerScaleTest, LongestPeriodDoesNotOverflow) {
    for (std::uint64_t const hertz : {62'500'000u, 54'000'000u, 1'000'000'000u, 19'200'000u}) {
        auto const scale = TimerScale::of(hertz);
        auto const longest = scale.max_period_us();
        EXPECT_GT(scale.to_ticks(longest), scale.to_ticks(longest - 1000));
        EXPECT_GE(scale.to_ticks(longest), longest);
    }
}

} // namespace
} // namespace arch
