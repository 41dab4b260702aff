// SPDX-License-Identifier: BSD-2-Clause
//
// The counter registers.

#include <client/clock.hpp>

namespace client::clock {

std::uint64_t ticks() {
    std::uint64_t value;
    asm volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(value)); // not earlier than what precedes it
    return value;
}

std::uint64_t ticks_per_second() {
    std::uint64_t value;
    asm volatile("mrs %0, cntfrq_el0" : "=r"(value));
    return value;
}

} // namespace client::clock
