// SPDX-License-Identifier: BSD-2-Clause
//
// The clock of the pretended machine: it shows what the test says, and stands still in between
// unless the test wants it to go on.
#pragma once

#include <arch/fake.hpp>
#include <arch/timer_scale.hpp>

#include <cstdint>

namespace arch {

[[nodiscard]] inline std::uint64_t now() {
    auto& machine = fake_machine();
    return machine.now += machine.ticks_per_look;
}

inline void set_deadline(std::uint64_t deadline) {
    fake_machine().deadline = deadline;
}

[[nodiscard]] inline std::uint64_t frequency() {
    return fake_machine().frequency;
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

[[nodiscard]] inline std::uint64_t max_period_us() {
    return timer_scale().max_period_us();
}

} // namespace arch
