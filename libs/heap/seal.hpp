// SPDX-License-Identifier: BSD-2-Clause
//
// A sealed word: 48 bits, and 16 more that fit only those bits at only that address. What was
// overwritten, or never was such a word, is noticed (but for one in 65536).
#pragma once

#include <base/bits.hpp>

#include <cstdint>

namespace heap {

using SealedValue = base::Bits<std::uint64_t, 0, 48>;
using SealCheck = base::Bits<std::uint64_t, 48, 16>;

/// Spreads the bits of an address over the upper bits of a word; what is far apart from what is
/// close by. The factor is 2^64 divided by the golden ratio.
constexpr std::uint64_t scatter(std::uint64_t value) {
    return value * 0x9E37'79B9'7F4A'7C15;
}

constexpr std::uint64_t seal(std::uint64_t value, void const* address) {
    auto const bits = SealedValue::get(value); // an old check, if there is one, does not count
    auto const check = scatter(bits ^ reinterpret_cast<std::uintptr_t>(address));
    return SealCheck::set(bits, SealCheck::get(check));
}

constexpr bool is_sealed(std::uint64_t word, void const* address) {
    return word == seal(SealedValue::get(word), address);
}

} // namespace heap
