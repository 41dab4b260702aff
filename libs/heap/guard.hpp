// SPDX-License-Identifier: BSD-2-Clause
//
// Guard: what a block has behind it when blocks are checked. Its payload is made larger than asked
// for; the bytes behind what was asked for hold a pattern, and the last word how much it was.
//
// Out of line: without checks, blocks come and go at half the cost if this is not in the way.
//
//     header | what was asked for | pattern, 16 bytes or more | the size, sealed
#pragma once

#include <heap/seal.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>

namespace heap::guard {

inline constexpr std::size_t shortest_pattern = 16;
inline constexpr std::size_t longest_pattern = 256; // so that large blocks cost no more than others
inline constexpr std::size_t size = shortest_pattern + sizeof(std::uint64_t);
inline constexpr auto pattern = std::byte{0xFD};

constexpr std::size_t pattern_length(std::size_t payload_size, std::size_t requested) {
    return std::min(payload_size - sizeof(std::uint64_t) - requested, longest_pattern);
}

/// `requested` is at most `payload_size - size`.
[[gnu::noinline]] inline void write(std::byte* payload, std::size_t payload_size,
                                    std::size_t requested) {
    std::memset(payload + requested, std::to_integer<int>(pattern),
                pattern_length(payload_size, requested));
    std::byte* const record = payload + payload_size - sizeof(std::uint64_t);
    auto const word = seal(requested, record);
    std::memcpy(record, &word, sizeof(word));
}

/// How much was asked for; nothing if any of it was overwritten.
[[gnu::noinline]] inline std::optional<std::size_t> read(std::byte const* payload,
                                                         std::size_t payload_size) {
    std::byte const* const record = payload + payload_size - sizeof(std::uint64_t);
    std::uint64_t word{};
    std::memcpy(&word, record, sizeof(word));
    auto const requested = SealedValue::get(word);
    if (!is_sealed(word, record) || requested > payload_size - size) {
        return std::nullopt;
    }
    std::byte const* const begin = payload + requested;
    bool const intact = std::all_of(begin, begin + pattern_length(payload_size, requested),
                                    [](std::byte value) { return value == pattern; });
    return intact ? std::optional{requested} : std::nullopt;
}

} // namespace heap::guard
