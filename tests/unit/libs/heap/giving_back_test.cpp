// SPDX-License-Identifier: BSD-2-Clause
//
// When pages come, when they go, and that they do not come and go all the time.

#include "fakes.hpp"

#include <cstring>
#include <gtest/gtest.h>

namespace {

using namespace heap;
using test::FakePages;
using test::Reports;

class GivingBackTest : public testing::Test {
protected:
    ~GivingBackTest() override {
        EXPECT_TRUE(heap.check());
        EXPECT_TRUE(reports.all.empty());
        EXPECT_EQ(heap.statistics().reserved, pages.reserved());
    }

    std::vector<void*> allocate(std::size_t count, std::size_t size) {
        std::vector<void*> blocks;
        for (std::size_t i = 0; i < count; ++i) {
            blocks.push_back(heap.allocate(size).value());
            std::memset(blocks.back(), 0x77, size);
        }
        return blocks;
    }

    void release(std::vector<void*> const& blocks) {
        for (void* const block : blocks) {
            heap.release(block);
        }
    }

    FakePages pages;
    Reports reports;
    Heap heap{pages, {.checks = Checks::None, .misuse = &reports}};
};

TEST_F(GivingBackTest, VeryLargeBlocksGoStraightBack) {
    release(allocate(3, Heap::direct_size));
    EXPECT_EQ(pages.takes, 3U);
    EXPECT_EQ(pages.gives, 3U);
    EXPECT_EQ(pages.reserved(), 0U);
}

TEST_F(GivingBackTest, VeryLargeBlocksThatShrinkGiveTheirEnd) {
    void* const block = heap.allocate(1 << 20).value();
    EXPECT_EQ(heap.resize(block, 5000).value(), block);
    EXPECT_EQ(pages.reserved(), 2 * page_size);
    pages.refuses = true;
    EXPECT_EQ(heap.resize(block, 100).value(), block);
    EXPECT_EQ(pages.reserved(), 2 * page_size);
    EXPECT_TRUE(heap.check());
    pages.refuses = false;
    heap.release(block);
    EXPECT_EQ(pages.reserved(), 0U);
}

TEST_F(GivingBackTest, OneBlockThatComesAndGoesDoesNotBotherTheSource) {
    for (std::size_t const size : {16, 900, 1100, 30000, 100000}) {
        auto const others = allocate(100, size);
        release(allocate(1, size));
        auto const takes = pages.takes;
        auto const gives = pages.gives;
        for (int i = 0; i < 1000; ++i) {
            release(allocate(1, size));
        }
        EXPECT_EQ(pages.takes, takes);
        EXPECT_EQ(pages.gives, gives);
        release(others);
    }
}

TEST_F(GivingBackTest, AllButOneReserveGoesBack) {
    for (std::size_t const size : {16, 500, 3000, 100000}) {
        auto const blocks = allocate((4 << 20) / size, size);
        EXPECT_GE(pages.reserved(), 4U << 20);
        release(blocks);
        EXPECT_LE(pages.reserved(), 1U << 20);
        heap.trim();
        EXPECT_EQ(pages.reserved(), 0U);
    }
}

TEST_F(GivingBackTest, TheLargerOfTwoFreeBlocksIsKept) {
    for (bool const larger_first : {false, true}) {
        void* const large = heap.allocate(120'000).value();
        void* const wall = heap.allocate(50'000).value();
        void* const small = heap.allocate(80'000).value();
        void* const end = heap.allocate(50'000).value();
        heap.release(larger_first ? large : small);
        heap.release(larger_first ? small : large);
        EXPECT_GE(heap.statistics().largest_free, 120'000U);
        EXPECT_LT(heap.statistics().free, 200'000U);
        heap.release(wall);
        heap.release(end);
    }
}

/// Pages in the midst of others: a run that has blocks at both ends is cut in two.
TEST_F(GivingBackTest, FreePagesInsideARunGoBack) {
    auto const blocks = allocate(2000, 3000);
    auto const before = pages.reserved();
    std::vector<void*> kept;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        if (i % 100 == 0) {
            kept.push_back(blocks[i]);
        } else {
            heap.release(blocks[i]);
        }
    }
    EXPECT_TRUE(heap.check());
    EXPECT_LT(pages.reserved(), before / 5);
    for (void* const block : kept) {
        EXPECT_EQ(*static_cast<unsigned char*>(block), 0x77);
    }
    release(allocate(2000, 3000));
    release(kept);
    heap.trim();
    EXPECT_EQ(pages.reserved(), 0U);
}

TEST_F(GivingBackTest, WhatTheSourceRefusesIsUsedAgain) {
    pages.refuses = true;
    release(allocate(1000, 3000));
    release(allocate(2, 500000));
    EXPECT_TRUE(heap.check());
    heap.trim();
    auto const reserved = pages.reserved();
    auto const takes = pages.takes;
    release(allocate(1000, 3000));
    EXPECT_EQ(pages.takes, takes);
    EXPECT_EQ(pages.reserved(), reserved);
    pages.refuses = false;
    // Joined with a neighbour that comes and goes, they are offered again.
    release(allocate(1000, 3000));
    EXPECT_LT(pages.reserved(), reserved);
}

TEST_F(GivingBackTest, TheReserveIsUsedBeforeMemoryIsSaidToBeOut) {
    constexpr std::size_t size = 50 * page_size;
    constexpr std::size_t needed = size + page_size; // for the header
    static_assert(size > Heap::direct_size);
    release(allocate(1000, 500));
    EXPECT_GT(pages.reserved(), 0U);
    pages.limit = needed;
    heap.release(heap.allocate(size).value());
    EXPECT_EQ(pages.reserved(), 0U);
    release(allocate(100, 500));
    EXPECT_GT(pages.reserved(), 0U);
    heap.release(heap.allocate_dma(size).value().address);
    EXPECT_EQ(pages.reserved(), 0U);
}

} // namespace
