// SPDX-License-Identifier: BSD-2-Clause
//
// Bits: a named run of bits inside a word, and the few operations on powers of two.
// No other file shifts and masks by hand.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>

namespace base {

/// A named run of bits inside a word. `T` is the type the bits mean: an enum, a bool, a number.
template <typename T, unsigned Shift, unsigned Width = 1>
struct Bits {
    using Value = T;

    template <std::unsigned_integral Word>
    static constexpr Word mask =
        static_cast<Word>((~Word{0} >> (sizeof(Word) * 8 - Width)) << Shift);

    template <std::unsigned_integral Word>
    [[nodiscard]] static constexpr T get(Word word) {
        return static_cast<T>((word & mask<Word>) >> Shift);
    }

    template <std::unsigned_integral Word>
    [[nodiscard]] static constexpr Word set(Word word, T value) {
        auto const shifted = static_cast<Word>(static_cast<Word>(value) << Shift);
        return static_cast<Word>((word & ~mask<Word>) | (shifted & mask<Word>));
    }
};

/// 2^bits; `bits` must be below 64.
constexpr std::uint64_t bit(unsigned bits) {
    return std::uint64_t{1} << bits;
}

/// The low `bits` bits set; any `bits` from 0 to 64.
constexpr std::uint64_t low_mask(unsigned bits) {
    return bits == 0 ? 0 : ~std::uint64_t{0} >> (64 - bits);
}

/// `width` bits of `value` from bit `shift` on; any width from 0 to 64.
constexpr std::uint64_t extract(std::uint64_t value, unsigned shift, unsigned width) {
    return width == 0 ? 0 : (value >> shift) & low_mask(width);
}

constexpr bool is_aligned(std::uint64_t value, unsigned bits) {
    return (value & low_mask(bits)) == 0;
}

constexpr std::uint64_t align_down(std::uint64_t value, unsigned bits) {
    return value & ~low_mask(bits);
}

/// Rounds up to a multiple of 2^bits; wraps to 0 past the top, which callers must rule out.
constexpr std::uint64_t align_up(std::uint64_t value, unsigned bits) {
    return align_down(value + low_mask(bits), bits);
}

/// The exponent of the largest power of two that is not above `value`; `value` is not 0.
constexpr unsigned log2_floor(std::uint64_t value) {
    return 63 - static_cast<unsigned>(std::countl_zero(value));
}

/// The exponent of the smallest power of two that is not below `value`; 0 for 0 and 1.
constexpr unsigned log2_ceil(std::uint64_t value) {
    return value <= 1 ? 0 : log2_floor(value - 1) + 1;
}

} // namespace base
