// SPDX-License-Identifier: BSD-2-Clause
//
// Bytes of a file, and reading plain structs and numbers from them at any alignment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace formats {

using Bytes = std::span<std::byte const>;

/// [offset, offset + size) lies inside; does not overflow.
[[nodiscard]] constexpr bool inside(Bytes bytes, std::uint64_t offset, std::uint64_t size) {
    return offset <= bytes.size() && size <= bytes.size() - offset;
}

/// The range must be inside().
template <typename T>
    requires std::is_trivially_copyable_v<T>
[[nodiscard]] T read_at(Bytes bytes, std::uint64_t offset) {
    T value;
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}

[[nodiscard]] inline std::string_view as_text(Bytes bytes) {
    return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

} // namespace formats
