// SPDX-License-Identifier: BSD-2-Clause
//
// What the rows of the root task are made of: a lab to measure in, and a marked system call.
#pragma once

#include "counting.hpp"
#include "lab.hpp"

#include <span>
#include <string_view>

namespace bench {

using test::Lab;
using test::Registers;

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

struct Row {
    std::string_view name;
    void (*measure)(Lab& lab, Samples& samples);
};

using Rows = std::span<Row const>;

} // namespace bench
