// SPDX-License-Identifier: BSD-2-Clause
//
// Text on the kernel's debug console.

#include <arch/cpu.hpp>
#include <kernel/debug/print.hpp>

namespace kernel {

void print_text(std::string_view text) {
    for (char const c : text) {
        if (c == '\n') {
            arch::put_char('\r');
        }
        arch::put_char(c);
    }
}

} // namespace kernel
