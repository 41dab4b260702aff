// SPDX-License-Identifier: BSD-2-Clause
//
// BitSpan: bits that somebody else keeps in words, numbered from the lowest of the first word on.
#pragma once

#include <base/bits.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>

namespace pager {

class BitSpan {
public:
    static constexpr std::uint32_t word_bits = 64;

    [[nodiscard]] static constexpr std::uint64_t words_for(std::uint64_t bits) {
        return (bits + word_bits - 1) / word_bits;
    }

    BitSpan() = default;
    explicit BitSpan(std::span<std::uint64_t> words) : words_{words} {}

    [[nodiscard]] bool has(std::uint64_t bit) const {
        return (words_[bit / word_bits] >> (bit % word_bits) & 1) != 0;
    }

    void set(std::uint64_t first, std::uint64_t count, bool value) {
        while (count > 0) {
            auto const shift = static_cast<unsigned>(first % word_bits);
            std::uint64_t const here = std::min<std::uint64_t>(count, word_bits - shift);
            std::uint64_t const mask = base::low_mask(static_cast<unsigned>(here)) << shift;
            std::uint64_t& word = words_[first / word_bits];
            word = value ? word | mask : word & ~mask;
            first += here;
            count -= here;
        }
    }

    /// How many bits from `first` on are not set, as far as the 64th. Behind the last word none is.
    [[nodiscard]] std::uint32_t count_clear(std::uint64_t first) const {
        auto const shift = static_cast<unsigned>(first % word_bits);
        std::uint64_t const index = first / word_bits;
        std::uint64_t next = words_[index] >> shift;
        if (shift > 0 && index + 1 < words_.size()) {
            next |= words_[index + 1] << (word_bits - shift);
        }
        return static_cast<std::uint32_t>(std::countr_zero(next));
    }

    [[nodiscard]] std::uint64_t count_set() const {
        std::uint64_t count = 0;
        for (std::uint64_t const word : words_) {
            count += static_cast<unsigned>(std::popcount(word));
        }
        return count;
    }

private:
    std::span<std::uint64_t> words_{};
};

} // namespace pager
