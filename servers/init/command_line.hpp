// SPDX-License-Identifier: BSD-2-Clause
//
// The first word of a command line, which names the program.
#pragma once

#include <ipc/protocol/process.hpp>

namespace init {

using ipc::process::blanks;

/// Without blanks around it.
constexpr std::string_view trimmed(std::string_view text) {
    auto const first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

constexpr std::string_view program_name(std::string_view command) {
    auto const text = trimmed(command);
    return text.substr(0, text.find_first_of(blanks));
}

} // namespace init
