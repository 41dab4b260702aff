// SPDX-License-Identifier: BSD-2-Clause
//
// ProgressBar: [######..........], as far as the work is done.
#pragma once

#include <base/format.hpp>

#include <algorithm>

namespace programs {

class ProgressBar {
public:
    static constexpr std::size_t width = 20;

    /// Full when `whole` is done.
    explicit constexpr ProgressBar(std::uint64_t whole)
        : step_{std::max<std::uint64_t>(whole / width + (whole % width != 0), 1)}, whole_{whole} {}

    /// So much more is done. Whether the bar looks different now.
    constexpr bool advance(std::uint64_t amount) {
        auto const before = marks();
        done_ += std::min(amount, whole_ - done_);
        return marks() != before;
    }

    constexpr void put(base::Writer& out) const {
        out.put('[').fill('#', marks()).fill('.', width - marks()).put(']');
    }

private:
    [[nodiscard]] constexpr std::size_t marks() const {
        return done_ == whole_ ? width : done_ / step_;
    }

    std::uint64_t step_; // for one mark
    std::uint64_t whole_;
    std::uint64_t done_{0};
};

} // namespace programs
