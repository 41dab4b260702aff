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
        EXPECT_TRUE(heap_.check());
        EXPECT_TRUE(reports_.all.empty());
        EXPECT_EQ(heap_.statistics().reserved, pages_.reserved());
    }

    std::vector<void*> allocate(std::size_t count, std::size_t size) {
        std::vector<void*> blocks;
        for (std::size_t i = 0; i < count; ++i) {
            blocks.push_back(heap_.allocate(size).value());
            std::memset(blocks.back(), 0x77, size);
        }
        return blocks;
    }

    void release(std::vector<void*> const& blocks) {
        for (void* const block : blocks) {
            heap_.release(block);
        }
    }

    FakePages pages_;
    Reports reports_;
    Heap heap_{pages_, {.checks = Checks::None, .misuse = &reports_}};
};

TEST_F(GivingBackTest, VeryLargeBlocksGoStraightBack) {
    release(allocate(3, Heap::direct_size));
    EXPECT_EQ(pages_.takes, 3U);
    EXPECT_EQ(pages_.gives, 3U);
    EXPECT_EQ(pages_.reserved(), 0U);
}

TEST_F(GivingBackTest, VeryLargeBlocksThatShrinkGiveTheirEnd) {
    void* const block = heap_.allocate(1 << 20).value();
    EXPECT_EQ(heap_.resize(block, 5000).value(), block);
    EXPECT_EQ(pages_.reserved(), 2 * page_size);
    pages_.refuses = true;
    EXPECT_EQ(heap_.resize(block, 100).value(), block);
    EXPECT_EQ(pages_.reserved(), 2 * page_size);
    EXPECT_TRUE(heap_.check());
    pages_.refuses = false;
    heap_.release(block);
    EXPECT_EQ(pages_.reserved(), 0U);
}

TEST_F(GivingBackTest, OneBlockThatComesAndGoesDoesNotBotherTheSource) {
    for (std::size_t const size : {16, 900, 1100, 30000, 100000}) {
        auto const others = allocate(100, size);
        release(allocate(1, size));
        auto const takes = pages_.takes;
        auto const gives = pages_.gives;
        for (int i = 0; i < 1000; ++i) {
            release(allocate(1, size));
        }
        EXPECT_EQ(pages_.takes, takes);
        EXPECT_EQ(pages_.gives, gives);
        release(others);
    }
}

TEST_F(GivingBackTest, AllButOneReserveGoesBack) {
    for (std::size_t const size : {16, 500, 3000, 100000}) {
        auto const blocks = allocate((4 << 20) / size, size);
        EXPECT_GE(pages_.reserved(), 4U << 20);
        release(blocks);
        EXPECT_LE(pages_.reserved(), 1U << 20);
        heap_.trim();
        EXPECT_EQ(pages_.reserved(), 0U);
    }
}

/// Pages in the midst of others: a run that has blocks at both ends is cut in two.
TEST_F(GivingBackTest, FreePagesInsideARunGoBack) {
    auto const blocks = allocate(2000, 3000);
    auto const before = pages_.reserved();
    std::vector<void*> kept;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        if (i % 100 == 0) {
            kept.push_back(blocks[i]);
        } else {
            heap_.release(blocks[i]);
        }
    }
    EXPECT_TRUE(heap_.check());
    EXPECT_LT(pages_.reserved(), before / 5);
    for (void* const block : kept) {
        EXPECT_EQ(*static_cast<unsigned char*>(block), 0x77);
    }
    release(allocate(2000, 3000));
    release(kept);
    heap_.trim();
    EXPECT_EQ(pages_.reserved(), 0U);
}

TEST_F(GivingBackTest, WhatTheSourceRefusesIsUsedAgain) {
    pages_.refuses = true;
    release(allocate(1000, 3000));
    release(allocate(2, 500000));
    EXPECT_TRUE(heap_.check());
    heap_.trim();
    auto const reserved = pages_.reserved();
    auto const takes = pages_.takes;
    release(allocate(1000, 3000));
    EXPECT_EQ(pages_.takes, takes);
    EXPECT_EQ(pages_.reserved(), reserved);
    pages_.refuses = false;
    // Joined with a neighbour that comes and goes, they are offered again.
    release(allocate(1000, 3000));
    EXPECT_LT(pages_.reserved(), reserved);
}

TEST_F(GivingBackTest, TheReserveIsUsedBeforeMemoryIsSaidToBeOut) {
    release(allocate(1000, 500));
    pages_.limit = pages_.reserved();
    void* const block = heap_.allocate(pages_.limit - page_size).value();
    heap_.release(block);
}

} // namespace
