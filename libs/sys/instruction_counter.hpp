// SPDX-License-Identifier: BSD-2-Clause
//
// How many instructions the machine has executed since reset: the loader starts event counter 0 of
// the performance monitors on INST_RETIRED, and the kernel lets programs read it. QEMU counts under
// `-icount`, where the number is exact and the same on every run.
#pragma once

#include <base/bits.hpp>

#include <cstdint>

namespace sys {

/// Modulo 2^32, kernel included; always 0 on a machine that does not count them.
[[nodiscard]] inline std::uint64_t instructions_executed() {
    using CountsInstructions = base::Bits<bool, 8>;
    std::uint64_t events;
    asm volatile("mrs %0, pmceid0_el0" : "=r"(events));
    if (!CountsInstructions::get(events)) {
        return 0;
    }
    std::uint64_t count;
    asm volatile("isb\n\tmrs %0, pmevcntr0_el0" : "=r"(count));
    return count;
}

} // namespace sys
