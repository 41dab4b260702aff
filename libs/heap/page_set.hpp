// SPDX-License-Identifier: BSD-2-Clause
//
// PageSet: some of the pages of a run, at most 256 of them in a row. A page is known by its number
// modulo 256, so sets of neighbours are joined without regard to where each begins.
#pragma once

#include <base/bits.hpp>
#include <heap/page_source.hpp>

#include <algorithm>
#include <array>

namespace heap {

/// Whole pages next to each other, by number.
struct PageRange {
    std::uintptr_t first{0};
    std::uintptr_t behind{0};

    /// Those from `begin` to `end`.
    [[nodiscard]] static PageRange within(std::byte const* begin, std::byte const* end) {
        auto const first = (reinterpret_cast<std::uintptr_t>(begin) + page_size - 1) >> page_bits;
        auto const behind = reinterpret_cast<std::uintptr_t>(end) >> page_bits;
        return {.first = first, .behind = std::max(first, behind)};
    }

    [[nodiscard]] std::size_t count() const { return behind - first; }
    [[nodiscard]] std::byte* begin() const {
        return reinterpret_cast<std::byte*>(first << page_bits);
    }
    [[nodiscard]] std::size_t size() const { return count() << page_bits; }
};

class PageSet {
public:
    static constexpr std::size_t longest_range = 256;

    constexpr PageSet() = default;

    /// All pages of a range.
    explicit PageSet(PageRange range) {
        for (auto page = range.first; page < range.behind;) {
            auto const bit_in_word = static_cast<unsigned>(page % word_bits);
            auto const bits =
                std::min(range.behind - page, std::uintptr_t{word_bits - bit_in_word});
            words_[page / word_bits % words_.size()] |= base::low_mask(static_cast<unsigned>(bits))
                                                        << bit_in_word;
            page += bits;
        }
    }

    [[nodiscard]] bool empty() const {
        return (words_[0] | words_[1] | words_[2] | words_[3]) == 0;
    }

    [[nodiscard]] bool contains(std::uintptr_t page) const {
        return base::extract(words_[page / word_bits % words_.size()], page % word_bits, 1) != 0;
    }

    [[nodiscard]] std::size_t count() const {
        int sum = 0;
        for (auto const word : words_) {
            sum += std::popcount(word);
        }
        return static_cast<std::size_t>(sum);
    }

    PageSet& operator|=(PageSet const& other) {
        for (std::size_t i = 0; i < words_.size(); ++i) {
            words_[i] |= other.words_[i];
        }
        return *this;
    }

    PageSet& operator&=(PageSet const& other) {
        for (std::size_t i = 0; i < words_.size(); ++i) {
            words_[i] &= other.words_[i];
        }
        return *this;
    }

    friend bool operator==(PageSet const&, PageSet const&) = default;

private:
    static constexpr unsigned word_bits = 64;

    std::array<std::uint64_t, longest_range / word_bits> words_{};
};

} // namespace heap
