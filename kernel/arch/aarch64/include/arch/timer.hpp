// SPDX-License-Identifier: BSD-2-Clause
//
// The kernel's clock: the EL1 virtual timer. It counts ticks; programs speak of microseconds.
#pragma once

#include <arch/timer_scale.hpp>

#include <cstdint>

namespace arch {

/// Ticks since some moment before boot.
[[nodiscard]] inline std::uint64_t now() {
    std::uint64_t ticks;
    // Not read ahead of the kernel entry, which synchronises; within one it does not matter.
    asm volatile("mrs %0, cntvct_el0" : "=r"(ticks)::"memory");
    return ticks;
}

/// The timer interrupt fires as soon as now() is not below `deadline`; at the latest from the
/// return to the program on, which synchronises.
inline void set_deadline(std::uint64_t deadline) {
    asm volatile("msr cntv_cval_el0, %0" ::"r"(deadline) : "memory");
}

/// Ticks per second.
[[nodiscard]] inline std::uint64_t frequency() {
    std::uint64_t hertz;
    asm("mrs %0, cntfrq_el0" : "=r"(hertz));
    return hertz;
}

/// Computed once: the divisions are longer than most kernel entries.
[[nodiscard]] inline TimerScale const& timer_scale() {
    static TimerScale const scale = TimerScale::of(frequency());
    return scale;
}

[[nodiscard]] inline std::uint64_t us_to_ticks(std::uint64_t us) {
    return timer_scale().to_ticks(us);
}

[[nodiscard]] inline std::uint64_t ticks_to_us(std::uint64_t ticks) {
    return timer_scale().to_us(ticks);
}

/// The longest period that time arithmetic cannot overflow with.
[[nodiscard]] inline std::uint64_t max_period_us() {
    return timer_scale().max_period_us();
}

} // namespace arch
