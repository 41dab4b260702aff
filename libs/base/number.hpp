// SPDX-License-Identifier: BSD-2-Clause
//
// Numbers as people write them.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace base {

/// A whole decimal number; nothing if `text` is anything else or too large.
[[nodiscard]] inline std::optional<std::uint64_t> parse_number(std::string_view text) {
    if (text.empty()) {
        return std::nullopt;
    }
    std::uint64_t value = 0;
    auto const* const begin = &text.front();
    auto const* const end = begin + text.size();
    auto const result = std::from_chars(begin, end, value);
    if (result.ec != std::errc{} || result.ptr != end) {
        return std::nullopt;
    }
    return value;
}

} // namespace base
