// SPDX-License-Identifier: BSD-2-Clause
//
// What a test found, in words.
#pragma once

#include <base/format.hpp>

#include <programs/memtest/march.hpp>

namespace memtest {

/// `address` is that of the memory's first word.
constexpr void put(base::Writer& out, Findings const& findings, std::uint64_t address) {
    if (findings.errors == 0) {
        out.put("ok");
        return;
    }
    auto const& first = findings.first;
    out.put(findings.errors)
        .put(findings.errors == 1 ? " error" : " errors, the first")
        .put(" at ")
        .put(base::Hex{address + first.index * sizeof(Word)})
        .put(": ")
        .put(base::Hex{first.found, 16})
        .put(" instead of ")
        .put(base::Hex{first.expected, 16})
        .put("; wrong bits: ")
        .put(base::Hex{findings.wrong_bits, 16});
}

} // namespace memtest
