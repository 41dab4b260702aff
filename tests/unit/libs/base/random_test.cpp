// SPDX-License-Identifier: BSD-2-Clause

#include <base/random.hpp>

#include <gtest/gtest.h>
#include <set>

namespace base {

namespace {

/// The key and, for eight bytes, the hash of the test vectors that its authors publish.
TEST(RandomTest, HashesAsSipHashDoes) {
    Random const random{{0x0706'0504'0302'0100, 0x0f0e'0d0c'0b0a'0908}};
    EXPECT_EQ(random.hash(0x0706'0504'0302'0100), 0x93f5'f579'9a93'2462);
}

TEST(RandomTest, TheSameKeyGivesTheSameNumbers) {
    Random a{{1, 2}};
    Random b{{1, 2}};
    Random c{{1, 3}};
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 1000; ++i) {
        auto const number = a.next();
        EXPECT_EQ(number, b.next());
        EXPECT_NE(number, c.next());
        seen.insert(number);
    }
    EXPECT_EQ(seen.size(), 1000);
}

TEST(RandomTest, StaysBelowTheLimit) {
    Random random{{5, 6}};
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 1000; ++i) {
        auto const number = random.below(10);
        EXPECT_LT(number, 10);
        seen.insert(number);
    }
    EXPECT_EQ(seen.size(), 10);
}

} // namespace

} // namespace base
