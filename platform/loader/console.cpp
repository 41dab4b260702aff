// SPDX-License-Identifier: BSD-2-Clause
//
// The loader's console: the board's PL011, polled.

#include "console.hpp"

#include <board.hpp>
#include <drivers/bcm2711_gpio.hpp>
#include <drivers/pl011.hpp>

namespace loader {

namespace {

constexpr std::uint32_t baud = 115'200;

auto uart() {
    return drivers::Pl011{base::MappedIo{Board::uart.raw()}};
}

} // namespace

void set_up_console() {
    if constexpr (Board::gpio != base::PhysAddr{}) {
        drivers::Bcm2711Gpio{base::MappedIo{Board::gpio.raw()}}.route_uart0();
    }
    uart().set_up(Board::uart_clock, baud);
}

void write_line(std::string_view text) {
    auto port = uart();
    for (char const c : text) {
        port.put(c);
    }
    port.put('\r');
    port.put('\n');
}

void stop() {
    uart().drain();
    while (true) {
        asm volatile("wfi");
    }
}

} // namespace loader

extern "C" void loader_exception(std::uint64_t syndrome, std::uint64_t instruction,
                                 std::uint64_t address) {
    loader::refuse("the loader met an exception: syndrome ", base::Hex{syndrome}, ", instruction ",
                   base::Hex{instruction}, ", address ", base::Hex{address});
}
