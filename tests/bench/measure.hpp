// SPDX-License-Identifier: BSD-2-Clause
//
// Marks and what lies between them. A mark is one instruction that reads how many instructions the
// processor has retired (performance monitor counter 0, which the loader starts).
#pragma once

#include "lab.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace bench {

using api::Word;
using test::Lab;
using test::Registers;

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

struct MarkedTrap {
    Count before;
    Count after;
    Registers registers;

    [[nodiscard]] Count cost() const { return between(before, after); }
};

/// A system call with nothing else between the marks: all registers are loaded before the first.
inline MarkedTrap marked_trap(api::Syscall number, Registers const& in) {
    register Word x0 asm("x0") = in.x[0];
    register Word x1 asm("x1") = in.x[1];
    register Word x2 asm("x2") = in.x[2];
    register Word x3 asm("x3") = in.x[3];
    register Word x4 asm("x4") = in.x[4];
    register Word x5 asm("x5") = in.x[5];
    register Word x6 asm("x6") = in.x[6];
    register Word x7 asm("x7") = static_cast<Word>(number);
    register Word x8 asm("x8") = in.x[8];
    Word before; // NOLINT: asm fills it
    Word after;  // NOLINT
    asm volatile("mrs %[before], pmevcntr0_el0\n\t"
                 "svc #0\n\t"
                 "mrs %[after], pmevcntr0_el0"
                 : [before] "=&r"(before), [after] "=&r"(after), "+r"(x0), "+r"(x1), "+r"(x2),
                   "+r"(x3), "+r"(x4), "+r"(x5), "+r"(x6), "+r"(x7), "+r"(x8)
                 :
                 : "memory");
    return {.before = static_cast<Count>(before),
            .after = static_cast<Count>(after),
            .registers = {{x0, x1, x2, x3, x4, x5, x6, x7, x8}}};
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
        while (!full()) {
            add(once());
        }
    }

    /// All of them; then there are none.
    [[nodiscard]] std::span<Count const> sort();

private:
    std::array<Count, size> counts_{};
    std::size_t count_{0};
};

inline Count median(std::span<Count const> sorted) {
    return sorted[sorted.size() / 2];
}

struct Row {
    std::string_view name;
    void (*measure)(Lab& lab, Samples& samples);
};

using Rows = std::span<Row const>;

} // namespace bench
