// SPDX-License-Identifier: BSD-2-Clause
//
// CRC-32 as in zlib and Ethernet: has an image arrived as it was made?
#pragma once

#include <formats/bytes.hpp>

namespace formats {

[[nodiscard]] std::uint32_t crc32(Bytes bytes);

} // namespace formats
