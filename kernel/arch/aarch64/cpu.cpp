// SPDX-License-Identifier: BSD-2-Clause
//
// The processor, and the debug console.

#include "kernel_map.hpp"
#include <arch/cpu.hpp>
#include <base/mmio.hpp>
#include <drivers/bcm2711_mini_uart.hpp>
#include <drivers/pl011.hpp>

namespace arch {

namespace {

/// Which of two UARTs leads to a person is decided by firmware and loader, which the kernel cannot
/// ask: what it says goes to both, if the second is on.
void repeat(char c) {
    if constexpr (has_second_console) {
        drivers::Bcm2711MiniUart uart{base::MappedIo{second_console_registers.raw()}};
        if (uart.sends()) {
            uart.put(c);
        }
    }
}

} // namespace

void halt() {
    for (;;) {
        asm volatile("msr daifset, #15; wfi" ::: "memory");
    }
}

void put_char(char c) {
    drivers::Pl011 uart{base::MappedIo{console_registers.raw()}};
    uart.put(c);
    repeat(c);
}

} // namespace arch
