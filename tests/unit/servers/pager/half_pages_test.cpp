// SPDX-License-Identifier: BSD-2-Clause
//
// HalfPages by itself: two tables to a page, and the page goes with the second.

#include "host_pages.hpp"
#include <pager/half_pages.hpp>

#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace pager::test {

namespace {

class HalfPagesTest : public testing::Test {
protected:
    ~HalfPagesTest() override { EXPECT_EQ(source.wrong, 0); }

    static bool is_filled(std::byte const* half, std::byte with) {
        return std::all_of(half, half + HalfPages::size, [=](std::byte b) { return b == with; });
    }

    static void fill(std::byte* half, std::byte with) { std::fill_n(half, HalfPages::size, with); }

    HostPages source;
    HalfPages halves{source};
};

TEST_F(HalfPagesTest, APageIsTwoTables) {
    std::byte* const first = halves.take();
    std::byte* const second = halves.take();
    EXPECT_EQ(source.taken(), 1);
    EXPECT_EQ(std::max(first, second) - std::min(first, second), HalfPages::size);
    std::byte* const third = halves.take();
    EXPECT_EQ(source.taken(), 2);
    for (std::byte* const half : {first, second, third}) {
        halves.give(half);
    }
}

TEST_F(HalfPagesTest, TheyAreZeroWhateverWasInThem) {
    std::byte* const first = halves.take();
    EXPECT_TRUE(is_filled(first, std::byte{0}));
    fill(first, std::byte{0x5a});
    std::byte* const second = halves.take();
    EXPECT_TRUE(is_filled(second, std::byte{0}));
    EXPECT_TRUE(is_filled(first, std::byte{0x5a}));
    halves.give(first);
    EXPECT_EQ(halves.take(), first);
    EXPECT_TRUE(is_filled(first, std::byte{0}));
    halves.give(first);
    halves.give(second);
}

TEST_F(HalfPagesTest, APageGoesWithItsSecondHalf) {
    for (bool const in_order : {true, false}) {
        std::byte* const first = halves.take();
        std::byte* const second = halves.take();
        halves.give(in_order ? first : second);
        EXPECT_EQ(source.taken(), 1);
        halves.give(in_order ? second : first);
        EXPECT_EQ(source.taken(), 0);
    }
}

TEST_F(HalfPagesTest, OneThatWasNeverHandedOutKeepsNoPage) {
    halves.give(halves.take());
    EXPECT_EQ(source.taken(), 0);
    std::byte* const half = halves.take(); // and is not handed out when its page is gone
    EXPECT_EQ(source.taken(), 1);
    halves.give(half);
}

TEST_F(HalfPagesTest, UnusedHalvesComeBeforeNewPages) {
    std::vector<std::byte*> taken(8);
    std::ranges::generate(taken, [&] { return halves.take(); });
    for (int i = 0; i < 8; i += 2) {
        halves.give(taken[i]);
    }
    EXPECT_EQ(source.taken(), 4);
    for (int i = 0; i < 8; i += 2) {
        taken[i] = halves.take();
    }
    EXPECT_EQ(source.taken(), 4);
    std::ranges::for_each(taken, [&](std::byte* half) { halves.give(half); });
}

TEST_F(HalfPagesTest, WithoutAPageThereAreAsManyAsThereAre) {
    source.limit = 1;
    std::byte* const first = halves.take();
    std::byte* const second = halves.take();
    EXPECT_NE(second, nullptr);
    EXPECT_EQ(halves.take(), nullptr);
    halves.give(first);
    EXPECT_EQ(halves.take(), first);
    halves.give(first);
    halves.give(second);
}

/// Nothing that lies in a table makes its other half take it for unused, or the other way round.
TEST_F(HalfPagesTest, RandomUse) {
    std::mt19937 random{1};
    struct Table {
        std::byte* half;
        std::byte mark;
    };
    std::vector<Table> tables;
    for (int i = 0; i < 20'000; ++i) {
        if (random() % 100 < (i / 2000 % 2 == 0 ? 60 : 40)) {
            std::byte* const half = halves.take();
            ASSERT_TRUE(half != nullptr && is_filled(half, std::byte{0}));
            tables.push_back({half, static_cast<std::byte>(random() % 255)});
            fill(half, tables.back().mark);
        } else if (!tables.empty()) {
            std::swap(tables[random() % tables.size()], tables.back());
            ASSERT_TRUE(is_filled(tables.back().half, tables.back().mark));
            halves.give(tables.back().half);
            tables.pop_back();
        }
        ASSERT_GE(2 * source.taken(), tables.size());
    }
    for (Table const& table : tables) {
        EXPECT_TRUE(is_filled(table.half, table.mark));
        halves.give(table.half);
    }
    EXPECT_EQ(source.taken(), 0);
}

} // namespace

} // namespace pager::test
