// SPDX-License-Identifier: BSD-2-Clause
//
// Numbers and text out of raw bytes, at any alignment and in either byte order.
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace formats {

using Bytes = std::span<std::byte const>;

/// Whether [offset, offset + size) lies inside; immune to overflow.
constexpr bool holds(Bytes bytes, std::uint64_t offset, std::uint64_t size) {
    return offset <= bytes.size() && size <= bytes.size() - offset;
}

/// The number at `offset`; the caller has made sure that the bytes hold it.
template <std::unsigned_integral T>
T load(Bytes bytes, std::uint64_t offset, std::endian order) {
    std::array<std::byte, sizeof(T)> raw;
    std::memcpy(raw.data(), bytes.subspan(offset, sizeof(T)).data(), sizeof(T));
    auto const value = std::bit_cast<T>(raw);
    return order == std::endian::native ? value : std::byteswap(value);
}

template <std::unsigned_integral T>
T load_little(Bytes bytes, std::uint64_t offset) {
    return load<T>(bytes, offset, std::endian::little);
}

template <std::unsigned_integral T>
T load_big(Bytes bytes, std::uint64_t offset) {
    return load<T>(bytes, offset, std::endian::big);
}

inline std::string_view as_text(Bytes bytes) {
    return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

/// The text from `offset` to the next zero byte, if there is one.
inline std::optional<std::string_view> terminated_text(Bytes bytes, std::uint64_t offset) {
    if (offset > bytes.size()) {
        return std::nullopt;
    }
    auto const rest = as_text(bytes.subspan(offset));
    auto const end = rest.find('\0');
    return end == rest.npos ? std::nullopt : std::optional{rest.substr(0, end)};
}

} // namespace formats
