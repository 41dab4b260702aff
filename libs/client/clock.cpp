// SPDX-License-Identifier: BSD-2-Clause
//
// The counter registers.

#include <client/clock.hpp>
#include <sys/virtual_counter.hpp>

namespace client::clock {

std::uint64_t ticks() {
    return sys::virtual_counter();
}

std::uint64_t ticks_per_second() {
    std::uint64_t value;
    asm volatile("mrs %0, cntfrq_el0" : "=r"(value));
    return value;
}

} // namespace client::clock
