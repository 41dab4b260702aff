// SPDX-License-Identifier: BSD-2-Clause
//
// LineView: what to send to a terminal so that it shows a prompt and a line with its cursor. A line
// that is too wide scrolls sideways; the width assumed is that of the smallest usual terminal.
#pragma once

#include <shell/line_buffer.hpp>

#include <array>
#include <string_view>

namespace shell {

class LineView {
public:
    static constexpr std::size_t terminal_width = 80;

    LineView(std::string_view prompt, LineBuffer const& line);

    [[nodiscard]] std::string_view text() const { return {text_.data(), size_}; }

    /// Whether prompt, line and cursor fit without scrolling.
    [[nodiscard]] static bool fits(std::string_view prompt, std::string_view line);

private:
    // A character of one column may have marks of none behind it, so bytes are bounded apart.
    std::array<char, 2 * LineBuffer::capacity> text_{};
    std::size_t size_{0};
};

} // namespace shell
