// SPDX-License-Identifier: BSD-2-Clause
//
// Random bytes are hardly ever a file of any format. So the fuzzer's input says how to spoil a good
// one: where, and with what; and how much of it is left. Long enough, it is a file by itself.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace fuzz {

/// The bytes in a block of their own, so that AddressSanitizer sees each step outside.
inline std::vector<std::byte> spoiled(std::vector<std::byte> sample,
                                      std::span<std::uint8_t const> input) {
    constexpr std::size_t record_size = 4; // offset (2), new byte, how many of it
    if (input.empty() || sample.empty()) {
        return {};
    }
    bool const is_file_itself = input[0] == 0xff;
    bool const is_cut = input[0] % 2 == 1;
    input = input.subspan(1);
    if (is_file_itself) {
        auto const raw = std::as_bytes(input);
        return {raw.begin(), raw.end()};
    }
    for (; input.size() >= record_size; input = input.subspan(record_size)) {
        auto const begin = (input[0] + input[1] * 256u) % sample.size();
        auto const end = std::min<std::size_t>(begin + 1 + input[3] % 8, sample.size());
        std::fill(sample.begin() + static_cast<std::ptrdiff_t>(begin),
                  sample.begin() + static_cast<std::ptrdiff_t>(end), std::byte{input[2]});
        if (is_cut && input[3] > 250) {
            sample.resize(std::max<std::size_t>(begin, 1));
        }
    }
    sample.shrink_to_fit();
    return sample;
}

} // namespace fuzz
