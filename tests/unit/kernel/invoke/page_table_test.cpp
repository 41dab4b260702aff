// SPDX-License-Identifier: BSD-2-Clause
//
// PageTable invocations, and what the end of a table means for what is below it.

#include "address_space_fixture.hpp"

namespace kernel {
namespace {

using api::Invocation;
using PageTableTest = AddressSpaceTest;

TEST_F(PageTableTest, FillsTheFirstMissingLevel) {
    for (unsigned level = 0; level < 3; ++level) {
        EXPECT_EQ(walk().level, level);
        ASSERT_TRUE(map_table(tables + level, address + 0x12345));
    }
    EXPECT_EQ(walk().level, 3u);
    EXPECT_EQ(slot(tables).cap.mapping(), (Mapping{asid, base::UserAddr{0}}));
    EXPECT_EQ(slot(tables + 2).cap.mapping(), (Mapping{asid, base::UserAddr{address}}));
}

TEST_F(PageTableTest, MapAnswersEachError) {
    EXPECT_EQ(error_of(call(tables, Invocation::PageTableMap, {address}, {vspace})),
              Failure::truncated_message());
    EXPECT_EQ(error_of(call(tables, Invocation::PageTableMap, {address, 0})),
              Failure::truncated_message());
    EXPECT_EQ(error_of(map_table(tables, ~Word{0}, node_slot)), Failure::invalid_capability(1));
    EXPECT_EQ(error_of(map_table(tables, api::user_top + 1)), Failure::invalid_argument(0));
    map_tables();
    EXPECT_EQ(error_of(map_table(tables)), Failure::invalid_capability(0));
    ASSERT_TRUE(retype(api::ObjectType::PageTable, 0, unused));
    EXPECT_EQ(error_of(map_table(unused)), Failure::delete_first());
    kernel->asids.set(asid, PhysAddr{});
    EXPECT_EQ(error_of(map_table(unused)), no_such_space());
    EXPECT_EQ(error_of(call(unused, Invocation::PageMap, {})), Failure::illegal_operation());
}

TEST_F(PageTableTest, DoesNotReplaceALargeFrame) {
    ASSERT_TRUE(map_table(tables));
    ASSERT_TRUE(map_table(tables + 1));
    ASSERT_TRUE(map(large_frame, address));
    EXPECT_EQ(error_of(map_table(tables + 2)), Failure::delete_first());
}

TEST_F(PageTableTest, UnmapTakesEverythingBelowAlong) {
    map_tables();
    ASSERT_TRUE(map());
    ASSERT_TRUE(call(tables + 2, Invocation::PageTableUnmap, {}));
    EXPECT_EQ(walk().level, 2u);
    EXPECT_EQ(arch::fake_machine().flushed_asids, std::vector<std::uint16_t>{asid});
    EXPECT_FALSE(slot(tables + 2).cap.mapping().exists());
    EXPECT_TRUE(call(tables + 2, Invocation::PageTableUnmap, {})); // not mapped: fine

    // The frame's record is stale now; its table is empty when it comes back.
    ASSERT_TRUE(map_table(tables + 2));
    EXPECT_FALSE(walk().entry.valid());
    EXPECT_TRUE(unmap());
    EXPECT_TRUE(map());
}

TEST_F(PageTableTest, UnmapNeedsTheOnlyCapability) {
    map_tables();
    ASSERT_TRUE(call(node_slot, Invocation::CNodeCopy, {copy, 64, tables, 64, 15}, {node_slot}));
    EXPECT_EQ(error_of(call(tables, Invocation::PageTableUnmap, {})), Failure::revoke_first());
    EXPECT_EQ(error_of(call(copy, Invocation::PageTableUnmap, {})), Failure::revoke_first());
}

TEST_F(PageTableTest, DeletingATableDetachesIt) {
    map_tables();
    ASSERT_TRUE(cnode(Invocation::CNodeDelete, tables + 1));
    EXPECT_EQ(walk().level, 1u);
    // The one below has lost its parent and does not mind.
    EXPECT_TRUE(cnode(Invocation::CNodeDelete, tables + 2));
}

TEST_F(PageTableTest, UnmappedTableCannotBeCopied) {
    EXPECT_EQ(
        error_of(call(node_slot, Invocation::CNodeCopy, {copy, 64, tables, 64, 15}, {node_slot})),
        Failure::illegal_operation());
}

} // namespace
} // namespace kernel
