// SPDX-License-Identifier: BSD-2-Clause
//
// Marks and what lies between them. A mark is one instruction that reads how many instructions the
// processor has retired (performance monitor counter 0, which the loader starts).
#pragma once

#include <api/types.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

namespace bench {

using api::Word;

/// Modulo 2^32, as the counter is.
using Count = std::uint32_t;

inline Count mark() {
    Word now; // NOLINT: asm fills it
    asm volatile("mrs %0, pmevcntr0_el0" : "=r"(now)::"memory");
    return static_cast<Count>(now);
}

/// Instructions between two marks. The first mark is itself one.
constexpr Count between(Count first, Count last) {
    return last - first - 1;
}

/// What one row of the table was measured as.
class Samples {
public:
    static constexpr std::size_t size = 1001; // odd, so that one of them is the median

    [[nodiscard]] bool full() const { return count_ == size; }

    void add(Count count) {
        if (!full()) {
            counts_[count_++] = count;
        }
    }

    /// `once` does the thing and returns its cost.
    template <typename F>
    void take(F const& once) {
        take(size, once);
    }

    /// So many are enough where each is the mean of many.
    template <typename F>
    void take(std::size_t enough, F const& once) {
        while (count_ < enough) {
            add(once());
        }
    }

    /// All of them; then there are none.
    [[nodiscard]] std::span<Count const> sort() {
        auto const taken = std::span{counts_}.first(count_);
        count_ = 0;
        // With std::less the library would expect a compiled instance.
        std::ranges::sort(taken, [](Count a, Count b) { return a < b; });
        return taken;
    }

private:
    std::array<Count, size> counts_{};
    std::size_t count_{0};
};

inline Count median(std::span<Count const> sorted) {
    return sorted[sorted.size() / 2];
}

} // namespace bench
