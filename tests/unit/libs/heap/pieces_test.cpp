// SPDX-License-Identifier: BSD-2-Clause
//
// The pieces of a heap are all of its memory, and free where it is free.

#include "fakes.hpp"

#include <array>
#include <gtest/gtest.h>
#include <numeric>

namespace {

using namespace heap;
using test::FakePages;

struct Pieces final : PieceVisitor {
    void visit(Piece const& piece) override { all.push_back(piece); }

    [[nodiscard]] std::size_t sum(std::size_t Piece::* what) const {
        return std::accumulate(
            all.begin(), all.end(), std::size_t{0},
            [what](std::size_t sum, Piece const& piece) { return sum + piece.*what; });
    }

    /// The piece with this block inside.
    [[nodiscard]] Piece of(void const* block) const {
        for (auto const& piece : all) {
            if (block >= piece.begin && block < piece.begin + piece.size) {
                return piece;
            }
        }
        return {};
    }

    std::vector<Piece> all;
};

class PiecesTest : public testing::Test {
protected:
    Pieces pieces() {
        Pieces result;
        heap.visit_pieces(result);
        return result;
    }

    FakePages pages;
    Heap heap{pages, {.checks = Checks::None}};
};

TEST_F(PiecesTest, OfNothingThereAreNone) {
    EXPECT_TRUE(pieces().all.empty());
}

TEST_F(PiecesTest, AreInOrderAndAllThereIs) {
    for (std::size_t size = 16; size < (1 << 19); size += size / 3) {
        ASSERT_TRUE(heap.allocate(size));
    }
    auto const found = pieces();
    EXPECT_EQ(found.sum(&Piece::size), heap.statistics().held);
    EXPECT_LT(heap.statistics().held, pages.reserved()); // what nobody has touched is no piece
    EXPECT_GE(found.sum(&Piece::used), heap.statistics().used);
    for (std::size_t i = 1; i < found.all.size(); ++i) {
        EXPECT_LE(found.all[i - 1].begin + found.all[i - 1].size, found.all[i].begin);
        EXPECT_LE(found.all[i].used, found.all[i].size);
    }
}

TEST_F(PiecesTest, AreFreeWhereBlocksWereReleased) {
    std::array<void*, 20> blocks{};
    for (auto& block : blocks) {
        block = heap.allocate(10'000).value();
    }
    for (std::size_t i = 1; i < 20; i += 2) {
        heap.release(blocks[i]);
    }
    auto const found = pieces();
    for (std::size_t i = 0; i + 1 < 20; ++i) {
        auto const piece = found.of(blocks[i]);
        EXPECT_GE(piece.size, 10'000U);
        EXPECT_EQ(piece.used > piece.size / 2, i % 2 == 0) << i;
    }
    auto const now = heap.statistics();
    EXPECT_EQ(found.sum(&Piece::size) - found.sum(&Piece::used),
              now.free - (now.reserved - now.held));
}

TEST_F(PiecesTest, OfSmallObjectsAreAsUsedAsTheyAre) {
    std::array<void*, 8> objects{};
    for (auto& object : objects) {
        object = heap.allocate(1000).value();
    }
    auto const before = pieces().of(objects[0]);
    heap.release(objects[1]);
    auto const after = pieces().of(objects[0]);
    EXPECT_EQ(before.size, after.size);
    EXPECT_EQ(before.used - after.used, 1024U);
}

TEST_F(PiecesTest, OfTheLargestBlocksAreUsed) {
    void const* const block = heap.allocate(Heap::direct_size).value();
    auto const piece = pieces().of(block);
    EXPECT_EQ(piece.used, piece.size);
    EXPECT_EQ(piece.size, pages.reserved());
}

} // namespace
