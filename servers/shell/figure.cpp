// SPDX-License-Identifier: BSD-2-Clause
//
// All figures have the same columns, so that rows of several tables stand below one another.

#include <shell/figure.hpp>

namespace shell {

namespace {

constexpr std::size_t name_width = 16;
constexpr std::size_t number_width = 11;
constexpr std::size_t bar_width = 12;
constexpr std::size_t share_width = 10 + bar_width + 2; // a percentage, and a bar in brackets

} // namespace

void print(Printer& out, Figure const& figure) {
    if (out.plain()) {
        out.line(figure.key, '=', figure.value);
        return;
    }
    out.print("  ", base::Left{figure.name, name_width});
    if (figure.unit == Unit::Bytes) {
        out.print(Size{figure.value, number_width});
    } else {
        out.print(base::Right{figure.value, number_width});
    }
    if (figure.whole) {
        out.print(Percent{figure.value, *figure.whole}, Style::Cyan,
                  Bar{figure.value, *figure.whole, bar_width}, Style::Normal);
    } else {
        out.print(base::Left{"", share_width});
    }
    out.line("  ", Style::Dim, figure.what, Style::Normal);
}

} // namespace shell
