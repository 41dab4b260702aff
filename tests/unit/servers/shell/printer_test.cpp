// SPDX-License-Identifier: BSD-2-Clause

#include "fakes.hpp"
#include <shell/printer.hpp>

#include <gtest/gtest.h>

namespace shell::test {
namespace {

template <typename... Args>
std::string printed(Args const&... args) {
    FakeTerminal terminal;
    Printer{terminal}.print(args...);
    return terminal.shown;
}

std::string size(std::uint64_t bytes) {
    std::array<char, 32> buffer;
    return std::string{format_size(buffer, bytes)};
}

TEST(Printer, ShowsSizesInTheUnitThatReadsBest) {
    EXPECT_EQ(size(0), "0 B");
    EXPECT_EQ(size(1023), "1023 B");
    EXPECT_EQ(size(1024), "1.0 KiB");
    EXPECT_EQ(size(1536), "1.5 KiB");
    EXPECT_EQ(size(128 << 20), "128 MiB");
    EXPECT_EQ(size((128 << 20) + (1 << 19)), "128 MiB");
    EXPECT_EQ(size(std::uint64_t{3} << 40), "3072 GiB");
    EXPECT_EQ(printed(Size{1536, 10}), "   1.5 KiB");
}

TEST(Printer, ShowsShares) {
    EXPECT_EQ(printed(Percent{0, 7}), "    0.0 % ");
    EXPECT_EQ(printed(Percent{3, 7}), "   42.8 % ");
    EXPECT_EQ(printed(Percent{7, 7}), "  100.0 % ");
    EXPECT_EQ(printed(Percent{0, 0}), "    0.0 % ");
    EXPECT_EQ(printed(Percent{std::uint64_t{1} << 43, std::uint64_t{1} << 44}), "   50.0 % ");
}

TEST(Printer, DrawsBars) {
    EXPECT_EQ(printed(Bar{0, 100, 10}), "[..........]");
    EXPECT_EQ(printed(Bar{50, 100, 10}), "[#####.....]");
    EXPECT_EQ(printed(Bar{100, 100, 10}), "[##########]");
    EXPECT_EQ(printed(Bar{1, 100000, 10}), "[:.........]");
    EXPECT_EQ(printed(Bar{200, 100, 10}), "[##########]");
    EXPECT_EQ(printed(Bar{0, 0, 10}), "[..........]");
    EXPECT_EQ(printed(Bar{~std::uint64_t{0}, ~std::uint64_t{0}, 10}), "[##########]");
    EXPECT_EQ(printed(Bar{3, 5, 10}), "[######....]");
    EXPECT_EQ(printed(Bar{3, 3, 10}), "[##########]");
    EXPECT_EQ(printed(Bar{~std::uint64_t{0} / 2, ~std::uint64_t{0}, 10}), "[#####.....]");
}

TEST(Printer, LeavesColoursAndBarsAwayWhenPlain) {
    FakeTerminal terminal;
    Printer out{terminal};
    out.set_plain(true);
    out.line(Style::Red, "x", Percent{1, 2}, Bar{1, 2, 3}, Size{4096, 6}, Style::Normal);
    EXPECT_EQ(terminal.shown, "x  4096\n");
}

TEST(Printer, SendsTextOfAnyLength) {
    std::string const text(5000, 'x');
    EXPECT_EQ(printed(std::string_view{text}, 'y'), text + "y");
    EXPECT_EQ(printed(base::Left{"ab", 4}, RightText{"cd", 4}, base::Hex{255, 4}, 7u, -1),
              "ab    cd0x00ff7-1");
}

} // namespace
} // namespace shell::test
