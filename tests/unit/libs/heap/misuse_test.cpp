// SPDX-License-Identifier: BSD-2-Clause
//
// Each mistake is reported, with the block it was made with, and does no harm to the heap.

#include "fakes.hpp"
#include <heap/guard.hpp>

#include <cstring>
#include <gtest/gtest.h>

namespace {

using namespace heap;
using test::FakePages;
using test::Reports;

using Report = Reports::Report;

constexpr std::size_t sizes[] = {1, 40, 900, 3000, 60000, 300000};

class MisuseTest : public testing::Test {
protected:
    std::byte* allocate(Heap& heap, std::size_t size) {
        return static_cast<std::byte*>(heap.allocate(size).value());
    }

    /// What a mistake in `block`, now made, is reported as: by the check, by release and by resize;
    /// and by the check still, because the block was left as it was.
    void expect_reported_everywhere(Misuse what, std::byte* block) {
        EXPECT_FALSE(checked_.check());
        EXPECT_EQ(reports_.take(), (Report{what, block}));
        checked_.release(block);
        EXPECT_EQ(reports_.take(), (Report{what, block}));
        EXPECT_EQ(checked_.resize(block, 5000).error(), Error::InvalidAddress);
        EXPECT_EQ(reports_.take(), (Report{what, block}));
        EXPECT_EQ(checked_.size_of(block), 0U);
        EXPECT_EQ(reports_.take(), (Report{what, block}));
        EXPECT_FALSE(checked_.check());
        EXPECT_EQ(reports_.take(), (Report{what, block}));
    }

    void expect_all_is_well() {
        EXPECT_TRUE(checked_.check());
        EXPECT_TRUE(unchecked_.check());
        EXPECT_TRUE(reports_.all.empty());
    }

    FakePages pages_;
    Reports reports_;
    Heap checked_{pages_, {.checks = Checks::Full, .misuse = &reports_}};
    Heap unchecked_{pages_, {.checks = Checks::None, .misuse = &reports_}};
};

TEST_F(MisuseTest, OneByteTooMany) {
    for (auto const size : sizes) {
        std::byte* const block = allocate(checked_, size);
        auto const before = block[size];
        block[size] = std::byte{0};
        expect_reported_everywhere(Misuse::WrittenBehind, block);
        block[size] = before;
        checked_.release(block);
        expect_all_is_well();
    }
}

TEST_F(MisuseTest, EveryByteOfTheGuardIsGuarded) {
    std::byte* const block = allocate(checked_, 100);
    for (std::size_t i = 0; i < guard::size; ++i) {
        block[100 + i] ^= std::byte{0x10};
        EXPECT_EQ(checked_.size_of(block), 0U) << i;
        EXPECT_EQ(reports_.take(), (Report{Misuse::WrittenBehind, block})) << i;
        block[100 + i] ^= std::byte{0x10};
        EXPECT_EQ(checked_.size_of(block), 100U);
    }
    checked_.release(block);
    expect_all_is_well();
}

TEST_F(MisuseTest, GuardsFollowBlocksThatAreResized) {
    for (auto const from : sizes) {
        for (auto const to : sizes) {
            auto* const block =
                static_cast<std::byte*>(checked_.resize(allocate(checked_, from), to).value());
            EXPECT_EQ(checked_.size_of(block), to);
            block[to] ^= std::byte{1};
            checked_.release(block);
            EXPECT_EQ(reports_.take(), (Report{Misuse::WrittenBehind, block}));
            block[to] ^= std::byte{1};
            checked_.release(block);
        }
    }
    expect_all_is_well();
}

TEST_F(MisuseTest, ReleasedTwice) {
    for (auto* const heap : {&checked_, &unchecked_}) {
        for (std::size_t const size : {1, 40, 900, 3000}) {
            std::byte* const lower = allocate(*heap, size);
            std::byte* const block = allocate(*heap, size);
            std::byte* const upper = allocate(*heap, size);
            heap->release(block);
            EXPECT_TRUE(reports_.all.empty());
            heap->release(block);
            EXPECT_EQ(reports_.take(), (Report{Misuse::ReleasedTwice, block}));
            heap->release(lower); // joins what is free
            heap->release(block);
            EXPECT_EQ(reports_.take(), (Report{Misuse::ReleasedTwice, block}));
            EXPECT_EQ(heap->resize(block, 10).error(), Error::InvalidAddress);
            EXPECT_EQ(reports_.take(), (Report{Misuse::ReleasedTwice, block}));
            heap->release(upper);
            EXPECT_EQ(heap->statistics().blocks, 0U);
        }
    }
    expect_all_is_well();
}

TEST_F(MisuseTest, ReleasedTwiceWhenItsPagesAreGone) {
    std::byte* const block = allocate(checked_, 300000);
    checked_.release(block);
    checked_.release(block);
    EXPECT_EQ(reports_.take(), (Report{Misuse::ForeignPointer, block}));
    expect_all_is_well();
}

TEST_F(MisuseTest, PointersOfOthers) {
    std::byte* const own = allocate(checked_, 40);
    std::byte* const other = allocate(unchecked_, 40);
    alignas(granule) std::byte local[64]{};
    for (std::byte* const foreign : {other, local + 16, reinterpret_cast<std::byte*>(16)}) {
        checked_.release(foreign);
        EXPECT_EQ(reports_.take(), (Report{Misuse::ForeignPointer, foreign}));
        EXPECT_EQ(checked_.resize(foreign, 10).error(), Error::InvalidAddress);
        EXPECT_EQ(reports_.take(), (Report{Misuse::ForeignPointer, foreign}));
    }
    unchecked_.release(local + 16);
    EXPECT_EQ(reports_.take(), (Report{Misuse::NotABlock, local + 16}));
    checked_.release(own);
    unchecked_.release(other);
    expect_all_is_well();
}

TEST_F(MisuseTest, PointersIntoBlocks) {
    for (auto* const heap : {&checked_, &unchecked_}) {
        for (auto const size : sizes) {
            std::byte* const block = allocate(*heap, std::max<std::size_t>(size, 40));
            std::memset(block, 0, 32);
            for (std::size_t const offset : {1, 8, 16}) {
                heap->release(block + offset);
                EXPECT_EQ(reports_.take(), (Report{Misuse::NotABlock, block + offset}));
            }
            heap->release(block);
        }
    }
    expect_all_is_well();
}

TEST_F(MisuseTest, TheHeapsOwnHeadersAreNoBlocks) {
    std::byte* const small = allocate(unchecked_, 40);
    std::byte* const slab = small - BlockHeader::of(small).length();
    unchecked_.release(slab);
    EXPECT_EQ(reports_.take(), (Report{Misuse::NotABlock, slab}));
    unchecked_.release(small);
    expect_all_is_well();
}

TEST_F(MisuseTest, WrittenBefore) {
    for (auto const size : sizes) {
        std::byte* const block = allocate(checked_, size);
        block[-1] ^= std::byte{1};
        EXPECT_FALSE(checked_.check());
        EXPECT_EQ(reports_.take(), (Report{Misuse::BrokenBooks, block - sizeof(BlockHeader)}));
        checked_.release(block);
        EXPECT_EQ(reports_.take(), (Report{Misuse::NotABlock, block}));
        block[-1] ^= std::byte{1};
        checked_.release(block);
        expect_all_is_well();
    }
}

/// Writes to blocks that are free: what the heap has noted there is found spoiled.
TEST_F(MisuseTest, WrittenAfterRelease) {
    for (std::size_t const size : {1, 40, 900, 3000, 60000}) {
        std::byte* const block = allocate(checked_, size);
        std::byte* const wall = allocate(checked_, size);
        checked_.release(block);
        for (std::size_t const offset : {0, 5}) {
            block[offset] ^= std::byte{0x5A};
            EXPECT_FALSE(checked_.check()) << size;
            auto const report = reports_.take();
            ASSERT_TRUE(report.has_value());
            EXPECT_EQ(report->what, Misuse::BrokenBooks);
            block[offset] ^= std::byte{0x5A};
        }
        checked_.release(wall);
        expect_all_is_well();
    }
}

TEST_F(MisuseTest, FreeBlocksNotesAreCheckedWordByWord) {
    std::byte* const block = allocate(checked_, 5000);
    std::byte* const wall = allocate(checked_, 5000);
    checked_.release(block);
    auto const length = BlockHeader::of(block).length();
    std::size_t const words[] = {0, 8, 16, 24, length - 16}; // links, sizes, length at its end
    for (auto const offset : words) {
        block[offset] ^= std::byte{0x10};
        EXPECT_FALSE(checked_.check()) << offset;
        EXPECT_EQ(reports_.take(), (Report{Misuse::BrokenBooks, block - sizeof(BlockHeader)}));
        block[offset] ^= std::byte{0x10};
    }
    checked_.release(wall);
    expect_all_is_well();
}

TEST_F(MisuseTest, WithoutAHandlerTheProgramStops) {
    Heap heap{pages_, {.checks = Checks::Full}};
    void* const block = heap.allocate(10).value();
    heap.release(block);
    EXPECT_DEATH(heap.release(block), "");
}

TEST(Misuse, HasWords) {
    for (auto const misuse : {Misuse::ForeignPointer, Misuse::NotABlock, Misuse::ReleasedTwice,
                              Misuse::WrittenBehind, Misuse::BrokenBooks}) {
        EXPECT_NE(describe(misuse), "unknown misuse");
    }
    EXPECT_EQ(describe(static_cast<Misuse>(99)), "unknown misuse");
}

} // namespace
