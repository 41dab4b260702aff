// SPDX-License-Identifier: BSD-2-Clause
//
// Aliases: short names for the first words of a line.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace shell {

struct Alias {
    std::string_view name;
    std::array<std::string_view, 2> words; // a command, and its first argument
};

[[nodiscard]] std::span<Alias const> aliases();

/// Null if there is none of that name.
[[nodiscard]] Alias const* find_alias(std::string_view name);

} // namespace shell
