// SPDX-License-Identifier: BSD-2-Clause

#include <gtest/gtest.h>
#include <programs/progress_bar.hpp>

namespace programs {
namespace {

std::string shown(ProgressBar const& bar) {
    std::array<char, 64> buffer;
    base::Writer out{buffer};
    bar.put(out);
    return std::string{out.text()};
}

std::string with_marks(std::size_t marks) {
    return '[' + std::string(marks, '#') + std::string(ProgressBar::width - marks, '.') + ']';
}

TEST(ProgressBarTest, GrowsWithTheWork) {
    ProgressBar bar{ProgressBar::width * 100};
    EXPECT_EQ(shown(bar), with_marks(0));
    EXPECT_FALSE(bar.advance(99));
    EXPECT_TRUE(bar.advance(1));
    EXPECT_EQ(shown(bar), with_marks(1));
    EXPECT_TRUE(bar.advance(450));
    EXPECT_EQ(shown(bar), with_marks(5));
}

TEST(ProgressBarTest, IsFullAtTheEndAndNotBefore) {
    for (std::uint64_t const whole : {1, 19, 20, 21, 100, 1'000'003}) {
        ProgressBar bar{whole};
        bar.advance(whole - 1);
        EXPECT_NE(shown(bar), with_marks(ProgressBar::width)) << whole;
        EXPECT_TRUE(bar.advance(1)) << whole;
        EXPECT_EQ(shown(bar), with_marks(ProgressBar::width)) << whole;
        EXPECT_FALSE(bar.advance(1)) << whole;
    }
}

TEST(ProgressBarTest, BearsAnyNumber) {
    ProgressBar bar{~std::uint64_t{0}};
    bar.advance(~std::uint64_t{0} / 2);
    EXPECT_EQ(shown(bar), with_marks(ProgressBar::width / 2 - 1));
    bar.advance(~std::uint64_t{0});
    EXPECT_EQ(shown(bar), with_marks(ProgressBar::width));
    EXPECT_EQ(shown(ProgressBar{0}), with_marks(ProgressBar::width));
}

} // namespace
} // namespace programs
