// SPDX-License-Identifier: BSD-2-Clause

#include "scripted_registers.hpp"
#include <drivers/bcm2711_mini_uart.hpp>

#include <gtest/gtest.h>

namespace {

using drivers::Bcm2711MiniUart;
using drivers::test::ScriptedRegisters;
using Values = std::vector<std::uint64_t>;

constexpr std::size_t enables = 0x04, data = 0x40, status = 0x54, control = 0x60;
constexpr std::uint64_t mini_uart = 1, other_devices = 6;
constexpr std::uint64_t receiver = 1, transmitter = 2;
constexpr std::uint64_t room = 0x20, all_sent = 0x40;

class Bcm2711MiniUartTest : public testing::Test {
protected:
    ScriptedRegisters device;
    Bcm2711MiniUart<ScriptedRegisters::Io> uart{device.io()};
};

TEST_F(Bcm2711MiniUartTest, SendsIfItAndItsTransmitterAreOn) {
    device.will_read(enables, {mini_uart | other_devices});
    device.will_read(control, {transmitter});
    EXPECT_TRUE(uart.sends());
}

TEST_F(Bcm2711MiniUartTest, DoesNotSendWithoutItsTransmitter) {
    device.will_read(enables, {mini_uart});
    device.will_read(control, {receiver});
    EXPECT_FALSE(uart.sends());
}

TEST_F(Bcm2711MiniUartTest, IsLeftAloneWhileItIsOff) {
    device.will_read(enables, {other_devices});
    device.will_read(control, {transmitter, 0});
    EXPECT_FALSE(uart.sends());
    EXPECT_EQ(device.io().load<std::uint32_t>(control), transmitter); // nobody looked before
    EXPECT_TRUE(device.writes.empty());
}

TEST_F(Bcm2711MiniUartTest, PutWaitsForRoomAndSendsOnce) {
    device.will_read(status, {0, all_sent, room});
    uart.put('\xe9');
    EXPECT_EQ(device.written(data), Values{0xe9}); // and no sign bits above it
}

} // namespace
