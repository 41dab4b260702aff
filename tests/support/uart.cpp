// SPDX-License-Identifier: BSD-2-Clause
//
// The board's UART. The loader has set up its line; here it is only found and mapped.

#include "uart.hpp"

#include "lab.hpp"

namespace test {

namespace {

constinit Uart the_uart{base::MappedIo{0}};

} // namespace

Uart& uart() {
    return the_uart;
}

void start_uart(Lab& lab) {
    the_uart = Uart{base::MappedIo{lab.map_device(Board::uart)}};
}

} // namespace test
