// SPDX-License-Identifier: BSD-2-Clause

#include "fakes.hpp"
#include <heap/heap.hpp>

#include <algorithm>
#include <cstring>
#include <gtest/gtest.h>

namespace {

using namespace heap;
using test::FakePages;
using test::Reports;

struct Setup {
    Fit fit;
    Checks checks;
};

class HeapTest : public testing::TestWithParam<Setup> {
protected:
    ~HeapTest() override {
        EXPECT_TRUE(heap.check());
        EXPECT_TRUE(reports.all.empty()) << describe(reports.all.front().what);
    }

    void* allocate(std::size_t size, std::size_t alignment = granule) {
        auto const block = heap.allocate(size, alignment);
        EXPECT_TRUE(block.has_value());
        return *block;
    }

    /// Bytes that tell where they are.
    static void fill(void* block, std::size_t size) {
        for (std::size_t i = 0; i < size; ++i) {
            static_cast<unsigned char*>(block)[i] = static_cast<unsigned char>(i * 7 + 3);
        }
    }

    static bool is_filled(void const* block, std::size_t size) {
        for (std::size_t i = 0; i < size; ++i) {
            if (static_cast<unsigned char const*>(block)[i] !=
                static_cast<unsigned char>(i * 7 + 3)) {
                return false;
            }
        }
        return true;
    }

    static bool is_zero(void const* block, std::size_t size) {
        auto const* const bytes = static_cast<unsigned char const*>(block);
        return std::all_of(bytes, bytes + size, [](unsigned char byte) { return byte == 0; });
    }

    static bool is_aligned(void const* block, std::size_t alignment) {
        return reinterpret_cast<std::uintptr_t>(block) % alignment == 0;
    }

    FakePages pages;
    Reports reports;
    Heap heap{pages, {.fit = GetParam().fit, .checks = GetParam().checks, .misuse = &reports}};
};

INSTANTIATE_TEST_SUITE_P(Setups, HeapTest,
                         testing::Values(Setup{Fit::Best, Checks::Full},
                                         Setup{Fit::First, Checks::None}));

constexpr std::size_t sizes[] = {1,    8,    9,     24,    100,    1000,      1016,   1017,
                                 4096, 5000, 65536, 99999, 131071, 128 << 10, 3 << 20};

TEST_P(HeapTest, TakesNothingUntilAskedFor) {
    EXPECT_EQ(pages.takes, 0U);
    EXPECT_EQ(heap.statistics().reserved, 0U);
    EXPECT_EQ(heap.statistics().fragmentation(), 0U);
}

TEST_P(HeapTest, BlocksOfAllSizesKeepWhatIsInThem) {
    std::vector<void*> blocks;
    for (auto const size : sizes) {
        blocks.push_back(allocate(size));
        fill(blocks.back(), size);
        EXPECT_TRUE(is_aligned(blocks.back(), granule));
        EXPECT_GE(heap.size_of(blocks.back()), size);
    }
    EXPECT_TRUE(heap.check());
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        EXPECT_TRUE(is_filled(blocks[i], sizes[i]));
        heap.release(blocks[i]);
        EXPECT_TRUE(heap.check());
    }
    heap.trim();
    EXPECT_EQ(pages.reserved(), 0U);
}

TEST_P(HeapTest, AlignsEverySizeToEveryPowerOfTwo) {
    for (std::size_t alignment = 1; alignment <= std::size_t{1} << 20; alignment *= 2) {
        std::vector<void*> blocks;
        for (auto const size : sizes) {
            blocks.push_back(allocate(size, alignment));
            EXPECT_TRUE(is_aligned(blocks.back(), alignment));
            fill(blocks.back(), size);
        }
        EXPECT_TRUE(heap.check());
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            EXPECT_TRUE(is_filled(blocks[i], sizes[i]));
            heap.release(blocks[i]);
        }
    }
    heap.trim();
    EXPECT_EQ(pages.reserved(), 0U);
}

TEST_P(HeapTest, RefusesSizesAndAlignmentsThatMakeNoSense) {
    EXPECT_EQ(heap.allocate(0).error(), Error::InvalidSize);
    EXPECT_EQ(heap.allocate(Heap::largest_size + 1).error(), Error::InvalidSize);
    EXPECT_EQ(heap.allocate(~std::size_t{0}).error(), Error::InvalidSize);
    for (std::size_t const alignment :
         {std::size_t{0}, std::size_t{3}, std::size_t{24}, 2 * Heap::largest_size}) {
        EXPECT_EQ(heap.allocate(8, alignment).error(), Error::NotAligned);
        EXPECT_EQ(heap.allocate_dma(8, alignment).error(), Error::NotAligned);
        EXPECT_EQ(heap.resize(nullptr, 8, alignment).error(), Error::NotAligned);
    }
    EXPECT_EQ(heap.allocate(Heap::largest_size, Heap::largest_size).error(), Error::OutOfMemory);
    EXPECT_EQ(heap.allocate_dma(0).error(), Error::InvalidSize);
    EXPECT_EQ(heap.allocate_zeroed(0, 8).error(), Error::InvalidSize);
    EXPECT_EQ(heap.allocate_zeroed(8, 0).error(), Error::InvalidSize);
    EXPECT_EQ(heap.resize(nullptr, 0).error(), Error::InvalidSize);
    EXPECT_EQ(heap.statistics().blocks, 0U);
}

TEST_P(HeapTest, ZeroedMeansZeroAndDoesNotOverflow) {
    for (auto const size : sizes) {
        void* const dirty = allocate(size);
        fill(dirty, size);
        heap.release(dirty);
        void* const block = heap.allocate_zeroed(1, size).value();
        EXPECT_TRUE(is_zero(block, size));
        heap.release(block);
    }
    EXPECT_EQ(heap.allocate_zeroed(std::size_t{1} << 33, std::size_t{1} << 31).error(),
              Error::InvalidSize);
    EXPECT_EQ(heap.allocate_zeroed(~std::size_t{0}, 2).error(), Error::InvalidSize);
}

TEST_P(HeapTest, ResizesFromEverySizeToEveryOther) {
    for (auto const from : sizes) {
        for (auto const to : sizes) {
            void* const block = allocate(from);
            fill(block, from);
            void* const resized = heap.resize(block, to).value();
            EXPECT_TRUE(is_filled(resized, std::min(from, to))) << from << " to " << to;
            EXPECT_GE(heap.size_of(resized), to);
            fill(resized, to);
            EXPECT_TRUE(heap.check());
            EXPECT_EQ(heap.statistics().blocks, 1U);
            heap.release(resized);
        }
    }
    EXPECT_EQ(heap.statistics().used, 0U);
}

TEST_P(HeapTest, ResizeOfNoBlockMakesOne) {
    void* const block = heap.resize(nullptr, 100).value();
    fill(block, 100);
    heap.release(block);
    heap.release(nullptr);
    EXPECT_EQ(heap.statistics().blocks, 0U);
}

TEST_P(HeapTest, BlocksGrowIntoFreeNeighboursAndShrinkWhereTheyAre) {
    void* const first = allocate(8000);
    void* const second = allocate(8000);
    void* const wall = allocate(8000);
    fill(first, 8000);
    heap.release(second);
    EXPECT_EQ(heap.resize(first, 15000).value(), first);
    EXPECT_TRUE(heap.check());
    EXPECT_EQ(heap.resize(first, 2000).value(), first);
    EXPECT_TRUE(is_filled(first, 2000));
    EXPECT_TRUE(heap.check());
    auto const free = heap.statistics().free;
    EXPECT_NE(heap.resize(first, 40000).value(), first); // the wall is in its way
    EXPECT_GT(heap.statistics().free + 40000, free);
    heap.release(wall);
}

TEST_P(HeapTest, ResizeKeepsTheAlignmentAskedFor) {
    void* block = allocate(5000, 256);
    void* const wall = allocate(5000);
    fill(block, 5000);
    block = heap.resize(block, 20000, 256).value();
    EXPECT_TRUE(is_aligned(block, 256));
    block = heap.resize(block, 20000, 65536).value(); // no longer, but elsewhere
    EXPECT_TRUE(is_aligned(block, 65536));
    EXPECT_TRUE(is_filled(block, 5000));
    heap.release(block);
    heap.release(wall);
}

TEST_P(HeapTest, FailedResizeLeavesTheBlock) {
    void* const block = allocate(1000);
    fill(block, 1000);
    pages.limit = pages.reserved();
    EXPECT_EQ(heap.resize(block, 1 << 20).error(), Error::OutOfMemory);
    EXPECT_TRUE(is_filled(block, 1000));
    heap.release(block);
}

TEST_P(HeapTest, OutOfMemoryIsAnAnswerAndGoesByAgain) {
    pages.limit = 256 << 10;
    std::vector<void*> blocks;
    for (auto const size : {100, 3000, 200 << 10}) {
        for (;;) {
            auto const block = heap.allocate(static_cast<std::size_t>(size));
            if (!block) {
                EXPECT_EQ(block.error(), Error::OutOfMemory);
                break;
            }
            blocks.push_back(*block);
        }
    }
    EXPECT_GT(heap.statistics().used, pages.limit / 2);
    EXPECT_TRUE(heap.check());
    for (void* const block : blocks) {
        heap.release(block);
    }
    heap.release(allocate(200 << 10)); // what was kept in reserve makes room
}

TEST_P(HeapTest, TakesLessThanItWouldLikeWhenThereIsLess) {
    pages.limit = 2 * page_size;
    void* const block = allocate(6000);
    EXPECT_EQ(pages.reserved(), 2 * page_size);
    heap.release(block);
}

TEST_P(HeapTest, DmaMemoryHasAPhysicalAddress) {
    auto const block = heap.allocate_dma(3000).value();
    fill(block.address, 3000);
    EXPECT_EQ(block.physical, FakePages::physical_of(block.address));
    auto const aligned = heap.allocate_dma(100, 1 << 16).value();
    EXPECT_EQ(aligned.physical % (1 << 16), 0U);
    EXPECT_EQ(aligned.physical, FakePages::physical_of(aligned.address));
    EXPECT_TRUE(is_zero(aligned.address, 100));
    EXPECT_TRUE(heap.check());
    EXPECT_EQ(heap.resize(block.address, 1000).value(), block.address);
    EXPECT_EQ(heap.resize(block.address, 1 << 20).error(), Error::NotSupported);
    EXPECT_TRUE(is_filled(block.address, 1000));
    heap.release(block.address);
    heap.release(aligned.address);
    EXPECT_EQ(pages.reserved(), 0U);
}

TEST_P(HeapTest, DmaIsRefusedIfTheSourceHasNone) {
    pages.has_dma = false;
    EXPECT_EQ(heap.allocate_dma(100).error(), Error::NotSupported);
    EXPECT_EQ(heap.statistics().blocks, 0U);
}

TEST_P(HeapTest, StatisticsCountBytesAndBlocks) {
    void* const small = allocate(56);
    void* const large = allocate(5000);
    auto const both = heap.statistics();
    EXPECT_EQ(both.blocks, 2U);
    EXPECT_EQ(both.used, heap.size_of(small) + heap.size_of(large));
    EXPECT_EQ(both.reserved, pages.reserved());
    EXPECT_EQ(both.fragmentation(), 100 - both.used * 100 / both.held);
    EXPECT_GT(both.largest_free, 0U);
    EXPECT_LE(both.largest_free, both.free);
    heap.release(large);
    auto const one = heap.statistics();
    EXPECT_EQ(one.blocks, 1U);
    EXPECT_EQ(one.used, heap.size_of(small));
    EXPECT_EQ(one.peak, both.used);
    heap.release(small);
}

TEST(Heap, ErrorsHaveWords) {
    for (auto const error : {Error::OutOfMemory, Error::InvalidSize, Error::NotAligned,
                             Error::NotSupported, Error::InvalidAddress}) {
        EXPECT_NE(describe(error), "unknown error");
    }
    EXPECT_EQ(describe(static_cast<Error>(99)), "unknown error");
}

/// Two holes that fit, the larger one at the lower address.
void* fill_a_hole(Heap& heap, void*& large_hole, void*& small_hole) {
    large_hole = heap.allocate(6000).value();
    [[maybe_unused]] void* const wall = heap.allocate(2000).value();
    small_hole = heap.allocate(3000).value();
    [[maybe_unused]] void* const end = heap.allocate(2000).value();
    heap.release(large_hole);
    heap.release(small_hole);
    return heap.allocate(2900).value();
}

TEST(Heap, FitIsAChoice) {
    FakePages pages;
    Heap best{pages, {.fit = Fit::Best}};
    Heap first{pages, {.fit = Fit::First}};
    void* large{};
    void* small{};
    EXPECT_EQ(fill_a_hole(best, large, small), small);
    EXPECT_EQ(fill_a_hole(first, large, small), large);
}

} // namespace
