// SPDX-License-Identifier: BSD-2-Clause
//
// The board's UART. The loader has set up its line; here it is only found and mapped.

#include "uart.hpp"

#include "lab.hpp"

#include <optional>

namespace test {

namespace {

std::optional<Uart> the_uart;

} // namespace

Uart& uart() {
    return *the_uart;
}

void start_uart(Lab& lab) {
    the_uart.emplace(base::MappedIo{lab.map_device(Board::uart)});
}

} // namespace test
