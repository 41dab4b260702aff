// SPDX-License-Identifier: BSD-2-Clause
//
// What memtest was asked to do.
#pragma once

#include <base/number.hpp>
#include <base/result.hpp>

#include <span>

namespace memtest {

struct Options {
    std::optional<std::uint64_t> mebibytes;
    std::optional<std::uint64_t> seed;
    bool plain{false};
    bool self_test{false};
};

inline constexpr std::uint64_t usual_mebibytes = 4;

/// More is a typing error.
inline constexpr std::uint64_t most_mebibytes = 1 << 24;

/// Words in any order. The error is the word that is none of them.
[[nodiscard]] inline base::Result<Options, std::string_view>
parse_options(std::span<char const* const> words) {
    constexpr std::string_view seed_option = "--seed=";
    Options options;
    for (std::string_view const word : words) {
        if (word == "--plain") {
            options.plain = true;
        } else if (word == "--self-test") {
            options.self_test = true;
        } else if (word.starts_with(seed_option)) {
            options.seed = base::parse_number(word.substr(seed_option.size()));
            if (!options.seed) {
                return base::fail(word);
            }
        } else {
            auto const number = base::parse_number(word).value_or(0);
            if (options.mebibytes || number == 0 || number > most_mebibytes) {
                return base::fail(word);
            }
            options.mebibytes = number;
        }
    }
    return options;
}

} // namespace memtest
