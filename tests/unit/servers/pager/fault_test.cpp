// SPDX-License-Identifier: BSD-2-Clause
//
// Page faults: which page comes, with which content, and who is stopped.

#include "pager_fixture.hpp"
#include <api/fault.hpp>

namespace pager::test {

using namespace ipc::pager;

namespace {

class FaultTest : public PagerFixture {
protected:
    void SetUp() override { expect_lazy_policy(); }

    static constexpr std::uint64_t text = 0x40'0000;
    static constexpr std::uint64_t data = 0x60'0000;

    api::Word space = new_space(7);

    std::uint64_t map(std::uint64_t pages, Access access) {
        auto const reply = call(client(space), Map{0, pages * page_size, access});
        EXPECT_TRUE(reply);
        return reply ? reply->address : 0;
    }

    SpaceStatistics::Reply space_statistics() {
        auto const reply = call(inspector, SpaceStatistics{space - 1});
        EXPECT_TRUE(reply);
        return *reply;
    }

    TakeReport::Reply report() {
        auto const reply = call(manager, TakeReport{});
        EXPECT_TRUE(reply);
        return reply ? *reply : TakeReport::Reply{};
    }
};

TEST_F(FaultTest, ReadsOfUntouchedMemoryShareOneZeroPage) {
    auto const at = map(64, Access::ReadWrite);
    auto const before = free_bytes();
    for (unsigned i = 0; i < 64; ++i) {
        EXPECT_EQ(read(space, at + i * page_size), std::byte{0});
    }
    EXPECT_EQ(statistics().zero_mapped, 64 * page_size);
    EXPECT_EQ(statistics().anonymous, 0);
    EXPECT_LE(before - free_bytes(), 8 * page_size); // page tables, and books about the pages
}

TEST_F(FaultTest, AWriteGetsAZeroedFrame) {
    auto const at = map(2, Access::ReadWrite);
    EXPECT_TRUE(write(space, at + 5, std::byte{42}));
    EXPECT_EQ(read(space, at + 5), std::byte{42});
    EXPECT_EQ(read(space, at + 4), std::byte{0}); // although RAM was full of 0xa5
    EXPECT_EQ(statistics().anonymous, page_size);
    EXPECT_EQ(fault_count, 1);
}

TEST_F(FaultTest, AWriteAfterAReadReplacesTheZeroPage) {
    auto const at = map(1, Access::ReadWrite);
    EXPECT_EQ(read(space, at), std::byte{0});
    EXPECT_TRUE(write(space, at, std::byte{1}));
    EXPECT_EQ(statistics().zero_mapped, 0);
    EXPECT_EQ(statistics().anonymous, page_size);
    EXPECT_EQ(fault_count, 2);
}

TEST_F(FaultTest, AFrameUsedAgainShowsNothingOfItsFormerOwner) {
    auto const at = map(1, Access::ReadWrite);
    EXPECT_TRUE(write(space, at, std::byte{99}));
    EXPECT_TRUE(call(client(space), Unmap{at, page_size}));
    auto const other = new_space(8);
    auto const there = call(client(other), Map{0, 64 * page_size, Access::ReadWrite});
    for (unsigned i = 0; i < 64; ++i) {
        EXPECT_TRUE(write(other, there->address + i * page_size + 1, std::byte{1}));
        EXPECT_EQ(read(other, there->address + i * page_size), std::byte{0});
    }
}

TEST_F(FaultTest, TextIsMappedInPlaceWithItsNeighbours) {
    EXPECT_TRUE(call(manager, MapFile{space, 2 * page_size, 20 * page_size, text, 20 * page_size,
                                      Access::ReadExecute}));
    EXPECT_TRUE(execute(space, text + 3 * page_size));
    EXPECT_EQ(fault_count, 1);
    EXPECT_EQ(statistics().file_mapped, 16 * page_size);
    EXPECT_TRUE(execute(space, text + 15 * page_size));
    EXPECT_EQ(fault_count, 1);
    EXPECT_EQ(read(space, text + 19 * page_size + 5), archive_byte(21 * page_size + 5));
    EXPECT_EQ(fault_count, 2);
    EXPECT_EQ(statistics().anonymous, 0);
}

TEST_F(FaultTest, UnalignedFilePagesAreCopied) {
    EXPECT_TRUE(
        call(manager, MapFile{space, 100, 2 * page_size, data + 8, 3 * page_size, Access::Read}));
    EXPECT_EQ(read(space, data + 7), std::byte{0}); // in front of the segment
    EXPECT_EQ(read(space, data + 8), archive_byte(100));
    EXPECT_EQ(read(space, data + page_size + 8), archive_byte(100 + page_size));
    EXPECT_EQ(read(space, data + 2 * page_size + 7), archive_byte(99 + 2 * page_size));
    EXPECT_EQ(read(space, data + 2 * page_size + 8), std::byte{0}); // behind the file's part
    EXPECT_EQ(statistics().file_mapped, 0);
}

TEST_F(FaultTest, WritableDataIsCopiedOnFirstWriteAndEndsInZeroes) {
    constexpr std::uint64_t file_size = page_size + 100;
    EXPECT_TRUE(call(
        manager, MapFile{space, 4 * page_size, file_size, data, 4 * page_size, Access::ReadWrite}));
    EXPECT_EQ(read(space, data + 9), archive_byte(4 * page_size + 9));
    EXPECT_EQ(statistics().file_mapped, page_size);
    EXPECT_TRUE(write(space, data + 9, std::byte{0}));
    EXPECT_EQ(statistics().file_mapped, 0);
    EXPECT_EQ(read(space, data + 10), archive_byte(4 * page_size + 10));
    EXPECT_EQ(kernel.touch(find(space)->vspace(), UserAddr{data + 9}, FaultKind::Read)[0],
              std::byte{0});
    EXPECT_EQ(read(space, data + page_size + 99), archive_byte(5 * page_size + 99));
    EXPECT_EQ(read(space, data + page_size + 100), std::byte{0});
    EXPECT_EQ(read(space, data + 3 * page_size), std::byte{0});
    EXPECT_EQ(statistics().zero_mapped, page_size);
    // The archive itself is as it was.
    auto const other = new_space(8);
    EXPECT_TRUE(
        call(manager, MapFile{other, 4 * page_size, page_size, data, page_size, Access::Read}));
    EXPECT_EQ(read(other, data + 9), archive_byte(4 * page_size + 9));
}

/// Those who walk through the zeroes around a file get frames ahead, but for zeroes only.
TEST_F(FaultTest, AStreamThroughTheZeroesAroundAFileEndsAtTheFile) {
    constexpr std::uint64_t file_pages = 4;
    constexpr std::uint64_t zero_pages = 12;
    constexpr std::uint64_t pages = file_pages + zero_pages;
    EXPECT_TRUE(call(manager, MapFile{space, page_size, file_pages * page_size, data,
                                      pages * page_size, Access::ReadWrite}));
    for (std::uint64_t page = pages; page-- > file_pages;) {
        EXPECT_TRUE(write(space, data + page * page_size, std::byte{42}));
    }
    EXPECT_LT(fault_count, zero_pages); // some came ahead
    for (std::uint64_t page = 0; page < file_pages; ++page) {
        EXPECT_EQ(read(space, data + page * page_size + 5),
                  archive_byte((1 + page) * page_size + 5));
    }
}

TEST_F(FaultTest, TheLastPageOfTheArchiveIsCopied) {
    std::uint64_t const offset = (archive_pages - 1) * page_size;
    std::uint64_t const size = archive.size() - offset;
    EXPECT_TRUE(call(manager, MapFile{space, offset, size, text, size, Access::Read}));
    EXPECT_EQ(read(space, text + size - 1), archive_byte(archive.size() - 1));
    EXPECT_EQ(read(space, text + size), std::byte{0});
}

TEST_F(FaultTest, WhereNothingIsMappedTheClientIsStopped) {
    EXPECT_FALSE(read(space, 0x1234));
    EXPECT_EQ(kernel.signals, 1);
    auto const stop = report();
    EXPECT_EQ(stop.space, space);
    EXPECT_EQ(stop.pid, 7);
    EXPECT_EQ(stop.reason, StopReason::NoRegion);
    EXPECT_EQ(stop.kind, FaultKind::Read);
    EXPECT_EQ(stop.address, 0x1234);
    EXPECT_EQ(stop.instruction, 0x40'0123);
    EXPECT_EQ(stop.region_start, 0);
}

TEST_F(FaultTest, AddressesThatNoClientCanHaveStopItToo) {
    for (std::uint64_t const address :
         {std::uint64_t{0}, api::user_top + 1, ~std::uint64_t{0}, std::uint64_t{1} << 63}) {
        EXPECT_FALSE(send_fault(space, address, FaultKind::Write));
        EXPECT_EQ(report().reason, StopReason::NoRegion);
    }
}

TEST_F(FaultTest, AccessTheRegionDoesNotAllowIsReportedWithTheRegion) {
    struct Case {
        Access access;
        FaultKind kind;
        bool allowed;
    };
    constexpr Case cases[] = {
        {Access::None, FaultKind::Read, false},
        {Access::None, FaultKind::Write, false},
        {Access::None, FaultKind::Execute, false},
        {Access::Read, FaultKind::Read, true},
        {Access::Read, FaultKind::Write, false},
        {Access::Read, FaultKind::Execute, false},
        {Access::ReadWrite, FaultKind::Read, true},
        {Access::ReadWrite, FaultKind::Write, true},
        {Access::ReadWrite, FaultKind::Execute, false},
        {Access::ReadExecute, FaultKind::Read, true},
        {Access::ReadExecute, FaultKind::Write, false},
        {Access::ReadExecute, FaultKind::Execute, true},
    };
    for (Case const& c : cases) {
        auto const at = map(1, c.access);
        EXPECT_EQ(access(space, at, c.kind) != nullptr, c.allowed);
        if (!c.allowed) {
            auto const stop = report();
            EXPECT_EQ(stop.reason, StopReason::Forbidden);
            EXPECT_EQ(stop.kind, c.kind);
            EXPECT_EQ(stop.region_kind, RegionKind::Anonymous);
            EXPECT_EQ(stop.region_access, c.access);
            EXPECT_LE(stop.region_start, at);
            EXPECT_GT(stop.region_end, at);
        }
    }
}

TEST_F(FaultTest, TheGuardUnderAStackIsHit) {
    constexpr std::uint64_t top = 0x7fff'f000'0000;
    constexpr std::uint64_t size = 16 * page_size;
    EXPECT_TRUE(call(manager, MapStack{space, top, size}));
    EXPECT_TRUE(write(space, top - 8, std::byte{1}));
    EXPECT_TRUE(write(space, top - size, std::byte{1}));
    EXPECT_FALSE(write(space, top - size - 1, std::byte{1}));
    EXPECT_EQ(report().reason, StopReason::GuardHit);
    EXPECT_FALSE(write(space, top - size - 64 * 1024, std::byte{1}));
    auto const stop = report();
    EXPECT_EQ(stop.reason, StopReason::GuardHit);
    EXPECT_EQ(stop.region_kind, RegionKind::Guard);
    EXPECT_EQ(stop.region_end - stop.region_start, 64 * 1024);
    EXPECT_FALSE(write(space, top - size - 64 * 1024 - 1, std::byte{1}));
    EXPECT_EQ(report().reason, StopReason::NoRegion);
}

TEST_F(FaultTest, OneReportForEachSpaceUntilItIsTaken) {
    EXPECT_FALSE(read(space, 0x100));
    EXPECT_FALSE(read(space, 0x200));
    EXPECT_EQ(report().address, 0x100);
    EXPECT_EQ(call(manager, TakeReport{}).error(), Error::NotFound);
}

TEST_F(FaultTest, ReportsOfASpaceThatIsGoneAreGone) {
    EXPECT_FALSE(read(space, 0x100));
    destroy_space(space);
    EXPECT_EQ(call(manager, TakeReport{}).error(), Error::NotFound);
    EXPECT_FALSE(send_fault(space, 0x100, FaultKind::Read)); // a fault that was under way
}

TEST_F(FaultTest, FaultsThatNoPageCuresAreExceptions) {
    ipc::Packet packet;
    packet.label = static_cast<api::Word>(api::Fault::VmFault);
    packet.length = api::vm_fault::length;
    constexpr api::Word alignment_fault = 0x9200'0021;
    packet.words = {0x40'0000, map(1, Access::ReadWrite), 0, alignment_fault};
    EXPECT_EQ(pager->on_message(fault_badge(space), packet).label, Pager::stay);
    auto const stop = report();
    EXPECT_EQ(stop.reason, StopReason::Exception);
    EXPECT_EQ(stop.kind, FaultKind::Other);
    EXPECT_EQ(stop.address, alignment_fault);
}

TEST_F(FaultTest, OtherFaultMessagesSayWhatHappened) {
    struct Case {
        api::Fault label;
        StopReason reason;
        api::Word address;
        api::Word instruction;
    };
    constexpr Case cases[] = {
        {api::Fault::CapFault, StopReason::BadCapability, 101, 100},
        {api::Fault::UnknownSyscall, StopReason::BadSyscall, 112, 108},
        {api::Fault::UserException, StopReason::Exception, 103, 100},
        {api::Fault::DebugException, StopReason::Exception, 0, 100},
        {api::Fault{77}, StopReason::Exception, 0, 100},
    };
    for (Case const& c : cases) {
        ipc::Packet packet;
        packet.label = static_cast<api::Word>(c.label);
        packet.length = 13;
        for (std::size_t i = 0; i < packet.length; ++i) {
            packet.words[i] = 100 + i;
        }
        EXPECT_EQ(pager->on_message(fault_badge(space), packet).label, Pager::stay);
        auto const stop = report();
        EXPECT_EQ(stop.reason, c.reason);
        EXPECT_EQ(stop.kind, FaultKind::Other);
        EXPECT_EQ(stop.address, c.address);
        EXPECT_EQ(stop.instruction, c.instruction);
    }
}

TEST_F(FaultTest, CacheMaintenanceNeedsNoMoreThanARead) {
    constexpr api::Word write_and_maintenance = 7 + 64 + 256;
    auto const fault = decode_fault(static_cast<api::Word>(api::Fault::VmFault),
                                    std::array<api::Word, 4>{0, 0x1000, 0, write_and_maintenance});
    EXPECT_EQ(fault.kind, FaultKind::Read);
}

TEST_F(FaultTest, ASpuriousFaultIsAnsweredAndCuresTheMapping) {
    auto const at = map(1, Access::ReadWrite);
    EXPECT_TRUE(write(space, at, std::byte{5}));
    EXPECT_TRUE(send_fault(space, at, FaultKind::Write)); // a second thread was late
    EXPECT_EQ(read(space, at), std::byte{5});
    EXPECT_EQ(statistics().anonymous, page_size);
}

TEST_F(FaultTest, FaultsAreCounted) {
    auto const at = map(3, Access::ReadWrite);
    for (unsigned i = 0; i < 3; ++i) {
        EXPECT_TRUE(write(space, at + i * page_size, std::byte{1}));
    }
    EXPECT_EQ(space_statistics().faults, 3);
    EXPECT_EQ(statistics().faults, 3);
}

TEST_F(FaultTest, ARefusalOfTheKernelIsOutOfMemoryAndLeavesNothingBehind) {
    auto const at = map(4, Access::ReadWrite);
    auto const before = unclaimed_bytes();
    kernel.fail_maps = true;
    EXPECT_FALSE(write(space, at, std::byte{1}));
    EXPECT_FALSE(read(space, at));
    kernel.fail_maps = false;
    EXPECT_EQ(report().reason, StopReason::OutOfMemory);
    EXPECT_EQ(unclaimed_bytes() + statistics().page_tables, before); // kept for the next
    expect_balance();
    EXPECT_TRUE(write(space, at, std::byte{1}));
}

} // namespace

} // namespace pager::test
