// SPDX-License-Identifier: BSD-2-Clause

#include "fake_kernel.hpp"
#include <init/cspace.hpp>

#include <gtest/gtest.h>

namespace {

constexpr unsigned leaf_bits = 6;
constexpr api::Word leaf_slots = 64;

api::BootInfo boot_info() {
    api::BootInfo info{};
    info.root_cnode_bits = leaf_bits;
    info.empty = {.start = 40, .end = leaf_slots};
    return info;
}

class CSpaceTest : public testing::Test {
protected:
    CSpaceTest() { memory.add(sys::Untyped{api::CPtr{10}}, 24); }

    init_test::FakeKernel kernel;
    init::UntypedAllocator memory;
    init::CSpace cspace{boot_info()};
};

TEST_F(CSpaceTest, HandsOutTheSlotsTheKernelLeftFree) {
    EXPECT_EQ(cspace.allocate(memory).value(), api::CPtr{40});
    EXPECT_EQ(cspace.allocate(memory, 3).value(), api::CPtr{41});
    EXPECT_EQ(cspace.allocate(memory).value(), api::CPtr{44});
}

TEST_F(CSpaceTest, CannotGrowWithoutARoot) {
    ASSERT_TRUE(cspace.allocate(memory, 23)) << "all but the last, where a leaf would be born";
    EXPECT_FALSE(cspace.allocate(memory));
}

TEST_F(CSpaceTest, NamesSlotsThroughTheFirstCNodeUntilThereIsARoot) {
    auto const range = cspace.range(api::CPtr{50}, 4);
    EXPECT_EQ(range.root, api::CPtr{2});
    EXPECT_EQ(range.node_depth, 0u);
    EXPECT_EQ(range.first, 50u);
    EXPECT_EQ(range.count, 4u);
}

TEST_F(CSpaceTest, RootCoversTheWholeWordAndHoldsTheFirstCNodeWithoutGuard) {
    ASSERT_TRUE(cspace.install_root(memory));
    auto const mints = kernel.calls(api::Invocation::CNodeMint);
    ASSERT_EQ(mints.size(), 2u);
    constexpr auto guard_bits = 64 - leaf_bits - init::CSpace::root_bits;
    EXPECT_EQ(mints[0].words[5], guard_bits);
    EXPECT_EQ(mints[1].object, api::CPtr{41}) << "the root";
    EXPECT_EQ(mints[1].words[0], 0u) << "leaf 0";
    EXPECT_EQ(mints[1].words[1], 64 - leaf_bits);
    EXPECT_EQ(mints[1].words[5], 0u) << "no guard";
    auto const spaces = kernel.calls(api::Invocation::TcbSetSpace);
    ASSERT_EQ(spaces.size(), 1u);
    EXPECT_EQ(spaces[0].caps[1], api::CPtr{41});
}

TEST_F(CSpaceTest, GrowsByALeafBornInTheLastSlot) {
    ASSERT_TRUE(cspace.install_root(memory)); // takes 40 and 41
    ASSERT_TRUE(cspace.allocate(memory, 21));
    EXPECT_EQ(cspace.allocate(memory).value(), api::CPtr{leaf_slots});
    auto const moves = kernel.calls(api::Invocation::CNodeMove);
    ASSERT_EQ(moves.size(), 1u);
    EXPECT_EQ(moves[0].words[0], 1u) << "becomes leaf 1";
    EXPECT_EQ(moves[0].words[2], leaf_slots - 1) << "from the last slot of leaf 0";

    auto const range = cspace.range(api::CPtr{leaf_slots + 5});
    EXPECT_EQ(range.node_index, 1u);
    EXPECT_EQ(range.node_depth, 64 - leaf_bits);
    EXPECT_EQ(range.first, 5u);
}

TEST_F(CSpaceTest, SlotsInARowNeverStraddleLeaves) {
    ASSERT_TRUE(cspace.install_root(memory));
    ASSERT_TRUE(cspace.allocate(memory, 20));
    EXPECT_EQ(cspace.allocate(memory, 2).value(), api::CPtr{leaf_slots});
}

TEST_F(CSpaceTest, RefusesMoreInARowThanALeafHolds) {
    ASSERT_TRUE(cspace.install_root(memory));
    EXPECT_FALSE(cspace.allocate(memory, leaf_slots));
}

TEST_F(CSpaceTest, EndsWhenTheRootIsFull) {
    ASSERT_TRUE(cspace.install_root(memory));
    api::Word leaves = 1;
    while (cspace.allocate(memory, leaf_slots - 1)) {
        ++leaves;
    }
    EXPECT_EQ(leaves, base::bit(init::CSpace::root_bits));
}

} // namespace
