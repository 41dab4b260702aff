// SPDX-License-Identifier: BSD-2-Clause
//
// What a terminal does at the escape sequences of ECMA-48 that we use.
#pragma once

#include <string_view>

namespace shell::style {

inline constexpr std::string_view reset = "\x1b[0m", bold = "\x1b[1m", dim = "\x1b[2m",
                                  red = "\x1b[31m", green = "\x1b[32m", yellow = "\x1b[33m",
                                  blue = "\x1b[34m", magenta = "\x1b[35m", cyan = "\x1b[36m";

inline constexpr std::string_view clear_screen = "\x1b[H\x1b[2J";
inline constexpr std::string_view clear_to_end_of_line = "\x1b[K";

} // namespace shell::style
