// SPDX-License-Identifier: BSD-2-Clause
//
// Where the root task's objects go.

#include <kernel/boot/root_layout.hpp>

#include <gtest/gtest.h>

namespace kernel::boot {
namespace {

using base::PhysAddr;
using base::PhysRange;
using base::UserAddr;

constexpr PhysRange range(std::uint64_t begin, std::uint64_t end) {
    return {PhysAddr{begin}, PhysAddr{end}};
}

TEST(RootAddressesTest, PagesFollowTheImage) {
    auto const addresses = RootAddresses::make(UserAddr{0x40'0000}, 0x5000, 0x10'0000);
    ASSERT_TRUE(addresses);
    EXPECT_EQ(addresses->ipc_buffer, UserAddr{0x40'5000});
    EXPECT_EQ(addresses->boot_info, UserAddr{0x40'6000});
    EXPECT_EQ(addresses->extra, UserAddr{0x40'7000});
    EXPECT_EQ(addresses->end, UserAddr{0x50'7000});
}

TEST(RootAddressesTest, TablesCoverImageAndExtraArea) {
    auto const addresses = RootAddresses::make(UserAddr{0x40'0000}, 0x40'0000, 0x10'0000);
    ASSERT_TRUE(addresses);
    EXPECT_EQ(addresses->table_count(1), 1u);
    EXPECT_EQ(addresses->table_count(2), 1u);
    EXPECT_EQ(addresses->table_count(3), 3u); // 0x400000 ... 0x902000
}

TEST(RootAddressesTest, EverythingIsInUserSpace) {
    auto const top = UserAddr{api::user_top + 1};
    EXPECT_TRUE(RootAddresses::make(top - 0x4000, 0x1000, 0x1000));
    EXPECT_FALSE(RootAddresses::make(top - 0x3000, 0x1000, 0x1000));
    EXPECT_FALSE(RootAddresses::make(UserAddr{~std::uint64_t{0xfff}}, 0x1000, 0x1000));
}

TEST(RootObjectsTest, LargestFirstAtTheEndOfMemory) {
    PhysRange const free[] = {range(0x20'0000, 0x30'0000), range(0x4000'0000, 0x8000'0000)};
    auto const placed = RootObjects::place(free, 13, 0x1000, 3);
    ASSERT_TRUE(placed);
    auto const& objects = *placed;
    // As another kernel of this interface was seen to do it: the CNode, then pages, TCB, context.
    EXPECT_EQ(objects.cnode, PhysAddr{0x7ff8'0000});
    EXPECT_EQ(objects.extra, PhysAddr{0x7ffc'0000});
    EXPECT_EQ(objects.vspace, PhysAddr{0x7ffc'1000});
    EXPECT_EQ(objects.asid_pool, PhysAddr{0x7ffc'2000});
    EXPECT_EQ(objects.ipc_buffer, PhysAddr{0x7ffc'3000});
    EXPECT_EQ(objects.boot_info, PhysAddr{0x7ffc'4000});
    EXPECT_EQ(objects.page_tables, PhysAddr{0x7ffc'5000});
    EXPECT_EQ(objects.tcb, PhysAddr{0x7ffc'8000});
    EXPECT_EQ(objects.sched_context, PhysAddr{0x7ffc'8800});
    EXPECT_EQ(objects.memory, range(0x7ff8'0000, 0x7ffc'8880));
}

TEST(RootObjectsTest, LargeExtraAreaGoesFirst) {
    PhysRange const free[] = {range(0, 0x100'0000)};
    auto const placed = RootObjects::place(free, 13, 0x10'0000, 3);
    ASSERT_TRUE(placed);
    EXPECT_EQ(placed->extra, placed->memory.begin);
    EXPECT_EQ(placed->cnode, placed->extra + 0x10'0000);
}

TEST(RootObjectsTest, SmallCNodeGoesBehindTheTables) {
    PhysRange const free[] = {range(0, 0x100'0000)};
    auto const placed = RootObjects::place(free, 7, 0, 3);
    ASSERT_TRUE(placed);
    EXPECT_EQ(placed->vspace, placed->memory.begin);
    EXPECT_EQ(placed->cnode, placed->vspace + 0x1000);
}

TEST(RootObjectsTest, TakesTheHighestRegionWithRoom) {
    PhysRange const free[] = {range(0x10'0000, 0x20'0000), range(0x30'0000, 0x30'1000)};
    auto const placed = RootObjects::place(free, 13, 0x1000, 3);
    ASSERT_TRUE(placed);
    EXPECT_TRUE(free[0].contains(placed->memory.begin));
    EXPECT_FALSE(RootObjects::place(std::span{free}.last(1), 13, 0x1000, 3));
    EXPECT_FALSE(RootObjects::place({}, 13, 0x1000, 3));
}

} // namespace
} // namespace kernel::boot
