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

    /// One thing was reported since the last time, and it is this.
    void expect_report(Misuse what, void const* where) {
        EXPECT_EQ(reports.take(), (Report{what, where})) << describe(what);
    }

    /// What a mistake in `block`, now made, is reported as: by the check, by release and by resize;
    /// and by the check still, because the block was left as it was.
    void expect_reported_everywhere(Misuse what, std::byte* block) {
        EXPECT_FALSE(checked.check());
        expect_report(what, block);
        checked.release(block);
        expect_report(what, block);
        EXPECT_EQ(checked.resize(block, 5000).error(), Error::InvalidAddress);
        expect_report(what, block);
        EXPECT_EQ(checked.size_of(block), 0U);
        expect_report(what, block);
        EXPECT_FALSE(checked.check());
        expect_report(what, block);
    }

    void expect_all_is_well() {
        EXPECT_TRUE(checked.check());
        EXPECT_TRUE(unchecked.check());
        EXPECT_TRUE(reports.all.empty());
    }

    FakePages pages;
    Reports reports;
    Heap checked{pages, {.checks = Checks::Full, .misuse = &reports}};
    Heap unchecked{pages, {.checks = Checks::None, .misuse = &reports}};
};

TEST_F(MisuseTest, OneByteTooMany) {
    for (auto const size : sizes) {
        std::byte* const block = allocate(checked, size);
        auto const before = block[size];
        block[size] = std::byte{0};
        expect_reported_everywhere(Misuse::WrittenBehind, block);
        block[size] = before;
        checked.release(block);
        expect_all_is_well();
    }
}

TEST_F(MisuseTest, EveryByteOfTheGuardIsGuarded) {
    std::byte* const block = allocate(checked, 100);
    for (std::size_t i = 0; i < guard::size; ++i) {
        block[100 + i] ^= std::byte{0x10};
        EXPECT_EQ(checked.size_of(block), 0U) << i;
        expect_report(Misuse::WrittenBehind, block);
        block[100 + i] ^= std::byte{0x10};
        EXPECT_EQ(checked.size_of(block), 100U);
    }
    checked.release(block);
    expect_all_is_well();
}

TEST_F(MisuseTest, GuardsFollowBlocksThatAreResized) {
    for (auto const from : sizes) {
        for (auto const to : sizes) {
            auto* const block =
                static_cast<std::byte*>(checked.resize(allocate(checked, from), to).value());
            EXPECT_EQ(checked.size_of(block), to);
            block[to] ^= std::byte{1};
            checked.release(block);
            expect_report(Misuse::WrittenBehind, block);
            block[to] ^= std::byte{1};
            checked.release(block);
        }
    }
    expect_all_is_well();
}

TEST_F(MisuseTest, ReleasedTwice) {
    for (auto* const heap : {&checked, &unchecked}) {
        for (std::size_t const size : {1, 40, 900, 3000}) {
            std::byte* const lower = allocate(*heap, size);
            std::byte* const block = allocate(*heap, size);
            std::byte* const upper = allocate(*heap, size);
            heap->release(block);
            EXPECT_TRUE(reports.all.empty());
            heap->release(block);
            expect_report(Misuse::ReleasedTwice, block);
            heap->release(lower); // joins what is free
            heap->release(block);
            expect_report(Misuse::ReleasedTwice, block);
            EXPECT_EQ(heap->resize(block, 10).error(), Error::InvalidAddress);
            expect_report(Misuse::ReleasedTwice, block);
            heap->release(upper);
            EXPECT_EQ(heap->statistics().blocks, 0U);
        }
    }
    expect_all_is_well();
}

TEST_F(MisuseTest, ReleasedTwiceWhenItsPagesAreGone) {
    std::byte* const block = allocate(checked, 300000);
    checked.release(block);
    checked.release(block);
    expect_report(Misuse::ForeignPointer, block);
    expect_all_is_well();
}

TEST_F(MisuseTest, PointersOfOthers) {
    std::byte* const own = allocate(checked, 40);
    std::byte* const other = allocate(unchecked, 40);
    alignas(granule) std::byte local[64]{};
    for (std::byte* const foreign : {other, local + 16, reinterpret_cast<std::byte*>(16)}) {
        checked.release(foreign);
        expect_report(Misuse::ForeignPointer, foreign);
        EXPECT_EQ(checked.resize(foreign, 10).error(), Error::InvalidAddress);
        expect_report(Misuse::ForeignPointer, foreign);
    }
    unchecked.release(local + 16);
    expect_report(Misuse::NotABlock, local + 16);
    checked.release(own);
    unchecked.release(other);
    expect_all_is_well();
}

TEST_F(MisuseTest, PointersIntoBlocks) {
    for (auto* const heap : {&checked, &unchecked}) {
        for (auto const size : sizes) {
            std::byte* const block = allocate(*heap, std::max<std::size_t>(size, 40));
            std::memset(block, 0, 32);
            for (std::size_t const offset : {1, 8, 16}) {
                heap->release(block + offset);
                expect_report(Misuse::NotABlock, block + offset);
            }
            heap->release(block);
        }
    }
    expect_all_is_well();
}

TEST_F(MisuseTest, TheHeapsOwnHeadersAreNoBlocks) {
    std::byte* const small = allocate(unchecked, 40);
    std::byte* const slab = small - BlockHeader::of(small).length();
    unchecked.release(slab);
    expect_report(Misuse::NotABlock, slab);
    unchecked.release(small);
    expect_all_is_well();
}

TEST_F(MisuseTest, WrittenBefore) {
    for (auto const size : sizes) {
        std::byte* const block = allocate(checked, size);
        block[-1] ^= std::byte{1};
        EXPECT_FALSE(checked.check());
        expect_report(Misuse::BrokenBooks, block - sizeof(BlockHeader));
        checked.release(block);
        expect_report(Misuse::NotABlock, block);
        block[-1] ^= std::byte{1};
        checked.release(block);
        expect_all_is_well();
    }
}

/// Writes to blocks that are free: what the heap has noted there is found spoiled.
TEST_F(MisuseTest, WrittenAfterRelease) {
    for (std::size_t const size : {1, 40, 900, 3000, 60000}) {
        std::byte* const block = allocate(checked, size);
        std::byte* const wall = allocate(checked, size);
        checked.release(block);
        for (std::size_t const offset : {0, 5}) {
            block[offset] ^= std::byte{0x5A};
            EXPECT_FALSE(checked.check()) << size;
            auto const report = reports.take();
            EXPECT_TRUE(report && report->what == Misuse::BrokenBooks);
            block[offset] ^= std::byte{0x5A};
        }
        checked.release(wall);
        expect_all_is_well();
    }
}

TEST_F(MisuseTest, FreeBlocksNotesAreCheckedWordByWord) {
    std::byte* const block = allocate(checked, 5000);
    std::byte* const wall = allocate(checked, 5000);
    checked.release(block);
    auto const length = BlockHeader::of(block).length();
    std::size_t const words[] = {0, 8, 16, 24, length - 16}; // links, sizes, length at its end
    for (auto const offset : words) {
        block[offset] ^= std::byte{0x10};
        EXPECT_FALSE(checked.check()) << offset;
        expect_report(Misuse::BrokenBooks, block - sizeof(BlockHeader));
        block[offset] ^= std::byte{0x10};
    }
    checked.release(wall);
    expect_all_is_well();
}

TEST_F(MisuseTest, NotesAboutPagesAreCheckedWordByWord) {
    std::byte* const block = allocate(checked, 60000);
    std::byte* const wall = allocate(checked, 5000);
    checked.release(block);
    for (std::size_t offset = offsetof(FreePages, link); offset < sizeof(FreePages); offset += 8) {
        block[offset] ^= std::byte{0x10};
        EXPECT_FALSE(checked.check()) << offset;
        expect_report(Misuse::BrokenBooks, block - sizeof(BlockHeader));
        block[offset] ^= std::byte{0x10};
    }
    checked.release(wall);
    expect_all_is_well();
}

TEST_F(MisuseTest, WithoutAHandlerTheProgramStops) {
    Heap heap{pages, {.checks = Checks::Full}};
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
