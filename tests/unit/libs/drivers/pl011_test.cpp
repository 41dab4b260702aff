// SPDX-License-Identifier: BSD-2-Clause

#include "scripted_registers.hpp"
#include <drivers/pl011.hpp>

#include <gtest/gtest.h>

namespace {

using drivers::Pl011;
using drivers::Pl011Interrupts;
using drivers::test::ScriptedRegisters;
using Values = std::vector<std::uint64_t>;

constexpr std::size_t data = 0x00, flags = 0x18, integer = 0x24, fraction = 0x28, line = 0x2c,
                      control = 0x30, mask = 0x38, clear = 0x44;
constexpr std::uint64_t busy = 0x08, receive_empty = 0x10, transmit_full = 0x20;

class Pl011Test : public testing::Test {
protected:
    ScriptedRegisters device;
    Pl011<ScriptedRegisters::Io> uart{device.io()};
};

TEST_F(Pl011Test, PutWaitsForRoomAndSendsOnce) {
    device.will_read(flags, {transmit_full, transmit_full, 0});
    uart.put('\xe9');
    EXPECT_EQ(device.written(data), Values{0xe9}); // and no sign bits above it
}

TEST_F(Pl011Test, CanPutOnlyWhileThereIsRoom) {
    device.will_read(flags, {transmit_full, 0});
    EXPECT_FALSE(uart.can_put());
    EXPECT_TRUE(uart.can_put());
}

TEST_F(Pl011Test, NothingToGet) {
    device.will_read(flags, {receive_empty});
    EXPECT_EQ(uart.try_get(), std::nullopt);
    EXPECT_TRUE(device.writes.empty());
}

TEST_F(Pl011Test, ErrorBitsAboveACharacterAreDropped) {
    device.will_read(flags, {0});
    device.will_read(data, {0xf41});
    EXPECT_EQ(uart.try_get(), 'A');
}

TEST_F(Pl011Test, DrainWaitsUntilTheLineIsIdle) {
    device.will_read(flags, {busy, busy, 0, 0x55});
    uart.drain();
    EXPECT_EQ(device.io().load<std::uint32_t>(flags), 0x55u); // it looked three times
}

TEST_F(Pl011Test, StartSetsTheLineWhileTheUartIsOff) {
    device.will_read(flags, {busy, 0});
    uart.start(48'000'000, 115'200);
    EXPECT_EQ(device.written(control), (Values{0, 0x301}));
    EXPECT_EQ(device.written(integer), Values{26});
    EXPECT_EQ(device.written(fraction), Values{3});
    EXPECT_EQ(device.written(line), Values{0x70}); // 8 bits, FIFOs
    EXPECT_EQ(device.written(mask), Values{0});
    EXPECT_EQ(device.written(clear), Values{0x7ff});

    auto const off = device.when({control, 0});
    auto const on = device.when({control, 0x301});
    EXPECT_LT(off, device.when({integer, 26}));
    // The divisor takes effect by the write to the line control register.
    EXPECT_LT(device.when({fraction, 3}), device.when({line, 0x70}));
    EXPECT_LT(device.when({line, 0x70}), on);
}

TEST_F(Pl011Test, DivisorIsRoundedAndDoesNotOverflow) {
    uart.start(24'000'000, 115'200); // 13.02
    EXPECT_EQ(device.written(integer), Values{13});
    EXPECT_EQ(device.written(fraction), Values{1});
    device.writes.clear();
    uart.start(2'000'000'000, 2'000'000);
    EXPECT_EQ(device.written(integer), Values{62});
    EXPECT_EQ(device.written(fraction), Values{32});
}

TEST_F(Pl011Test, InterruptsOfBothDirections) {
    uart.enable_interrupts({.receive = true, .transmit = false});
    uart.enable_interrupts({.receive = false, .transmit = true});
    uart.enable_interrupts({});
    EXPECT_EQ(device.written(mask), (Values{0x50, 0x20, 0})); // receive: level and timeout
}

TEST_F(Pl011Test, AcknowledgeClearsWhatIsNamed) {
    uart.acknowledge({.receive = true});
    uart.acknowledge({.transmit = true});
    EXPECT_EQ(device.written(clear), (Values{0x50, 0x20}));
}

} // namespace
