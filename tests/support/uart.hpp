// SPDX-License-Identifier: BSD-2-Clause
//
// The board's UART, written to by polling.
#pragma once

#include <board.hpp>
#include <drivers/pl011.hpp>

namespace test {

using Uart = drivers::Pl011<base::MappedIo>;

/// After start_uart().
[[nodiscard]] Uart& uart();

class Lab;
void start_uart(Lab& lab);

} // namespace test
