// SPDX-License-Identifier: BSD-2-Clause
//
// TimerScale: microseconds to ticks and back, for one frequency.
#pragma once

#include <cstdint>
#include <limits>

namespace arch {

/// Counts in whole MHz if the frequency allows, in kHz otherwise. This decides the longest period
/// (programs see it in range errors), because the product with `numerator` must fit in a word.
struct TimerScale {
    std::uint64_t numerator;
    std::uint64_t denominator;

    static constexpr TimerScale of(std::uint64_t hertz) {
        return hertz % 1'000'000 == 0 ? TimerScale{hertz / 1'000'000, 1}
                                      : TimerScale{hertz / 1'000, 1'000};
    }

    [[nodiscard]] constexpr std::uint64_t to_ticks(std::uint64_t us) const {
        return us * numerator / denominator;
    }

    [[nodiscard]] constexpr std::uint64_t to_us(std::uint64_t ticks) const {
        return ticks * denominator / numerator;
    }

    [[nodiscard]] constexpr std::uint64_t max_period_us() const {
        return std::numeric_limits<std::uint64_t>::max() / numerator / 8;
    }
};

} // namespace arch
