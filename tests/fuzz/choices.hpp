// SPDX-License-Identifier: BSD-2-Clause
//
// The bytes of an input, as choices. Behind its end everything is 0.
#pragma once

#include <api/types.hpp>

#include <algorithm>
#include <cstdint>
#include <random>
#include <span>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max);

namespace fuzz {

class Choices {
public:
    explicit Choices(std::span<std::uint8_t const> bytes) : bytes_{bytes} {}

    [[nodiscard]] bool left() const { return !bytes_.empty(); }

    std::uint8_t byte() {
        if (bytes_.empty()) {
            return 0;
        }
        auto const first = bytes_.front();
        bytes_ = bytes_.subspan(1);
        return first;
    }

    api::Word below(api::Word limit) { return byte() % limit; }

    api::Word any_of(std::span<api::Word const> words) { return words[below(words.size())]; }

private:
    std::span<std::uint8_t const> bytes_;
};

/// For LLVMFuzzerCustomMutator: where every input is a sequence of calls, only a long one gets far.
/// So short ones are made long.
inline std::size_t mutate_to_long(std::uint8_t* data, std::size_t size, std::size_t max,
                                  unsigned seed) {
    constexpr std::size_t short_size = 64;
    if (size >= short_size || max < short_size) {
        return LLVMFuzzerMutate(data, size, max);
    }
    std::mt19937 random{seed};
    std::generate_n(data, max, [&random] { return static_cast<std::uint8_t>(random()); });
    return max;
}

} // namespace fuzz
