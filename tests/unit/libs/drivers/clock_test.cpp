// SPDX-License-Identifier: BSD-2-Clause

#include "scripted_registers.hpp"
#include <drivers/bcm2711_system_timer.hpp>
#include <drivers/pl031.hpp>

#include <gtest/gtest.h>

namespace {

using drivers::test::ScriptedRegisters;

TEST(Pl031, SaysWhatItIs) {
    ScriptedRegisters device;
    drivers::Pl031 clock{device.io()};
    device.will_read(0xfe0, {0x31});
    device.will_read(0xfe4, {0x10});
    EXPECT_TRUE(clock.is_there());
    device.will_read(0xfe0, {0x11}); // a UART
    EXPECT_FALSE(clock.is_there());
}

TEST(Pl031, Counts) {
    ScriptedRegisters device;
    drivers::Pl031 clock{device.io()};
    device.will_read(0, {1'700'000'000});
    EXPECT_EQ(clock.seconds(), 1'700'000'000u);
    EXPECT_TRUE(device.writes.empty());
}

TEST(Bcm2711SystemTimer, JoinsItsHalves) {
    ScriptedRegisters device;
    drivers::Bcm2711SystemTimer clock{device.io()};
    device.will_read(0x8, {3, 3});
    device.will_read(0x4, {7});
    EXPECT_EQ(clock.microseconds(), std::uint64_t{3} << 32 | 7);
}

TEST(Bcm2711SystemTimer, LooksAgainWhenTheLowerHalfBeginsAnew) {
    ScriptedRegisters device;
    drivers::Bcm2711SystemTimer clock{device.io()};
    device.will_read(0x8, {3, 4, 4});
    device.will_read(0x4, {0xffff'ffff, 1});
    EXPECT_EQ(clock.microseconds(), std::uint64_t{4} << 32 | 1);
    EXPECT_TRUE(device.writes.empty());
}

} // namespace
