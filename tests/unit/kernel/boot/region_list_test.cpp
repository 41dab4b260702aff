// SPDX-License-Identifier: BSD-2-Clause
//
// RegionList: compared with a plain set of addresses, and its edges one by one.

#include <kernel/boot/region_list.hpp>

#include <gtest/gtest.h>
#include <random>
#include <set>
#include <vector>

namespace kernel::boot {
namespace {

using base::PhysAddr;
using base::PhysRange;

PhysRange range(std::uint64_t begin, std::uint64_t end) {
    return {PhysAddr{begin}, PhysAddr{end}};
}

std::vector<PhysRange> contents(RegionList const& list) {
    return {list.regions().begin(), list.regions().end()};
}

TEST(RegionListTest, KeepsOrderAndMergesWhatTouches) {
    RegionList list;
    ASSERT_TRUE(list.add(range(30, 40)));
    ASSERT_TRUE(list.add(range(10, 20)));
    ASSERT_TRUE(list.add(range(20, 25)));
    EXPECT_EQ(contents(list), (std::vector{range(10, 25), range(30, 40)}));
    ASSERT_TRUE(list.add(range(24, 31)));
    EXPECT_EQ(contents(list), std::vector{range(10, 40)});
}

TEST(RegionListTest, RemoveSplits) {
    RegionList list;
    ASSERT_TRUE(list.add(range(10, 40)));
    ASSERT_TRUE(list.remove(range(20, 30)));
    EXPECT_EQ(contents(list), (std::vector{range(10, 20), range(30, 40)}));
    ASSERT_TRUE(list.remove(range(15, 35)));
    EXPECT_EQ(contents(list), (std::vector{range(10, 15), range(35, 40)}));
    ASSERT_TRUE(list.remove(range(0, 100)));
    EXPECT_TRUE(list.regions().empty());
}

TEST(RegionListTest, EmptyRangesChangeNothing) {
    RegionList list;
    ASSERT_TRUE(list.add(range(10, 40)));
    ASSERT_TRUE(list.add(range(50, 50)));
    ASSERT_TRUE(list.remove(range(20, 20)));
    EXPECT_EQ(contents(list), std::vector{range(10, 40)});
}

TEST(RegionListTest, SaysWhenItIsFull) {
    RegionList list;
    for (std::uint64_t i = 0; i < RegionList::capacity; ++i) {
        ASSERT_TRUE(list.add(range(i * 10, i * 10 + 5)));
    }
    EXPECT_FALSE(list.add(range(10'000, 10'001)));
    EXPECT_FALSE(list.remove(range(2, 3)));
}

TEST(RegionListTest, BehavesLikeASet) {
    std::mt19937 random{1};
    for (int round = 0; round < 200; ++round) {
        RegionList list;
        std::set<std::uint64_t> expected;
        for (int step = 0; step < 40; ++step) {
            auto const begin = random() % 100;
            auto const end = begin + random() % 12;
            bool const adds = random() % 2 == 0;
            ASSERT_TRUE(adds ? list.add(range(begin, end)) : list.remove(range(begin, end)));
            for (auto at = begin; at < end; ++at) {
                adds ? (void)expected.insert(at) : (void)expected.erase(at);
            }
        }
        std::set<std::uint64_t> found;
        std::uint64_t last_end = 0;
        for (auto const region : list.regions()) {
            ASSERT_TRUE(found.empty() || region.begin.raw() > last_end);
            for (auto at = region.begin.raw(); at < region.end.raw(); ++at) {
                found.insert(at);
            }
            last_end = region.end.raw();
        }
        ASSERT_EQ(found, expected);
    }
}

} // namespace
} // namespace kernel::boot
