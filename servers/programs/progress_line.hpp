// SPDX-License-Identifier: BSD-2-Clause
//
// ProgressLine: a line on the console for one piece of work: what it is, a bar that grows, and how
// it went. For scripts there is no bar.
#pragma once

#include <client/console.hpp>

#include <programs/progress.hpp>
#include <programs/progress_bar.hpp>

namespace programs {

class ProgressLine final : public Progress {
public:
    ProgressLine(std::string_view label, std::uint64_t whole, bool plain)
        : label_{label}, bar_{whole}, plain_{plain} {
        draw();
    }

    void advance(std::uint64_t amount) override {
        if (bar_.advance(amount)) {
            draw();
        }
    }

    /// A line over the ends of those that have bars.
    static void print_heading(std::string_view text) {
        std::array<char, 128> buffer;
        base::Writer line{buffer};
        client::console::print(line.fill(' ', bar_end + 1).put(text).text(), '\n');
    }

    /// The line ends with what the arguments say.
    template <typename... Args>
    void finish(Args const&... args) {
        if (plain_) {
            client::console::print(label_, ": ", args..., '\n');
        } else {
            client::console::print(' ', args..., '\n');
        }
    }

private:
    static constexpr std::size_t label_width = 18;
    static constexpr std::size_t bar_end = 2 + label_width + 1 + ProgressBar::width + 2;

    void draw() const {
        if (plain_) {
            return;
        }
        std::array<char, 1 + bar_end> buffer;
        base::Writer line{buffer};
        line.put("\r  ").put(base::Left{label_, label_width}).put(' ');
        bar_.put(line);
        client::console::print(line.text());
    }

    std::string_view label_;
    ProgressBar bar_;
    bool plain_;
};

} // namespace programs
