// SPDX-License-Identifier: BSD-2-Clause
//
// Random: numbers without order that can be had again, each for itself.
#pragma once

#include <cstddef>
#include <cstdint>

namespace programs {

/// The mixing function of the generator SplitMix64. No two indices have the same number.
struct Random {
    std::uint64_t seed;

    constexpr std::uint64_t operator()(std::size_t index) const {
        std::uint64_t value = seed + index * 0x9e37'79b9'7f4a'7c15;
        value = (value ^ (value >> 30)) * 0xbf58'476d'1ce4'e5b9;
        value = (value ^ (value >> 27)) * 0x94d0'49bb'1331'11eb;
        return value ^ (value >> 31);
    }
};

} // namespace programs
