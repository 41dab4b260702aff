// SPDX-License-Identifier: BSD-2-Clause
//
// Time since the counter of the machine started, without a system call: the kernel lets programs
// read the virtual counter.
#pragma once

#include <cstdint>

namespace client::clock {

[[nodiscard]] std::uint64_t ticks();

[[nodiscard]] std::uint64_t ticks_per_second();

/// Split so that the product does not overflow in this century.
[[nodiscard]] inline std::uint64_t milliseconds() {
    auto const now = ticks();
    auto const rate = ticks_per_second();
    return now / rate * 1000 + now % rate * 1000 / rate;
}

} // namespace client::clock
