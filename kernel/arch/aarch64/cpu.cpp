// SPDX-License-Identifier: BSD-2-Clause
//
// The processor, and the debug console.

#include "kernel_map.hpp"
#include <arch/cpu.hpp>
#include <base/mmio.hpp>
#include <drivers/pl011.hpp>

namespace arch {

void halt() {
    for (;;) {
        asm volatile("msr daifset, #15; wfi" ::: "memory");
    }
}

void put_char(char c) {
    drivers::Pl011 uart{base::MappedIo{console_registers.raw()}};
    uart.put(c);
}

} // namespace arch
