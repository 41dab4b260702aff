// SPDX-License-Identifier: BSD-2-Clause
//
// Addresses as people write them: 0x... or decimal, alone or as START-END or START+SIZE.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace shell {

[[nodiscard]] std::optional<std::uint64_t> parse_address(std::string_view text);

/// Never empty: `start` is below `end`.
struct AddressRange {
    std::uint64_t start;
    std::uint64_t end;

    bool operator==(AddressRange const&) const = default;
};

inline constexpr AddressRange all_addresses{.start = 0, .end = ~std::uint64_t{0}};

[[nodiscard]] std::optional<AddressRange> parse_range(std::string_view text);

} // namespace shell
