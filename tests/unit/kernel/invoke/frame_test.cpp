// SPDX-License-Identifier: BSD-2-Clause
//
// Frame invocations: what the table says afterwards, every refusal, and mappings that went stale.

#include "address_space_fixture.hpp"

namespace kernel {
namespace {

using api::Invocation;
using arch::Access;

class FrameTest : public AddressSpaceTest {
protected:
    FrameTest() { map_tables(); }

    Result<> maintain(Invocation what, Word start, Word end, Word page = frame) {
        return call(page, what, {start, end});
    }
};

TEST_F(FrameTest, MapWritesTheEntryAndRemembersIt) {
    ASSERT_TRUE(map());
    auto const [entry, level] = walk();
    EXPECT_EQ(level, 3u);
    EXPECT_EQ(entry.address(), slot(frame).cap.address());
    EXPECT_EQ(entry.access(), Access::UserWrite);
    EXPECT_EQ(entry.type(), arch::MemoryType::Normal);
    EXPECT_TRUE(entry.user_executable());
    EXPECT_FALSE(entry.kernel_executable());
    EXPECT_EQ(slot(frame).cap.mapping(), (Mapping{asid, base::UserAddr{address}}));
}

TEST_F(FrameTest, RightsAreThoseOfCapabilityAndRequest) {
    ASSERT_TRUE(map(frame, address, Rights::Read.bits()));
    EXPECT_EQ(walk().entry.access(), Access::UserRead);
    ASSERT_TRUE(map(frame, address, Rights::Write.bits()));
    EXPECT_EQ(walk().entry.access(), Access::KernelWrite);
    EXPECT_EQ(slot(frame).cap.frame_rights(), FrameRights::ReadWrite);

    ASSERT_TRUE(copy_frame(Rights::Read.bits()));
    ASSERT_TRUE(map(copy, address + api::page_size));
    EXPECT_EQ(walk(address + api::page_size).entry.access(), Access::UserRead);
}

TEST_F(FrameTest, AttributesChooseMemoryTypeAndExecution) {
    ASSERT_TRUE(map(frame, address, read_write, api::page_execute_never));
    EXPECT_EQ(walk().entry.type(), arch::MemoryType::Device);
    EXPECT_FALSE(walk().entry.user_executable());
}

TEST_F(FrameTest, MapRefusesWhatIsNoAddressSpace) {
    EXPECT_EQ(error_of(call(frame, Invocation::PageMap, {address, read_write}, {vspace})),
              Failure::truncated_message());
    EXPECT_EQ(error_of(call(frame, Invocation::PageMap, {address, read_write, 1})),
              Failure::truncated_message());
    EXPECT_EQ(error_of(map(frame, address, read_write, cacheable, node_slot)),
              Failure::invalid_capability(1));
    EXPECT_EQ(error_of(map(frame, address, read_write, cacheable, other_vspace)),
              Failure::invalid_capability(1));
    kernel->asids.set(asid, slot(other_vspace).cap.address());
    EXPECT_EQ(error_of(map()), Failure::invalid_capability(1));
    kernel->asids.set(asid, PhysAddr{});
    EXPECT_EQ(error_of(map()), no_such_space());
}

TEST_F(FrameTest, MapRefusesWrongAddresses) {
    EXPECT_EQ(error_of(map(frame, address + 1)), Failure::alignment());
    EXPECT_EQ(error_of(map(large_frame, address + api::page_size)), Failure::alignment());
    EXPECT_EQ(error_of(map(frame, api::user_top + 1)), Failure::invalid_argument(0));
    EXPECT_EQ(error_of(map(frame, ~Word{0} - 0xfff)), Failure::invalid_argument(0));
}

TEST_F(FrameTest, MapNamesTheLevelThatIsMissing) {
    EXPECT_EQ(error_of(map(frame, Word{1} << 40)), missing(39));
    EXPECT_EQ(error_of(map(frame, Word{1} << 32)), missing(30));
    EXPECT_EQ(error_of(map(frame, Word{4} << 21)), missing(21));
    EXPECT_EQ(error_of(map(large_frame, address)), missing(12));
}

TEST_F(FrameTest, SmallFrameDoesNotFitWhereALargeOneIs) {
    ASSERT_TRUE(map(large_frame, Word{4} << 21));
    EXPECT_EQ(walk(Word{4} << 21).level, 2u);
    EXPECT_EQ(error_of(map(frame, Word{4} << 21)), missing(21));
}

TEST_F(FrameTest, MappedFrameStaysWhereItIs) {
    ASSERT_TRUE(map());
    EXPECT_EQ(error_of(map(frame, address + api::page_size)), Failure::invalid_argument(0));
    ASSERT_TRUE(assign(other_vspace));
    EXPECT_EQ(error_of(map(frame, address, read_write, cacheable, other_vspace)),
              Failure::invalid_capability(1));
    EXPECT_TRUE(map(frame, address, Rights::Read.bits()));
}

TEST_F(FrameTest, MapReplacesWhatWasThere) {
    ASSERT_TRUE(retype(api::ObjectType::SmallPage, 0, unused));
    ASSERT_TRUE(map());
    arch::fake_machine().flushed_pages.clear();
    ASSERT_TRUE(map(unused));
    EXPECT_EQ(walk().entry.address(), slot(unused).cap.address());
    ASSERT_EQ(arch::fake_machine().flushed_pages.size(), 1u);
    EXPECT_EQ(arch::fake_machine().flushed_pages[0], (std::pair{asid, base::UserAddr{address}}));

    // The first one's record is stale: it must not harm its successor.
    EXPECT_EQ(error_of(maintain(Invocation::PageCleanData, 0, 64)), Failure::invalid_capability(0));
    ASSERT_TRUE(unmap());
    EXPECT_TRUE(walk().entry.valid());
    EXPECT_FALSE(slot(frame).cap.mapping().exists());
}

TEST_F(FrameTest, FirstMappingFlushesNothing) {
    ASSERT_TRUE(map());
    EXPECT_TRUE(arch::fake_machine().flushed_pages.empty());
}

TEST_F(FrameTest, UnmapClearsAndFlushes) {
    EXPECT_TRUE(unmap()); // not mapped: nothing to do
    ASSERT_TRUE(map());
    ASSERT_TRUE(unmap());
    EXPECT_FALSE(walk().entry.valid());
    EXPECT_EQ(arch::fake_machine().flushed_pages.size(), 1u);
    EXPECT_FALSE(slot(frame).cap.mapping().exists());
}

TEST_F(FrameTest, DeletingAnyCapabilityUnmapsItsOwnMapping) {
    ASSERT_TRUE(copy_frame());
    EXPECT_FALSE(slot(copy).cap.mapping().exists());
    ASSERT_TRUE(map());
    ASSERT_TRUE(map(copy, address + api::page_size));
    ASSERT_TRUE(cnode(Invocation::CNodeDelete, copy));
    EXPECT_FALSE(walk(address + api::page_size).entry.valid());
    EXPECT_TRUE(walk().entry.valid());
}

TEST_F(FrameTest, UnmapAfterTheSpaceIsGoneDoesNothing) {
    ASSERT_TRUE(map());
    ASSERT_TRUE(cnode(Invocation::CNodeDelete, vspace));
    ASSERT_TRUE(unmap());
    EXPECT_FALSE(slot(frame).cap.mapping().exists());
}

TEST_F(FrameTest, CacheMaintenanceChecksItsRange) {
    constexpr auto clean = Invocation::PageCleanData;
    EXPECT_EQ(error_of(call(frame, clean, {0})), Failure::truncated_message());
    EXPECT_EQ(error_of(maintain(clean, 0, 64)), Failure::illegal_operation());
    ASSERT_TRUE(map());
    EXPECT_EQ(error_of(maintain(clean, 64, 64)), Failure::invalid_argument(1));
    EXPECT_EQ(error_of(maintain(clean, 0x1000, 0x1001)), Failure::invalid_argument(0));
    EXPECT_EQ(error_of(maintain(clean, 0, 0x1001)), Failure::invalid_argument(0));
    ASSERT_TRUE(maintain(clean, 64, 0x1000));
    auto const& done = arch::fake_machine().maintained;
    ASSERT_EQ(done.size(), 1u);
    EXPECT_EQ(done[0].begin, base::UserAddr{address + 64});
    EXPECT_EQ(done[0].size, 0x1000u - 64);
    kernel->asids.set(asid, PhysAddr{});
    EXPECT_EQ(error_of(maintain(clean, 0, 64)), no_such_space());
}

TEST_F(FrameTest, CacheMaintenanceLooksForTheSpaceThenTheRangeThenTheMapping) {
    ASSERT_TRUE(retype(api::ObjectType::SmallPage, 0, unused));
    ASSERT_TRUE(map(frame, address, Rights::Read.bits()));
    ASSERT_TRUE(map(unused)); // in its place
    auto const invalidate = [&](Word start, Word end) {
        return maintain(Invocation::PageInvalidateData, start, end);
    };
    EXPECT_EQ(error_of(invalidate(0x2000, 0x2000)), Failure::invalid_argument(1));
    EXPECT_EQ(error_of(invalidate(0x2000, 0x2001)), Failure::invalid_argument(0));
    EXPECT_EQ(error_of(invalidate(0, 64)), Failure::invalid_capability(0));
    ASSERT_TRUE(map(frame, address, Rights::Read.bits()));
    EXPECT_EQ(error_of(invalidate(0, 64)), Failure::illegal_operation());
    ASSERT_TRUE(cnode(Invocation::CNodeDelete, tables + 2));
    EXPECT_EQ(error_of(invalidate(0, 64)), Failure::invalid_capability(0)); // without its table
    kernel->asids.set(asid, PhysAddr{});
    EXPECT_EQ(error_of(invalidate(64, 64)), no_such_space());
}

/// One run for pieces that follow each other.
std::vector<std::pair<Word, Word>> maintained_ranges() {
    std::vector<std::pair<Word, Word>> ranges;
    for (auto const& piece : arch::fake_machine().maintained) {
        auto const begin = piece.begin.raw();
        if (ranges.empty() || ranges.back().second != begin) {
            ranges.emplace_back(begin, begin);
        }
        ranges.back().second += piece.size;
    }
    return ranges;
}

TEST_F(FrameTest, CacheMaintenanceIsPreemptedAndContinues) {
    constexpr auto where = address + base::bit(api::large_page_bits);
    constexpr Word end = base::bit(api::large_page_bits) - 8;
    constexpr auto looks = config::work_units_per_preemption_check;
    auto const clean = [&](Word start) {
        return maintain(Invocation::PageCleanData, start, end, large_frame);
    };
    using Ranges = std::vector<std::pair<Word, Word>>;
    ASSERT_TRUE(map(large_frame, where));
    auto& machine = arch::fake_machine();
    machine.pending_irqs.push_back(arch::timer_irq);
    kernel->core.work_units = 0;
    ASSERT_TRUE(error_of(clean(64)).is_preempted());
    EXPECT_EQ(maintained_ranges(), (Ranges{{where + 64, where + looks * api::page_size}}));
    machine.pending_irqs.clear();
    ASSERT_TRUE(clean(64));
    EXPECT_EQ(maintained_ranges(), (Ranges{{where + 64, where + end}}));
    EXPECT_EQ(machine.maintained.size(), 512u); // no page a second time
    ASSERT_TRUE(clean(0));                      // and the next one begins at its beginning
    EXPECT_EQ(maintained_ranges().back(), std::pair(where, where + end));
}

TEST_F(FrameTest, InvalidatingNeedsTheRightToWrite) {
    ASSERT_TRUE(map(frame, address, Rights::Read.bits()));
    EXPECT_EQ(error_of(maintain(Invocation::PageInvalidateData, 0, 64)),
              Failure::illegal_operation());
    EXPECT_TRUE(maintain(Invocation::PageCleanInvalidateData, 0, 64));
    EXPECT_TRUE(maintain(Invocation::PageUnifyInstruction, 0, 64));
}

TEST_F(FrameTest, RefusesForeignLabels) {
    EXPECT_EQ(error_of(call(frame, Invocation::PageTableMap, {address, 0}, {vspace})),
              Failure::illegal_operation());
}

} // namespace
} // namespace kernel
