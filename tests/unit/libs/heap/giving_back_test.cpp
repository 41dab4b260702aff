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
    EXPECT_LT(heap.size_of(block), page_size); // the page behind it is good for other blocks
    auto const takes = pages.takes;
    heap.release(heap.allocate(2000).value());
    EXPECT_EQ(pages.takes, takes);
    pages.refuses = false;
    heap.release(block);
    heap.trim();
    EXPECT_EQ(pages.reserved(), 0U);
}

TEST_F(GivingBackTest, OneBlockThatComesAndGoesDoesNotBotherTheSource) {
    for (std::size_t const size : {16, 900, 1100, 30000, 100000}) {
        auto const others = allocate(100, size);
        release(allocate(1, size));
        auto const takes = pages.takes;
        auto const gives = pages.gives;
        auto const discards = pages.discards;
        for (int i = 0; i < 1000; ++i) {
            release(allocate(1, size));
        }
        EXPECT_EQ(pages.takes, takes);
        EXPECT_EQ(pages.gives, gives);
        EXPECT_EQ(pages.discards, discards);
        release(others);
    }
}

TEST_F(GivingBackTest, AllButOneReserveGoesBack) {
    for (std::size_t const size : {16, 500, 3000, 100000}) {
        auto const blocks = allocate((4 << 20) / size, size);
        EXPECT_GE(heap.statistics().held, blocks.size() * size);
        release(blocks);
        EXPECT_LE(heap.statistics().held, 256U << 10);
        EXPECT_LE(pages.resident(), heap.statistics().held);
        heap.trim();
        EXPECT_EQ(pages.reserved(), 0U);
    }
}

TEST_F(GivingBackTest, PagesThatWereFreeLongestGoFirst) {
    constexpr std::size_t size = 80'000;
    std::vector<void*> blocks;
    std::vector<void*> walls;
    for (int i = 0; i < 4; ++i) {
        blocks.push_back(allocate(1, size).front());
        walls.push_back(allocate(1, 2000).front());
    }
    auto const resident = [&](std::size_t i) {
        auto const inside =
            PageRange::within(static_cast<std::byte*>(blocks[i]) + sizeof(FreePages),
                              static_cast<std::byte*>(blocks[i]) + size);
        return FakePages::resident(inside.begin(), inside.size());
    };
    for (std::size_t const i : {2, 0, 3}) { // 128 KiB may be spare: one of them
        heap.release(blocks[i]);
    }
    EXPECT_EQ(resident(0), 0U);
    EXPECT_EQ(resident(2), 0U);
    EXPECT_GT(resident(1), size - 2 * page_size);
    EXPECT_GT(resident(3), size - 2 * page_size);
    heap.trim();
    EXPECT_EQ(resident(3), 0U);
    heap.release(blocks[1]);
    release(walls);
}

/// A run with a block here and there holds the pages with the blocks, and few others.
TEST_F(GivingBackTest, FreePagesInsideARunGoBack) {
    auto const blocks = allocate(2000, 3000);
    std::vector<void*> kept;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        if (i % 100 == 0) {
            kept.push_back(blocks[i]);
        } else {
            heap.release(blocks[i]);
        }
    }
    heap.trim();
    EXPECT_TRUE(heap.check());
    EXPECT_LE(heap.statistics().held, 3 * page_size * kept.size());
    EXPECT_LE(pages.resident(), heap.statistics().held);
    for (void* const block : kept) {
        EXPECT_EQ(*static_cast<unsigned char*>(block), 0x77);
    }
    auto const takes = pages.takes;
    auto const more = allocate(1800, 3000); // where the others were
    EXPECT_EQ(pages.takes, takes);
    EXPECT_LE(pages.resident(), heap.statistics().held);
    release(more);
    release(kept);
    heap.trim();
    EXPECT_EQ(pages.reserved(), 0U);
}

/// What lies on both sides of a block is one hole when the block goes, wherever its pages are.
TEST_F(GivingBackTest, FreeBlocksGrowTogetherWithoutTheirPages) {
    auto const blocks = allocate(7, 120'000);
    for (std::size_t const i : {1, 3, 5}) {
        heap.release(blocks[i]);
    }
    heap.trim();
    auto const held = heap.statistics().held;
    heap.release(blocks[2]);
    heap.release(blocks[4]);
    EXPECT_GE(heap.statistics().largest_free, 600'000U);
    EXPECT_LE(heap.statistics().held, held);
    heap.trim();
    EXPECT_LE(heap.statistics().held, held - 230'000U);
    EXPECT_LE(pages.resident(), heap.statistics().held);
    heap.release(blocks[0]);
    heap.release(blocks[6]);
}

TEST_F(GivingBackTest, RunsOfWhichNothingButTheEdgesWasUsedGo) {
    heap.release(allocate(1, 2000).front());
    EXPECT_LE(heap.statistics().held, 3 * page_size);
    heap.trim();
    EXPECT_EQ(pages.reserved(), 0U);
}

TEST_F(GivingBackTest, TrimAsksForEverythingOnce) {
    pages.refuses = true;
    release(allocate(100, 100'000));
    EXPECT_GT(pages.runs(), 2U);
    auto const asked = pages.gives + pages.discards;
    heap.trim();
    EXPECT_EQ(pages.gives + pages.discards, asked + pages.runs());
    pages.refuses = false;
    heap.trim();
    EXPECT_EQ(pages.reserved(), 0U);
}

TEST_F(GivingBackTest, PagesThatTheSourceRefusesDoNotKeepOthersBack) {
    constexpr std::size_t size = 60'000;
    auto const blocks = allocate(200, size);
    pages.locked = static_cast<std::byte*>(blocks[0]) + size / 2;
    for (std::size_t i = 0; i < blocks.size(); i += 2) {
        heap.release(blocks[i]);
    }
    auto const in_use = blocks.size() / 2 * size;
    EXPECT_LE(heap.statistics().held, in_use + in_use / 8);
    for (std::size_t i = 1; i < blocks.size(); i += 2) {
        heap.release(blocks[i]);
    }
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
