// SPDX-License-Identifier: BSD-2-Clause
//
// Memory with contents that tell whose they are and where they belong.
#pragma once

#include <api/object.hpp>

namespace test {

using api::Word;

using api::page_size;
inline constexpr Word user_end = api::user_top + 1;

[[nodiscard]] constexpr Word page_down(Word address) {
    return base::align_down(address, api::page_bits);
}

[[nodiscard]] constexpr Word page_up(Word address) {
    return base::align_up(address, api::page_bits);
}

[[nodiscard]] inline Word volatile& word_at(Word address) {
    return *reinterpret_cast<Word volatile*>(address);
}

/// Another word for each place and each seed, never zero.
[[nodiscard]] constexpr Word pattern(Word seed, Word index) {
    return ((seed << 32) + index) * 0x9e37'79b9'7f4a'7c15u | 1;
}

inline void fill(Word address, Word size, Word seed) {
    for (Word offset = 0; offset < size; offset += sizeof(Word)) {
        word_at(address + offset) = pattern(seed, offset);
    }
}

/// What fill() wrote has this sum, and memory that nobody has written has 0.
[[nodiscard]] constexpr Word add_to_sum(Word sum, Word word) {
    return (sum << 5 | sum >> 59) ^ word;
}

[[nodiscard]] inline Word sum_of(Word address, Word size) {
    Word sum = 0;
    for (Word offset = 0; offset < size; offset += sizeof(Word)) {
        sum = add_to_sum(sum, word_at(address + offset));
    }
    return sum;
}

[[nodiscard]] constexpr Word expected_sum(Word size, Word seed) {
    Word sum = 0;
    for (Word offset = 0; offset < size; offset += sizeof(Word)) {
        sum = add_to_sum(sum, pattern(seed, offset));
    }
    return sum;
}

} // namespace test
