// SPDX-License-Identifier: BSD-2-Clause
//
// Sets of pages, wherever in memory these begin.

#include <heap/page_set.hpp>

#include <gtest/gtest.h>

namespace {

using namespace heap;

std::byte* at(std::uintptr_t address) {
    return reinterpret_cast<std::byte*>(address);
}

TEST(PageRange, IsOfWholePages) {
    constexpr std::uintptr_t base = 0x1000'0000;
    constexpr auto page = page_size;
    auto const count = [&](std::size_t begin, std::size_t end) {
        return PageRange::within(at(base + begin), at(base + end)).count();
    };
    EXPECT_EQ(count(0, page), 1U);
    EXPECT_EQ(count(0, 3 * page), 3U);
    EXPECT_EQ(count(1, 3 * page), 2U);
    EXPECT_EQ(count(0, 3 * page - 1), 2U);
    EXPECT_EQ(count(1, 3 * page - 1), 1U);
    EXPECT_EQ(count(1, 2 * page - 1), 0U);
    EXPECT_EQ(count(1, page - 1), 0U);
    auto const range = PageRange::within(at(base + 1), at(base + 3 * page));
    EXPECT_EQ(range.begin(), at(base + page));
    EXPECT_EQ(range.size(), 2 * page);
}

TEST(PageSet, HasThePagesOfARangeAndNoOthers) {
    for (std::uintptr_t const first : {0x10000U, 0x1003FU, 0x100C1U, 0x100FFU}) {
        for (std::size_t const count : {1U, 2U, 63U, 64U, 65U, 130U, 255U}) {
            PageSet const set{PageRange{.first = first, .behind = first + count}};
            EXPECT_EQ(set.count(), count);
            EXPECT_FALSE(set.empty());
            for (std::size_t i = 0; i < PageSet::longest_range; ++i) {
                EXPECT_EQ(set.contains(first + i), i < count) << first << ' ' << count << ' ' << i;
            }
        }
        EXPECT_EQ((PageSet{PageRange{.first = first, .behind = first + 256}}.count()), 256U);
        EXPECT_TRUE((PageSet{PageRange{.first = first, .behind = first}}.empty()));
    }
    EXPECT_TRUE(PageSet{}.empty());
}

TEST(PageSet, NeighboursAreJoinedAndCut) {
    constexpr std::uintptr_t first = 0x12345;
    PageSet set{PageRange{.first = first, .behind = first + 100}};
    set |= PageSet{PageRange{.first = first + 100, .behind = first + 200}};
    EXPECT_EQ(set, (PageSet{PageRange{.first = first, .behind = first + 200}}));
    set &= PageSet{PageRange{.first = first + 70, .behind = first + 250}};
    EXPECT_EQ(set, (PageSet{PageRange{.first = first + 70, .behind = first + 200}}));
}

} // namespace
