// SPDX-License-Identifier: BSD-2-Clause
//
// Text on the kernel's debug console, one line per call.
#pragma once

#include <base/format.hpp>

#include <array>
#include <string_view>

namespace kernel {

/// No newline is added.
void print_text(std::string_view text);

/// The arguments one after another, cut to a line's length, and a newline.
template <typename... Args>
void print(Args const&... args) {
    std::array<char, 160> line;
    print_text(base::format_to(line, args...));
    print_text("\n");
}

} // namespace kernel
