// SPDX-License-Identifier: BSD-2-Clause
//
// Frames of all three sizes: where each may go, what may be changed of a mapping, and attributes.
// Only a huge frame's table entry is looked at: the pretended machine has no GiB of memory.

#include "address_space_fixture.hpp"

#include <array>

namespace kernel {
namespace {

using api::Invocation;
using arch::Access;

class FrameSizes : public AddressSpaceTest,
                   public testing::WithParamInterface<std::tuple<FrameSize, unsigned>> {
protected:
    static constexpr Word page = 60;
    static constexpr Word second = 61;
    static constexpr auto memory = PhysAddr{base::bit(34)};

    FrameSizes() {
        insert_root(slot(page), Capability::frame(memory, size(), false, FrameRights::ReadWrite));
        insert_root(slot(second),
                    Capability::frame(memory + bytes(), size(), false, FrameRights::ReadWrite));
        for (Word table = tables; table < tables + level(); ++table) {
            EXPECT_TRUE(map_table(table, place()));
        }
    }

    static FrameSize size() { return std::get<0>(GetParam()); }
    /// Of the table that such frames are mapped in: one table is needed for each level above.
    static unsigned level() { return std::get<1>(GetParam()); }
    static unsigned bits() { return frame_bits(size()); }
    static Word bytes() { return base::bit(bits()); }
    static Word place() { return 3 * bytes(); }
    Result<> map_page(Word where, Word rights = read_write, Word attributes = cacheable) {
        return map(page, where, rights, attributes);
    }
};

TEST_P(FrameSizes, AreMappedAtTheirLevel) {
    ASSERT_TRUE(map_page(place()));
    auto const [entry, found] = walk(place() + bytes() - 1);
    EXPECT_EQ(found, level());
    EXPECT_TRUE(entry.is_leaf(level()));
    EXPECT_EQ(entry.address(), memory);
    EXPECT_EQ(entry.access(), Access::UserWrite);
    ASSERT_TRUE(unmap(page));
    EXPECT_FALSE(walk(place()).entry.valid());
    EXPECT_EQ(arch::fake_machine().flushed_pages,
              (std::vector{std::pair{asid, base::UserAddr{place()}}}));
}

TEST_P(FrameSizes, NeedAlignmentAndTheirTables) {
    EXPECT_EQ(error_of(map_page(place() + bytes() / 2)), Failure::alignment());
    EXPECT_EQ(error_of(map_page(api::user_top + 1)), Failure::invalid_argument(0));
    EXPECT_EQ(error_of(map_page(base::bit(40))), missing(39));
    EXPECT_TRUE(map_page(place()));
}

TEST_P(FrameSizes, TheLastOneBelowTheTopIsInReach) {
    auto const last = api::user_top + 1 - bytes();
    EXPECT_EQ(error_of(map_page(last)), missing(39)); // the address is fine, tables are missing
    EXPECT_EQ(error_of(map_page(last + bytes())), Failure::invalid_argument(0));
}

TEST_P(FrameSizes, RightsAndAttributesCanBeChangedInPlace) {
    ASSERT_TRUE(map_page(place()));
    struct {
        Word rights;
        Word attributes;
        Access access;
        arch::MemoryType type;
        bool executable;
    } const cases[] = {
        {1, 0, Access::KernelWrite, arch::MemoryType::Device, false}, // Write without Read
        {2, 0, Access::UserRead, arch::MemoryType::Device, true},
        {2, api::page_cacheable, Access::UserRead, arch::MemoryType::Normal, true},
        {3, api::page_execute_never, Access::UserWrite, arch::MemoryType::Device, false},
        {3, api::page_cacheable | api::page_execute_never | 2, Access::UserWrite,
         arch::MemoryType::Normal, false}, // bit 1 is ignored
        {0, api::page_cacheable, Access::KernelWrite, arch::MemoryType::Normal, true},
    };
    for (auto const& one : cases) {
        arch::fake_machine().flushed_pages.clear();
        ASSERT_TRUE(map_page(place(), one.rights, one.attributes));
        auto const& entry = walk(place()).entry;
        EXPECT_EQ(entry.access(), one.access);
        EXPECT_EQ(entry.type(), one.type);
        if (one.access != Access::KernelWrite) {
            EXPECT_EQ(entry.user_executable(), one.executable);
        }
        EXPECT_EQ(arch::fake_machine().flushed_pages.size(), 1u); // break before make
        EXPECT_EQ(slot(page).cap.frame_rights(), FrameRights::ReadWrite);
    }
}

TEST_P(FrameSizes, StayWhereTheyAreWhileMapped) {
    ASSERT_TRUE(map_page(place()));
    EXPECT_EQ(error_of(map_page(place() + bytes())), Failure::invalid_argument(0));
    EXPECT_EQ(error_of(map_page(base::bit(40))), Failure::invalid_argument(0));
    ASSERT_TRUE(assign(other_vspace));
    EXPECT_EQ(error_of(map(page, place(), read_write, cacheable, other_vspace)),
              Failure::invalid_capability(1));
    EXPECT_EQ(error_of(map(page, place() + 1, read_write, cacheable, other_vspace)),
              Failure::alignment()); // is looked at first
    ASSERT_TRUE(unmap(page));
    EXPECT_TRUE(map_page(place() + bytes()));
}

TEST_P(FrameSizes, AnotherOfTheSameSizeReplacesOne) {
    ASSERT_TRUE(map_page(place()));
    ASSERT_TRUE(map(second, place()));
    EXPECT_EQ(walk(place()).entry.address(), memory + bytes());
    ASSERT_TRUE(unmap(page)); // its record is stale
    EXPECT_TRUE(walk(place()).entry.valid());
}

TEST_P(FrameSizes, CacheMaintenanceEndsAtTheirEnd) {
    ASSERT_TRUE(map_page(place()));
    auto const clean = [&](Word start, Word end) {
        return call(page, Invocation::PageCleanData, {start, end});
    };
    EXPECT_TRUE(clean(bytes() - 64, bytes()));
    EXPECT_EQ(error_of(clean(bytes() - 64, bytes() + 1)), Failure::invalid_argument(0));
    EXPECT_EQ(error_of(clean(bytes(), bytes() + 1)), Failure::invalid_argument(0));
}

INSTANTIATE_TEST_SUITE_P(All, FrameSizes,
                         testing::Values(std::tuple{FrameSize::Small, 3u},
                                         std::tuple{FrameSize::Large, 2u},
                                         std::tuple{FrameSize::Huge, 1u}));

using HugeFrames = AddressSpaceTest;

TEST_F(HugeFrames, DoNotFitWhereATableIsAndLeaveNoRoomForOne) {
    insert_root(slot(60), Capability::frame(PhysAddr{base::bit(34)}, FrameSize::Huge, false,
                                            FrameRights::ReadWrite));
    map_tables();
    EXPECT_EQ(error_of(map(60, 0)), missing(21)); // the tables go on to level 2 there
    ASSERT_TRUE(map(60, base::bit(30)));
    ASSERT_TRUE(retype(api::ObjectType::PageTable, 0, unused));
    EXPECT_EQ(error_of(map_table(unused, base::bit(30))), Failure::delete_first());
    EXPECT_EQ(error_of(map(large_frame, base::bit(30))), missing(30));
    EXPECT_EQ(error_of(map(frame, base::bit(30))), missing(30));
}

} // namespace
} // namespace kernel
