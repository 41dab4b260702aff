// SPDX-License-Identifier: BSD-2-Clause
//
// Byte by byte over a table that the compiler makes.

#include <formats/checksum.hpp>

namespace formats {

namespace {

constexpr std::uint32_t polynomial = 0xedb8'8320; // reflected

constexpr auto table = [] {
    std::array<std::uint32_t, 256> result{};
    for (std::uint32_t i = 0; i < result.size(); ++i) {
        auto value = i;
        for (int bit = 0; bit < 8; ++bit) {
            value = value % 2 != 0 ? value / 2 ^ polynomial : value / 2;
        }
        result[i] = value;
    }
    return result;
}();

} // namespace

std::uint32_t crc32(Bytes bytes) {
    std::uint32_t state = ~0u;
    for (auto const byte : bytes) {
        state = state / 256 ^ table[(state ^ std::to_integer<std::uint32_t>(byte)) % 256];
    }
    return ~state;
}

} // namespace formats
