// SPDX-License-Identifier: BSD-2-Clause
//
// The protocol: what each request does, and each error it documents.

#include "pager_fixture.hpp"

namespace pager::test {

using namespace ipc::pager;

namespace {

constexpr std::uint64_t text = 0x40'0000;
constexpr std::uint64_t huge = ~std::uint64_t{0};

class RequestsTest : public PagerFixture {
protected:
    void SetUp() override { expect_lazy_policy(); }

    api::Word space = new_space(7);

    Error map(std::uint64_t address, std::uint64_t size, Access access = Access::ReadWrite) {
        return error_of(call(client(space), Map{address, size, access}));
    }
    Error unmap(std::uint64_t address, std::uint64_t size) {
        return call_in_steps(client(space), Unmap{address, size});
    }
    Error protect(std::uint64_t address, std::uint64_t size, Access access) {
        return call_in_steps(client(space), Protect{address, size, access});
    }
    Error map_file(MapFile request) { return error_of(call(manager, request)); }
    Error map_stack(std::uint64_t top, std::uint64_t size) {
        return error_of(call(manager, MapStack{space, top, size}));
    }
    Error map_buffer(std::uint64_t address) {
        return error_of(call(manager, MapBuffer{space, address}));
    }

    /// Letters of the pages from `address` on, as PageMap shows them.
    std::string pages(std::uint64_t address, std::uint64_t from = 0) {
        auto const reply = call(inspector, PageMap{7, address, from});
        EXPECT_TRUE(reply);
        return reply ? std::string{reply->pages.view()} : std::string{};
    }
};

TEST_F(RequestsTest, MapGivesWhatWasAskedFor) {
    EXPECT_EQ(map(text, 3 * page_size), Error::None);
    EXPECT_EQ(pages(text), "...");
    EXPECT_TRUE(write(space, text + 2 * page_size, std::byte{1}));
    EXPECT_EQ(pages(text), "..a");
}

TEST_F(RequestsTest, MapAnywhereFindsGapsAndUsesThemAgain) {
    auto const place = [&](std::uint64_t pages) {
        return call(client(space), Map{0, pages * page_size, Access::Read})->address;
    };
    auto const first = place(2);
    auto const second = place(3);
    EXPECT_EQ(first, AddressSpace::map_area.raw());
    EXPECT_EQ(second, first + 2 * page_size);
    EXPECT_EQ(unmap(first, 2 * page_size), Error::None);
    EXPECT_EQ(place(3), second + 3 * page_size);
    EXPECT_EQ(place(2), first);
}

TEST_F(RequestsTest, MapRefuses) {
    EXPECT_EQ(map(text + 1, page_size), Error::NotAligned);
    EXPECT_EQ(map(text, page_size + 1), Error::NotAligned);
    EXPECT_EQ(map(0, 100), Error::NotAligned);
    EXPECT_EQ(map(text, 0), Error::InvalidSize);
    EXPECT_EQ(map(0, 0), Error::InvalidSize);
    EXPECT_EQ(map(text, huge - page_size + 1), Error::InvalidSize);
    EXPECT_EQ(map(0, huge - page_size + 1), Error::InvalidSize);
    EXPECT_EQ(map(0xf000, page_size), Error::InvalidAddress);
    EXPECT_EQ(map(user_end.raw(), page_size), Error::InvalidAddress);
    EXPECT_EQ(map(huge - page_size + 1, page_size), Error::InvalidAddress);
    EXPECT_EQ(map(user_end.raw() - page_size, 2 * page_size), Error::InvalidAddress);
    EXPECT_EQ(map(user_end.raw() - page_size, page_size), Error::None);
    EXPECT_EQ(map(0, page_size, Access{4}), Error::BadMessage);
    EXPECT_EQ(map(0, page_size, Access{huge}), Error::BadMessage);
    EXPECT_EQ(map(text, 2 * page_size), Error::None);
    EXPECT_EQ(map(text + page_size, page_size), Error::AlreadyMapped);
    EXPECT_EQ(map(0, 0x7000'0000'0000), Error::None);
    EXPECT_EQ(map(0, 0x7000'0000'0000), Error::OutOfMemory); // no gap as wide is left
}

TEST_F(RequestsTest, ACallerWithoutASpaceIsRefused) {
    for (api::Badge const nobody : {api::Badge{}, api::Badge{999}, manager, inspector}) {
        EXPECT_EQ(error_of(call(nobody, Map{0, page_size, Access::Read})), Error::PermissionDenied);
        EXPECT_EQ(error_of(call(nobody, Unmap{text, page_size})), Error::PermissionDenied);
        EXPECT_EQ(error_of(call(nobody, Protect{text, page_size, Access::Read})),
                  Error::PermissionDenied);
    }
}

TEST_F(RequestsTest, UnmapGivesMemoryBackAndCutsRegions) {
    auto const before = unclaimed_bytes();
    EXPECT_EQ(map(text, 5 * page_size), Error::None);
    for (unsigned i = 0; i < 5; ++i) {
        EXPECT_TRUE(write(space, text + i * page_size, std::byte{1}));
    }
    EXPECT_EQ(unmap(text + page_size, 2 * page_size), Error::None);
    EXPECT_EQ(statistics().anonymous, 3 * page_size);
    EXPECT_FALSE(read(space, text + page_size));
    EXPECT_EQ(pages(text), "a");
    EXPECT_EQ(pages(text + page_size), "aa");
    EXPECT_EQ(unmap(text, page_size), Error::None);
    EXPECT_EQ(unmap(text + 3 * page_size, 2 * page_size), Error::None);
    // The tables of the place that was used last stay for the next page there.
    EXPECT_EQ(unclaimed_bytes() + statistics().page_tables, before);
}

TEST_F(RequestsTest, UnmapRefuses) {
    EXPECT_EQ(map(text, 2 * page_size), Error::None);
    EXPECT_EQ(map(text + 3 * page_size, page_size), Error::None);
    EXPECT_EQ(unmap(text + 1, page_size), Error::NotAligned);
    EXPECT_EQ(unmap(text, 1), Error::NotAligned);
    EXPECT_EQ(unmap(text, 0), Error::InvalidSize);
    EXPECT_EQ(unmap(user_end.raw(), page_size), Error::InvalidAddress);
    EXPECT_EQ(unmap(text, 4 * page_size), Error::RegionNotFound);
    EXPECT_EQ(unmap(text - page_size, page_size), Error::RegionNotFound);
    EXPECT_EQ(map_buffer(0x60'0000), Error::None);
    EXPECT_EQ(unmap(0x60'0000, page_size), Error::PermissionDenied);
    EXPECT_EQ(map_stack(0x100'0000, page_size), Error::None);
    EXPECT_EQ(unmap(0x100'0000 - 2 * page_size, page_size), Error::PermissionDenied);
}

TEST_F(RequestsTest, ProtectTakesRightsAwayAndGivesThem) {
    EXPECT_EQ(map(text, 3 * page_size), Error::None);
    EXPECT_TRUE(write(space, text + page_size, std::byte{9}));
    EXPECT_TRUE(read(space, text));
    EXPECT_EQ(protect(text, 2 * page_size, Access::Read), Error::None);
    EXPECT_FALSE(write(space, text + page_size, std::byte{8}));
    EXPECT_EQ(read(space, text + page_size), std::byte{9});
    EXPECT_EQ(protect(text, 3 * page_size, Access::None), Error::None);
    EXPECT_FALSE(read(space, text + page_size));
    EXPECT_EQ(pages(text), ".a."); // what was written is kept
    EXPECT_EQ(protect(text, 3 * page_size, Access::ReadWrite), Error::None);
    EXPECT_EQ(read(space, text + page_size), std::byte{9});
    EXPECT_TRUE(write(space, text + page_size, std::byte{7}));
}

TEST_F(RequestsTest, WrittenCodeCanBeExecutedAfterProtectOnly) {
    EXPECT_EQ(map(text, page_size), Error::None);
    EXPECT_TRUE(write(space, text, std::byte{0xd5}));
    EXPECT_FALSE(execute(space, text));
    EXPECT_EQ(protect(text, page_size, Access::ReadExecute), Error::None);
    EXPECT_TRUE(execute(space, text));
    EXPECT_FALSE(write(space, text, std::byte{1}));
}

TEST_F(RequestsTest, ProtectRefuses) {
    EXPECT_EQ(map(text, 2 * page_size), Error::None);
    EXPECT_EQ(protect(text + 8, page_size, Access::Read), Error::NotAligned);
    EXPECT_EQ(protect(text, 0, Access::Read), Error::InvalidSize);
    EXPECT_EQ(protect(user_end.raw(), page_size, Access::Read), Error::InvalidAddress);
    EXPECT_EQ(protect(text, 3 * page_size, Access::Read), Error::RegionNotFound);
    EXPECT_EQ(protect(text, page_size, Access{17}), Error::BadMessage);
    EXPECT_EQ(map_buffer(0x60'0000), Error::None);
    EXPECT_EQ(protect(0x60'0000, page_size, Access::Read), Error::PermissionDenied);
    EXPECT_EQ(pages(text), "..");
}

TEST_F(RequestsTest, ProtectInTheMiddleAndBackLeavesOneRegion) {
    EXPECT_EQ(map(text, 9 * page_size), Error::None);
    EXPECT_EQ(protect(text + 3 * page_size, 3 * page_size, Access::Read), Error::None);
    EXPECT_EQ(pages(text), "...");
    EXPECT_EQ(protect(text + 3 * page_size, 3 * page_size, Access::ReadWrite), Error::None);
    EXPECT_EQ(pages(text), ".........");
}

TEST_F(RequestsTest, OnlyTheManagerMayManage) {
    for (api::Badge const other : {client(space), inspector}) {
        auto const denied = [&](auto const& request) {
            return error_of(call(other, request)) == Error::PermissionDenied;
        };
        EXPECT_TRUE(denied(CreateSpace{}));
        EXPECT_TRUE(denied(DestroySpace{space}));
        EXPECT_TRUE(denied(MapFile{space, 0, page_size, text, page_size, Access::Read}));
        EXPECT_TRUE(denied(MapStack{space, text, page_size}));
        EXPECT_TRUE(denied(MapBuffer{space, text}));
        EXPECT_TRUE(denied(TakeUntyped{12}));
        EXPECT_TRUE(denied(ReturnUntyped{1}));
        EXPECT_TRUE(denied(TakeReport{}));
    }
}

TEST_F(RequestsTest, OnlyTheInspectorMayInspect) {
    for (api::Badge const other : {client(space), manager}) {
        EXPECT_EQ(error_of(call(other, Statistics{})), Error::PermissionDenied);
        EXPECT_EQ(error_of(call(other, SpaceStatistics{0})), Error::PermissionDenied);
        EXPECT_EQ(error_of(call(other, PageMap{7, 0, 0})), Error::PermissionDenied);
    }
}

TEST_F(RequestsTest, UnknownSpacesAreNotFound) {
    EXPECT_EQ(error_of(call(manager, DestroySpace{999})), Error::NotFound);
    EXPECT_EQ(error_of(call(manager, DestroySpace{0})), Error::NotFound);
    EXPECT_EQ(map_file({huge, 0, 0, text, page_size, Access::Read}), Error::NotFound);
    EXPECT_EQ(error_of(call(manager, MapStack{999, text, page_size})), Error::NotFound);
    EXPECT_EQ(error_of(call(manager, MapBuffer{999, text})), Error::NotFound);
}

TEST_F(RequestsTest, MapFileRefuses) {
    std::uint64_t const size = archive.size();
    EXPECT_EQ(map_file({space, 0, 1, text, 0, Access::Read}), Error::InvalidSize);
    EXPECT_EQ(map_file({space, 0, 2, text, 1, Access::Read}), Error::InvalidSize);
    EXPECT_EQ(map_file({space, size, 1, text, 1, Access::Read}), Error::InvalidSize);
    EXPECT_EQ(map_file({space, huge, 1, text, 1, Access::Read}), Error::InvalidSize);
    EXPECT_EQ(map_file({space, 1, huge, text, huge, Access::Read}), Error::InvalidSize);
    EXPECT_EQ(map_file({space, 0, 1, 0, 1, Access::Read}), Error::InvalidAddress);
    EXPECT_EQ(map_file({space, 0, 1, huge, 1, Access::Read}), Error::InvalidAddress);
    EXPECT_EQ(map_file({space, 0, 1, user_end.raw() - 8, 9, Access::Read}), Error::InvalidAddress);
    EXPECT_EQ(map_file({space, 0, 1, text, 1, Access{4}}), Error::BadMessage);
    EXPECT_EQ(map_file({space, 0, size, text, size, Access::Read}), Error::None);
    EXPECT_EQ(map_file({space, 0, 1, text + 9, 1, Access::Read}), Error::AlreadyMapped);
}

TEST_F(RequestsTest, MapStackRefuses) {
    EXPECT_EQ(map_stack(text + 8, page_size), Error::NotAligned);
    EXPECT_EQ(map_stack(text, 8), Error::NotAligned);
    EXPECT_EQ(map_stack(text, 0), Error::InvalidSize);
    EXPECT_EQ(map_stack(text, huge - page_size + 1), Error::InvalidSize);
    EXPECT_EQ(map_stack(user_end.raw() + page_size, page_size), Error::InvalidAddress);
    EXPECT_EQ(map_stack(0x2'0000, page_size), Error::InvalidAddress); // no room for the guard
    EXPECT_EQ(map_stack(0, page_size), Error::InvalidAddress);
    EXPECT_EQ(map(text - 0x1'1000, page_size), Error::None); // where the guard would be
    EXPECT_EQ(map_stack(text, page_size), Error::AlreadyMapped);
    EXPECT_EQ(map_stack(user_end.raw(), page_size), Error::None);
}

TEST_F(RequestsTest, ABufferIsThereAtOnce) {
    EXPECT_EQ(map_buffer(text), Error::None);
    EXPECT_NE(pager->attachment(), no_slot);
    EXPECT_TRUE(write(space, text, std::byte{1}));
    EXPECT_EQ(fault_count, 0);
    EXPECT_EQ(statistics().buffers, page_size);
    EXPECT_EQ(pages(text), "b");
    EXPECT_EQ(map_buffer(text), Error::AlreadyMapped);
    EXPECT_EQ(map_buffer(text + 1), Error::NotAligned);
    EXPECT_EQ(map_buffer(0), Error::InvalidAddress);
}

TEST_F(RequestsTest, MemoryOfABufferIsFreeAgainAlthoughOthersHoldCopies) {
    auto const before = unclaimed_bytes();
    auto const other = new_space(8);
    EXPECT_TRUE(call(manager, MapBuffer{other, text})); // init holds a copy of the frame now
    Slot const buffer = pager->attachment();
    EXPECT_TRUE(kernel.is_held_elsewhere(buffer));
    destroy_space(other);
    EXPECT_FALSE(kernel.is_held_elsewhere(buffer)); // whoever gets the frame next is alone
    EXPECT_EQ(unclaimed_bytes(), before);
}

TEST_F(RequestsTest, UntypedsAreLentAndComeBack) {
    auto const before = statistics();
    for (api::Word bits = 12; bits <= 21; ++bits) {
        auto const reply = call(manager, TakeUntyped{bits});
        ASSERT_TRUE(reply);
        EXPECT_NE(pager->attachment(), no_slot);
        EXPECT_EQ(statistics().kernel_objects,
                  before.kernel_objects + base::bit(static_cast<unsigned>(bits)));
        EXPECT_TRUE(call(manager, ReturnUntyped{reply->id}));
        EXPECT_EQ(error_of(call(manager, ReturnUntyped{reply->id})), Error::NotFound);
    }
    EXPECT_EQ(unclaimed_bytes(), before.free + before.pager);
}

TEST_F(RequestsTest, TakeAndReturnUntypedRefuse) {
    EXPECT_EQ(error_of(call(manager, TakeUntyped{11})), Error::InvalidSize);
    EXPECT_EQ(error_of(call(manager, TakeUntyped{22})), Error::InvalidSize);
    EXPECT_EQ(error_of(call(manager, TakeUntyped{huge})), Error::InvalidSize);
    EXPECT_EQ(error_of(call(manager, ReturnUntyped{0})), Error::NotFound);
    EXPECT_EQ(error_of(call(manager, ReturnUntyped{huge})), Error::NotFound);
    for (api::Word id = 1; id <= records.size(); ++id) { // not the VSpace, nor anything else
        ASSERT_EQ(error_of(call(manager, ReturnUntyped{id})), Error::NotFound);
    }
    std::vector<api::Word> ids;
    for (;;) {
        auto const reply = call(manager, TakeUntyped{21});
        if (!reply) {
            EXPECT_EQ(reply.error(), Error::OutOfMemory);
            break;
        }
        ids.push_back(reply->id);
    }
    EXPECT_GT(ids.size(), 6);
    for (api::Word const id : ids) {
        EXPECT_TRUE(call(manager, ReturnUntyped{id}));
    }
}

TEST_F(RequestsTest, ADestroyedSpaceLeavesNothing) {
    auto before = statistics();
    for (int round = 0; round < 50; ++round) {
        if (round == 1) {
            before = statistics(); // the first one may have made the books grow
        }
        auto const other = new_space(8);
        EXPECT_TRUE(call(manager, MapStack{other, 0x7fff'f000'0000, 16 * page_size}));
        EXPECT_TRUE(call(manager, MapBuffer{other, 0x7fff'ffff'f000}));
        EXPECT_TRUE(call(
            manager, MapFile{other, 0, 9 * page_size, text, 10 * page_size, Access::ReadExecute}));
        EXPECT_TRUE(execute(other, text));
        EXPECT_TRUE(write(other, 0x7fff'efff'fff8, std::byte{1}));
        EXPECT_TRUE(read(other, 0x7fff'efff'e000));
        destroy_space(other);
    }
    auto const after = statistics();
    EXPECT_EQ(after.free + after.pager, before.free + before.pager);
    EXPECT_EQ(after.file_mapped, 0);
    EXPECT_EQ(after.zero_mapped, 0);
}

TEST_F(RequestsTest, MoreSpacesThanOnePoolHasNumbers) {
    std::vector<api::Word> spaces; // the pool at the start has two numbers left
    for (api::Word pid = 100; pid < 140; ++pid) {
        spaces.push_back(new_space(pid));
    }
    for (api::Word const space : spaces) {
        destroy_space(space);
    }
}

TEST_F(RequestsTest, CreateSpaceWithoutMemoryIsRefusedAndLeavesNothing) {
    auto const before = unclaimed_bytes();
    destroy_space(new_space()); // now the books have what they need
    kernel.fail_retype_in = 0;
    EXPECT_EQ(error_of(call(manager, CreateSpace{})), Error::OutOfMemory);
    EXPECT_EQ(unclaimed_bytes(), before);
}

TEST_F(RequestsTest, EveryRefusalOfTheKernelIsRolledBack) {
    for (int fail_at = 0; fail_at < 12; ++fail_at) {
        auto const number = new_space(50);
        EXPECT_TRUE(
            call(manager, MapFile{number, 8, page_size, text, page_size, Access::ReadWrite}));
        kernel.fail_retype_in = fail_at;
        static_cast<void>(write(number, text, std::byte{1}));
        static_cast<void>(call(manager, MapBuffer{number, 0x7fff'0000'0000}));
        static_cast<void>(call(manager, TakeUntyped{17}));
        kernel.fail_retype_in = -1;
        expect_balance();
        destroy_space(number);
    }
}

TEST_F(RequestsTest, SpacesAreListedInOrderWithTheirSums) {
    auto const second = new_space(8);
    EXPECT_EQ(map(text, 4 * page_size), Error::None);
    EXPECT_EQ(map_stack(0x100'0000, 2 * page_size), Error::None);
    EXPECT_EQ(map_buffer(0x200'0000), Error::None);
    EXPECT_TRUE(write(space, text, std::byte{1}));
    EXPECT_TRUE(read(space, text + page_size));
    auto const first = call(inspector, SpaceStatistics{0});
    ASSERT_TRUE(first);
    EXPECT_EQ(first->space, space);
    EXPECT_EQ(first->pid, 7);
    EXPECT_EQ(first->name.view(), "client");
    EXPECT_EQ(first->reserved, 7 * page_size);
    EXPECT_EQ(first->anonymous, page_size);
    EXPECT_EQ(first->buffers, page_size);
    EXPECT_EQ(first->zero, page_size);
    EXPECT_EQ(first->page_tables, statistics().page_tables);
    EXPECT_EQ(first->faults, 2);
    EXPECT_EQ(call(inspector, SpaceStatistics{first->space})->space, second);
    EXPECT_EQ(error_of(call(inspector, SpaceStatistics{second})), Error::NotFound);
    EXPECT_EQ(error_of(call(inspector, SpaceStatistics{huge})), Error::NotFound);
}

TEST_F(RequestsTest, PageMapShowsRegionAfterRegion) {
    EXPECT_EQ(map(text, 600 * page_size), Error::None);
    EXPECT_TRUE(read(space, text + 599 * page_size));
    EXPECT_EQ(pages(0).size(), PageMap::max_pages);
    EXPECT_EQ(pages(0, 598), ".z");
    EXPECT_EQ(pages(0, huge), "");
    EXPECT_EQ(error_of(call(inspector, PageMap{7, text + 600 * page_size, 0})), Error::NotFound);
    EXPECT_EQ(error_of(call(inspector, PageMap{99, 0, 0})), Error::NotFound);
}

TEST_F(RequestsTest, GarbageIsAnswered) {
    ipc::Packet packet;
    packet.label = 9999;
    EXPECT_EQ(deliver(client(space), packet).label, api::Word(Error::UnknownRequest));
    packet.label = Map::label;
    packet.length = 2;
    EXPECT_EQ(deliver(client(space), packet).label, api::Word(Error::BadMessage));
    packet.label = CreateSpace::label;
    packet.length = 120;
    packet.words.fill(huge); // a name that claims to be endless
    EXPECT_EQ(deliver(manager, packet).label, api::Word(Error::None));
    EXPECT_EQ(call(inspector, SpaceStatistics{space})->name.view().size(), max_name);
}

} // namespace

} // namespace pager::test
