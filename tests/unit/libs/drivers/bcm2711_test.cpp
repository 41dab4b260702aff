// SPDX-License-Identifier: BSD-2-Clause

#include "scripted_registers.hpp"
#include <drivers/bcm2711_gpio.hpp>
#include <drivers/bcm2711_power.hpp>

#include <gtest/gtest.h>

namespace {

using drivers::Bcm2711Gpio;
using drivers::Bcm2711Power;
using drivers::PinFunction;
using drivers::PinPull;
using drivers::test::ScriptedRegisters;
using Values = std::vector<std::uint64_t>;

TEST(Bcm2711Gpio, AFunctionLeavesOtherPinsAlone) {
    ScriptedRegisters device;
    device.values[0x04] = 0xffff'ffff;
    Bcm2711Gpio pins{device.io()};
    pins.set_function(14, PinFunction::Alternate0);
    pins.set_function(15, PinFunction::Alternate0);
    EXPECT_EQ(device.written(0x04), (Values{0xffff'cfff, 0xfffe'4fff}));
}

TEST(Bcm2711Gpio, TenPinsShareARegister) {
    ScriptedRegisters device;
    Bcm2711Gpio pins{device.io()};
    pins.set_function(0, PinFunction::Output);
    pins.set_function(57, PinFunction::Alternate3);
    EXPECT_EQ(device.written(0x00), Values{1});
    EXPECT_EQ(device.written(0x14), Values{7u << 21});
}

TEST(Bcm2711Gpio, PullsOfSixteenPinsShareARegister) {
    ScriptedRegisters device;
    device.values[0xe4] = 0xffff'ffff;
    Bcm2711Gpio pins{device.io()};
    pins.set_pull(14, PinPull::None);
    pins.set_pull(15, PinPull::Up);
    pins.set_pull(16, PinPull::Down);
    EXPECT_EQ(device.written(0xe4), (Values{0xcfff'ffff, 0x4fff'ffff}));
    EXPECT_EQ(device.written(0xe8), Values{2});
}

constexpr std::size_t reset_control = 0x1c, reset_status = 0x20, watchdog = 0x24;

TEST(Bcm2711Power, PowerOffNamesThePartitionThatHalts) {
    ScriptedRegisters device;
    device.values[reset_control] = 0x102; // as found on the board
    Bcm2711Power power{device.io()};
    power.power_off();
    EXPECT_EQ(device.written(reset_status), Values{0x5a00'0555});
    EXPECT_EQ(device.written(reset_control), Values{0x5a00'0122});
    // Armed before it is let loose; the firmware's hint first of all.
    EXPECT_EQ(device.writes[0].offset, reset_status);
    EXPECT_EQ(device.writes[1].offset, watchdog);
    EXPECT_EQ(device.writes[1].value & 0xff00'0000, 0x5a00'0000u);
    EXPECT_EQ(device.writes[2].offset, reset_control);
}

TEST(Bcm2711Power, RebootTakesTheHintAway) {
    ScriptedRegisters device;
    device.values[reset_status] = 0x1555;
    Bcm2711Power power{device.io()};
    power.reboot();
    EXPECT_EQ(device.written(reset_status), Values{0x5a00'1000});
    EXPECT_EQ(device.written(reset_control), Values{0x5a00'0020});
}

} // namespace
