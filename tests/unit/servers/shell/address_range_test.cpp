// SPDX-License-Identifier: BSD-2-Clause

#include <shell/address_range.hpp>

#include <gtest/gtest.h>

namespace shell {
namespace {

TEST(AddressRange, AnAddressIsHexadecimalOrDecimal) {
    EXPECT_EQ(parse_address("0x1fF000"), 0x1ff000u);
    EXPECT_EQ(parse_address("4096"), 4096u);
    EXPECT_EQ(parse_address("0xffffffffffffffff"), ~std::uint64_t{0});
    for (auto const* text : {"", "0x", "0xg", "x", "-1", "1f", "0x10000000000000000", "0x-1"}) {
        EXPECT_FALSE(parse_address(text)) << text;
    }
}

TEST(AddressRange, ARangeHasAnEndOrASize) {
    EXPECT_EQ(parse_range("0x1000-8192"), (AddressRange{.start = 0x1000, .end = 0x2000}));
    EXPECT_EQ(parse_range("4096+0x3000"), (AddressRange{.start = 0x1000, .end = 0x4000}));
}

TEST(AddressRange, WhatIsNoneIsRefused) {
    for (auto const* text : {"", "-", "+", "0x1000", "0x1000-", "-0x1000", "2-1", "1-1", "1+0",
                             "1-2-3", "0xffffffffffffffff+2", "0xffffffffffffffff+1"}) {
        EXPECT_FALSE(parse_range(text)) << text;
    }
}

} // namespace
} // namespace shell
