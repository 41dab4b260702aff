// SPDX-License-Identifier: BSD-2-Clause
//
// The machine's counter, which runs at a constant rate: the kernel lets programs read it.
#pragma once

#include <cstdint>

namespace sys {

[[nodiscard]] inline std::uint64_t virtual_counter() {
    std::uint64_t ticks;
    asm volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(ticks)); // not earlier than what precedes it
    return ticks;
}

} // namespace sys
