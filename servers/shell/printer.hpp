// SPDX-License-Identifier: BSD-2-Clause
//
// Printer: collects what a command prints, so that a table is few messages, not many. Whoever waits
// for something else must flush() before.
#pragma once

#include <base/format.hpp>
#include <shell/terminal.hpp>

#include <array>

namespace shell {

class Printer {
public:
    explicit Printer(Terminal& terminal) : terminal_{terminal} {}

    /// All arguments one after another, as base::Writer shows them: at most a line of `max_line`
    /// bytes.
    template <typename... Args>
    void print(Args const&... args) {
        std::array<char, max_line> line;
        append(base::format_to(line, args...));
    }

    void append(std::string_view text) {
        for (char const c : text) {
            if (used_ == buffer_.size()) {
                flush();
            }
            buffer_[used_++] = c;
        }
    }

    void flush() {
        if (used_ > 0) {
            terminal_.write({buffer_.data(), used_});
            used_ = 0;
        }
    }

private:
    static constexpr std::size_t max_line = 512;

    Terminal& terminal_;
    std::array<char, ipc::console::max_text> buffer_{};
    std::size_t used_{0};
};

} // namespace shell
