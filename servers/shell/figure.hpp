// SPDX-License-Identifier: BSD-2-Clause
//
// Figure: one number with its name. A row with its share and its meaning for people, KEY=NUMBER for
// scripts.
#pragma once

#include <shell/printer.hpp>

#include <optional>

namespace shell {

enum class Unit : std::uint8_t { Count, Bytes };

struct Figure {
    std::string_view key; // for scripts
    std::string_view name;
    std::string_view what;
    std::uint64_t value;
    std::optional<std::uint64_t> whole{}; // what it is a part of, if anything
    Unit unit{Unit::Count};
};

void print(Printer& out, Figure const& figure);

} // namespace shell
