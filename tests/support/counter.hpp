// SPDX-License-Identifier: BSD-2-Clause
//
// Registers that programs read themselves: the counter, and the thread pointer.
#pragma once

#include <api/types.hpp>

namespace test {

using api::Word;

inline Word ticks() {
    Word now; // NOLINT: asm fills it
    asm volatile("isb; mrs %0, cntvct_el0" : "=r"(now));
    return now;
}

inline Word ticks_per_ms() {
    Word frequency; // NOLINT: asm fills it
    asm volatile("mrs %0, cntfrq_el0" : "=r"(frequency));
    return frequency / 1000;
}

inline void spin_ms(Word milliseconds) {
    auto const end = ticks() + milliseconds * ticks_per_ms();
    while (ticks() < end) {
    }
}

inline Word thread_pointer() {
    Word value; // NOLINT: asm fills it
    asm volatile("mrs %0, tpidr_el0" : "=r"(value));
    return value;
}

inline void set_thread_pointer(Word value) {
    asm volatile("msr tpidr_el0, %0" ::"r"(value));
}

} // namespace test
