// SPDX-License-Identifier: BSD-2-Clause
//
// UTF-8 by the Unicode standard, table 3-7, and the widths of its large blocks.

#include <base/bits.hpp>
#include <shell/utf8.hpp>

#include <algorithm>
#include <array>

namespace shell::utf8 {

namespace {

using ContinuationBits = base::Bits<CodePoint, 0, 6>;
using ContinuationMark = base::Bits<unsigned, 6, 2>;

struct Range {
    CodePoint first;
    CodePoint last;
};

template <std::size_t Count>
bool contains(std::array<Range, Count> const& ranges, CodePoint point) {
    return std::ranges::any_of(
        ranges, [&](Range range) { return range.first <= point && point <= range.last; });
}

// East Asian wide blocks and pictographs.
constexpr std::array<Range, 9> wide{{{0x1100, 0x115f},
                                     {0x2e80, 0xa4cf},
                                     {0xac00, 0xd7a3},
                                     {0xf900, 0xfaff},
                                     {0xfe30, 0xfe6f},
                                     {0xff00, 0xff60},
                                     {0xffe0, 0xffe6},
                                     {0x1f300, 0x1faff},
                                     {0x20000, 0x3fffd}}};

// Marks that are drawn over the character in front of them.
constexpr std::array<Range, 3> zero_width{{{0x300, 0x36f}, {0x200b, 0x200f}, {0xfe00, 0xfe0f}}};

constexpr std::array<CodePoint, 5> smallest_of_length{0, 0, 0x80, 0x800, 0x10000};

std::size_t columns_of(CodePoint point) {
    if (contains(zero_width, point)) {
        return 0;
    }
    return contains(wide, point) ? 2 : 1;
}

} // namespace

std::size_t length_from_lead(char lead) {
    auto const byte = static_cast<unsigned char>(lead);
    if (byte < 0x80) {
        return 1;
    }
    if (byte < 0xc2 || byte > 0xf4) {
        return 0; // a continuation, an overlong form, or above the last code point
    }
    return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

bool is_continuation(char byte) {
    return ContinuationMark::get(static_cast<unsigned>(static_cast<unsigned char>(byte))) == 2;
}

CodePoint decode(std::string_view sequence) {
    auto const lead = static_cast<CodePoint>(static_cast<unsigned char>(sequence.front()));
    if (sequence.size() == 1) {
        return lead;
    }
    auto point = lead & base::low_mask(7 - static_cast<unsigned>(sequence.size()));
    for (char const byte : sequence.substr(1)) {
        auto const bits = static_cast<CodePoint>(static_cast<unsigned char>(byte));
        point = point * 64 + ContinuationBits::get(bits);
    }
    return static_cast<CodePoint>(point);
}

bool is_text(std::string_view sequence) {
    if (sequence.empty() || length_from_lead(sequence.front()) != sequence.size() ||
        !std::ranges::all_of(sequence.substr(1), is_continuation)) {
        return false;
    }
    auto const point = decode(sequence);
    bool const control = point < 0x20 || (point >= 0x7f && point < 0xa0);
    bool const surrogate = point >= 0xd800 && point <= 0xdfff;
    return !control && !surrogate && point >= smallest_of_length[sequence.size()] &&
           point <= 0x10ffff;
}

std::size_t next(std::string_view text, std::size_t position) {
    if (position >= text.size()) {
        return text.size();
    }
    do {
        ++position;
    } while (position < text.size() && is_continuation(text[position]));
    return position;
}

std::size_t previous(std::string_view text, std::size_t position) {
    if (position == 0) {
        return 0;
    }
    do {
        --position;
    } while (position > 0 && is_continuation(text[position]));
    return position;
}

std::size_t columns(std::string_view text) {
    std::size_t result = 0;
    for (std::size_t at = 0; at < text.size();) {
        auto const end = next(text, at);
        result += columns_of(decode(text.substr(at, end - at)));
        at = end;
    }
    return result;
}

} // namespace shell::utf8
