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
    // isb: the counter must not be read ahead of what is being timed.
    asm volatile("isb; mrs %0, cntvct_el0" : "=r"(ticks)::"memory");
    return ticks;
}

/// The timer interrupt fires as soon as now() is not below `deadline`.
inline void set_deadline(std::uint64_t deadline) {
    asm volatile("msr cntv_cval_el0, %0; isb" ::"r"(deadline) : "memory");
}

/// Ticks per second.
[[nodiscard]] inline std::uint64_t frequency() {
    std::uint64_t hertz;
    asm("mrs %0, cntfrq_el0" : "=r"(hertz));
    return hertz;
}

[[nodiscard]] inline TimerScale timer_scale() {
    return TimerScale::of(frequency());
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
