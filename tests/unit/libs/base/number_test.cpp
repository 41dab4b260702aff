// SPDX-License-Identifier: BSD-2-Clause

#include <base/number.hpp>

#include <gtest/gtest.h>

namespace {

using base::parse_number;

TEST(Number, IsDigitsAndNothingElse) {
    EXPECT_EQ(parse_number("0"), 0u);
    EXPECT_EQ(parse_number("007"), 7u);
    EXPECT_EQ(parse_number("18446744073709551615"), ~std::uint64_t{0});
    for (auto const* text : {"", " ", "x", "1x", "1 ", " 1", "-1", "+1", "0x10", "1.0"}) {
        EXPECT_FALSE(parse_number(text)) << text;
    }
}

TEST(Number, TooLargeIsNone) {
    EXPECT_FALSE(parse_number("18446744073709551616"));
    EXPECT_FALSE(parse_number("99999999999999999999999"));
}

TEST(Number, ReadsItsOwnTextOnly) {
    std::string_view const text{"1234"};
    EXPECT_EQ(parse_number(text.substr(1, 2)), 23u);
    EXPECT_FALSE(parse_number(text.substr(0, 0)));
    EXPECT_FALSE(parse_number({}));
}

} // namespace
