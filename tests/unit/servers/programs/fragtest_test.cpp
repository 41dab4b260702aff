// SPDX-License-Identifier: BSD-2-Clause
//
// The stress of a heap, over pages of the host, and the picture of where its blocks lie.

#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <programs/fragtest/counted_pages.hpp>
#include <programs/fragtest/heap_map.hpp>
#include <programs/fragtest/workload.hpp>
#include <tests/unit/libs/heap/fakes.hpp>

namespace fragtest {
namespace {

using heap::test::FakePages;

/// Does something when so many steps are done.
struct Interference final : programs::Progress {
    void advance(std::uint64_t amount) override {
        done += amount;
        if (done == when) {
            action();
        }
    }

    std::uint64_t done{0};
    std::uint64_t when{Workload::steps};
    std::function<void()> action = [] {};
};

/// The last piece that is one block, header and all.
struct WholeBlock final : heap::PieceVisitor {
    void visit(heap::Piece const& piece) override {
        auto* const begin = const_cast<std::byte*>(piece.begin);
        auto& header = heap::BlockHeader::at(begin);
        if (header.sealed() && header.kind() == heap::Kind::Block) {
            found = begin;
        }
    }

    std::byte* found{nullptr};
};

class WorkloadTest : public testing::Test {
protected:
    std::byte* a_block() {
        WholeBlock block;
        tested.visit_pieces(block);
        EXPECT_NE(block.found, nullptr);
        return block.found;
    }

    FakePages pages;
    heap::test::Reports reports;
    heap::Heap tested{pages, {.checks = heap::Checks::None, .misuse = &reports}};
    std::unique_ptr<Workload> workload = std::make_unique<Workload>(tested, 1);
    Interference progress;
};

TEST_F(WorkloadTest, KeepsItsBlocksAndLeavesNothing) {
    for (auto const& phase : phases) {
        progress.done = 0;
        auto const now = workload->run(phase, progress).value();
        EXPECT_EQ(progress.done, Workload::steps);
        EXPECT_EQ(now.blocks, tested.statistics().blocks);
        EXPECT_EQ(now.held, tested.statistics().held);
        EXPECT_LE(pages.resident(), now.held);
        EXPECT_LE(now.in_use, tested.statistics().used);
        // The last step released a block, of 128 KiB at most.
        EXPECT_GT(now.in_use, Workload::goal - (128 << 10));
        EXPECT_LT(now.in_use, Workload::goal + (128 << 10));
        EXPECT_LT(now.blocks, 5000u); // far from what there is room for
        EXPECT_LE(now.largest_free, pages.reserved() - now.in_use);
        EXPECT_LT(now.lost(), 25u);
    }
    EXPECT_GE(workload->peak(), Workload::goal);
    EXPECT_LT(workload->peak(), Workload::goal + (128 << 10));
    EXPECT_TRUE(workload->release_all());
    EXPECT_EQ(pages.reserved(), 0u);
    EXPECT_TRUE(reports.all.empty());
}

TEST_F(WorkloadTest, ShrinksStepByStepAndLosesLittle) {
    auto const full = workload->run(phases.back(), progress).value();
    for (auto const& shrinking : shrinkings) {
        progress.done = 0;
        auto const steps = workload->steps_of(shrinking);
        auto const now = workload->run(shrinking, progress).value();
        EXPECT_EQ(progress.done, steps);
        EXPECT_EQ(now.blocks, full.blocks / shrinking.one_of);
        EXPECT_LE(pages.resident(), now.held);
        EXPECT_LT(now.held, full.held);
        EXPECT_LT(now.lost(), is_promised(shrinking) ? 25u : 50u);
    }
    EXPECT_TRUE(workload->release_all());
    EXPECT_EQ(pages.reserved(), 0u);
}

TEST_F(WorkloadTest, BeginsAPhaseWithAQuarterOfTheBlocks) {
    auto const large = workload->run(phases[0], progress).value().blocks;
    std::size_t small = 0;
    progress.done = 0;
    progress.when = 1;
    progress.action = [&] { small = tested.statistics().blocks; };
    ASSERT_TRUE(workload->run(phases[1], progress));
    EXPECT_GT(small, 2 * large); // what was large has been replaced
    EXPECT_TRUE(workload->release_all());
}

TEST_F(WorkloadTest, IsTheSameForTheSameSeed) {
    auto const in_use = [](std::uint64_t seed) {
        FakePages pages;
        heap::Heap heap{pages};
        auto const workload = std::make_unique<Workload>(heap, seed);
        programs::NoProgress progress;
        auto const result = workload->run(phases[1], progress).value().in_use;
        EXPECT_TRUE(workload->release_all());
        return result;
    };
    EXPECT_EQ(in_use(3), in_use(3));
    EXPECT_NE(in_use(3), in_use(4));
}

TEST_F(WorkloadTest, NoticesABlockThatWasWrittenInto) {
    ASSERT_TRUE(workload->run(phases[0], progress));
    auto* const block = a_block();
    block[100] ^= std::byte{1};
    EXPECT_EQ(workload->release_all().error(), Trouble::Spoiled);
    EXPECT_TRUE(workload->release_all()); // the others are as they were
}

TEST_F(WorkloadTest, NoticesBooksThatAreBroken) {
    std::byte* header = nullptr;
    progress.action = [&] {
        header = a_block();
        header[7] ^= std::byte{1};
    };
    EXPECT_EQ(workload->run(phases[0], progress).error(), Trouble::BrokenBooks);
    header[7] ^= std::byte{1};
    EXPECT_TRUE(workload->release_all());
}

TEST_F(WorkloadTest, SaysWhenThereIsNoMemory) {
    pages.limit = 1 << 20;
    EXPECT_EQ(workload->run(phases[0], progress).error(), Trouble::OutOfMemory);
    EXPECT_TRUE(workload->release_all());
    EXPECT_EQ(pages.reserved(), 0u);
}

TEST(StandingTest, RoundsWhatIsLostUp) {
    EXPECT_EQ((Standing{.blocks = 0, .in_use = 0, .held = 0, .largest_free = 0}.lost()), 0u);
    EXPECT_EQ((Standing{.blocks = 1, .in_use = 100, .held = 100, .largest_free = 0}.lost()), 0u);
    EXPECT_EQ((Standing{.blocks = 1, .in_use = 999, .held = 1000, .largest_free = 0}.lost()), 1u);
    EXPECT_EQ((Standing{.blocks = 1, .in_use = 750, .held = 1000, .largest_free = 0}.lost()), 25u);
}

TEST(CountedPagesTest, CountsWhatCameAndWhatReallyWent) {
    FakePages source;
    CountedPages pages{source};
    auto const run = pages.take(3 * heap::page_size, heap::Memory::Ordinary).value();
    source.limit = 3 * heap::page_size;
    EXPECT_FALSE(pages.take(heap::page_size, heap::Memory::Ordinary));
    EXPECT_EQ(pages.taken(), 3 * heap::page_size);
    source.refuses = true;
    EXPECT_FALSE(pages.give(run.begin, heap::page_size));
    EXPECT_EQ(pages.given(), 0u);
    source.refuses = false;
    EXPECT_TRUE(pages.give(run.begin, heap::page_size));
    EXPECT_EQ(pages.given(), heap::page_size);
    EXPECT_TRUE(pages.discard(run.begin + heap::page_size, heap::page_size));
    EXPECT_EQ(pages.discarded(), heap::page_size);
    source.refuses = true;
    EXPECT_FALSE(pages.discard(run.begin + heap::page_size, heap::page_size));
    EXPECT_EQ(pages.discarded(), heap::page_size);
}

std::string shown(HeapMap const& map) {
    std::string marks;
    for (std::size_t i = 0; i < map.marks(); ++i) {
        marks += map.mark(i);
    }
    return marks;
}

TEST(HeapMapTest, ShowsEachPageOfASmallHeap) {
    constexpr auto page = heap::page_size;
    HeapMap map{6 * page};
    EXPECT_EQ(map.bytes_per_mark(), page);
    map.visit({.begin = nullptr, .size = page, .used = page});
    map.visit({.begin = nullptr, .size = page, .used = 0});
    map.visit({.begin = nullptr, .size = page, .used = 1});
    map.visit({.begin = nullptr, .size = page, .used = page / 2});
    map.visit({.begin = nullptr, .size = page, .used = page * 7 / 8});
    map.visit({.begin = nullptr, .size = page, .used = page * 7 / 8 - 1});
    EXPECT_EQ(shown(map), "#.-+#+");
}

TEST(HeapMapTest, PiecesAndMarksNeedNotAgree) {
    constexpr auto page = heap::page_size;
    HeapMap map{4 * page};
    map.visit({.begin = nullptr, .size = page / 2, .used = page / 2});
    map.visit({.begin = nullptr, .size = 2 * page, .used = 0});
    map.visit({.begin = nullptr, .size = page + page / 2, .used = page + page / 2});
    EXPECT_EQ(shown(map), "+.+#");
}

TEST(HeapMapTest, ALargeHeapHasLargerMarks) {
    for (std::size_t const pages : {256, 257, 1000, 256 * 9, 256 * 9 + 1}) {
        auto const held = pages * heap::page_size;
        HeapMap map{held};
        map.visit({.begin = nullptr, .size = held, .used = held});
        EXPECT_LE(map.marks(), HeapMap::max_marks);
        EXPECT_EQ(shown(map), std::string(map.marks(), '#')) << pages;
    }
    EXPECT_EQ(HeapMap{0}.marks(), 0u);
}

} // namespace
} // namespace fragtest
