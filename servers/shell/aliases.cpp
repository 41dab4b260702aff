// SPDX-License-Identifier: BSD-2-Clause
//
// THE table of short names.

#include <shell/aliases.hpp>

#include <algorithm>

namespace shell {

namespace {

constexpr std::array table{
    Alias{"~1", {"cow", "status"}},    Alias{"~2", {"cow", "stats"}},
    Alias{"~3", {"cow", "create"}},    Alias{"~4", {"cow", "protect"}},
    Alias{"~5", {"cow", "unprotect"}}, Alias{"~6", {"cow", "test"}},
};

} // namespace

std::span<Alias const> aliases() {
    return table;
}

Alias const* find_alias(std::string_view name) {
    auto const* const found = std::ranges::find(table, name, &Alias::name);
    return found == table.end() ? nullptr : found;
}

} // namespace shell
