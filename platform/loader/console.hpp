// SPDX-License-Identifier: BSD-2-Clause
//
// What the loader has to say: lines on the UART, and the last line.
#pragma once

#include <base/format.hpp>

#include <array>

namespace loader {

/// Pins, line speed, FIFOs. Before anything is said.
void set_up_console();

void write_line(std::string_view text);

/// Waits for the last character to leave, then for ever.
[[noreturn]] void stop();

template <typename... Args>
void say(Args const&... args) {
    std::array<char, 160> line;
    write_line(base::format_to(line, "quire: ", args...));
}

/// One line with the reason why the machine does not start.
template <typename... Args>
[[noreturn]] void refuse(Args const&... args) {
    say(args...);
    stop();
}

} // namespace loader
