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
constexpr unsigned transmit_pin = 14;
constexpr unsigned receive_pin = 15;

auto uart() {
    return drivers::Pl011{base::MappedIo{Board::uart.raw()}};
}

} // namespace

void set_up_console() {
    if constexpr (Board::gpio != base::PhysAddr{}) {
        // The transmit pin floats; the receive pin is pulled up, so that an open line is silent.
        drivers::Bcm2711Gpio pins{base::MappedIo{Board::gpio.raw()}};
        pins.set_function(transmit_pin, drivers::PinFunction::Alternate0);
        pins.set_function(receive_pin, drivers::PinFunction::Alternate0);
        pins.set_pull(transmit_pin, drivers::PinPull::None);
        pins.set_pull(receive_pin, drivers::PinPull::Up);
    }
    uart().start(Board::uart_clock, baud);
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

/// What the C++ library calls where it would throw.
void std::__libcpp_verbose_abort(char const*, ...) {
    loader::refuse("the loader failed a check of its own");
}
