// SPDX-License-Identifier: BSD-2-Clause
//
// Registers of a device: who gets them, what they are like, and that they go back.

#include "pager_fixture.hpp"

namespace pager::test {

using namespace ipc::pager;

namespace {

constexpr std::uint64_t device = 0x900'0000;
constexpr std::byte content{0xa5}; // of what nobody has written to

class DeviceRegistersTest : public PagerFixture {
protected:
    Result<MapDevice::Reply> map(std::uint64_t pages, unsigned size_bits = api::page_bits,
                                 std::uint64_t base = device) {
        attach_untyped(base, size_bits);
        return call(manager, MapDevice{space, pages * page_size});
    }

    api::Word mapped(std::uint64_t pages, unsigned size_bits = api::page_bits) {
        auto const reply = map(pages, size_bits);
        EXPECT_EQ(error_of(reply), Error::None);
        return reply ? reply->address : 0;
    }

    Error unmap(std::uint64_t address, std::uint64_t pages) {
        return call_in_steps(client(space), Unmap{address, pages * page_size});
    }

    Error advise(std::uint64_t address, Advice advice) {
        return error_of(call(client(space), Advise{address, page_size, advice}));
    }

    Error protect(std::uint64_t address, Access access) {
        return error_of(call(client(space), Protect{address, page_size, access}));
    }

    [[nodiscard]] bool is_uncached(std::uint64_t page) {
        return kernel.is_uncached(find(space)->vspace(), UserAddr{page});
    }

    std::uint64_t physical(std::uint64_t page) {
        Region const* const region = find(space)->regions().find(UserAddr{page});
        return kernel.physical_address(region->block->capability_at(UserAddr{page})).value_or(0);
    }

    std::string letters(std::uint64_t address) {
        auto const reply = call(inspector, PageMap{7, address, 0});
        return reply ? std::string{reply->pages.view()} : std::string{};
    }

    api::Word space = new_space(7);
};

TEST_F(DeviceRegistersTest, AreWhereTheDeviceIsAndNotCached) {
    constexpr std::uint64_t pages = 40; // more than there are slots in a group
    auto const at = mapped(pages, 18);
    for (std::uint64_t page = 0; page < pages; ++page) {
        EXPECT_EQ(read(space, at + page * page_size), content);
        EXPECT_TRUE(write(space, at + page * page_size, static_cast<std::byte>(page)));
        EXPECT_TRUE(is_uncached(at + page * page_size));
        EXPECT_EQ(physical(at + page * page_size), device + page * page_size);
    }
    EXPECT_EQ(read(space, at + 17 * page_size), std::byte{17});
    EXPECT_FALSE(read(space, at + pages * page_size));
    expect_balance();
}

TEST_F(DeviceRegistersTest, AreNobodysMemory) {
    EXPECT_TRUE(call(manager, SetQuota{space, 4, 2})); // three tables, and a page less than four
    auto const before = statistics();
    auto const at = mapped(16, 16);
    EXPECT_TRUE(write(space, at, std::byte{1}));
    EXPECT_EQ(statistics().anonymous, before.anonymous);
    EXPECT_EQ(statistics().buffers, before.buffers);
    auto const query = call(client(space), Query{at});
    EXPECT_EQ(query->region, RegionKind::Device);
    EXPECT_EQ(query->page, PageKind::Buffer);
    EXPECT_EQ(letters(at), "d...............");
}

TEST_F(DeviceRegistersTest, TheirTablesCountAgainstTheQuota) {
    auto const limit = [&](api::Word pages) {
        EXPECT_TRUE(call(manager, SetQuota{space, pages, SetQuota::unlimited}));
    };
    EXPECT_TRUE(call(client(space), Map{0, page_size, Access::Read})); // so that they lie across
    auto const at = mapped(512, 21);
    auto const last = at + 511 * page_size; // has a table of its own
    limit(0);
    EXPECT_FALSE(write(space, at, std::byte{1}));
    EXPECT_EQ(call(manager, TakeReport{})->reason, StopReason::QuotaExceeded);
    limit(3);
    EXPECT_TRUE(write(space, at, std::byte{1}));
    EXPECT_EQ(find(space)->pages().tables(), 3);
    EXPECT_TRUE(write(space, at + page_size, std::byte{1})); // takes none
    EXPECT_FALSE(write(space, last, std::byte{1}));
    EXPECT_EQ(call(manager, TakeReport{})->reason, StopReason::QuotaExceeded);
    EXPECT_EQ(advise(last, Advice::Populate), Error::QuotaExceeded);
    limit(4);
    EXPECT_EQ(advise(last, Advice::Populate), Error::None);
    EXPECT_TRUE(write(space, last, std::byte{1}));
    limit(0);
    EXPECT_TRUE(write(space, at + 2 * page_size, std::byte{1})); // may use what it has
    expect_balance();
}

TEST_F(DeviceRegistersTest, GoBackWithTheLastPage) {
    auto const before = statistics();
    auto const slots_before = slots.used();
    auto const at = mapped(16, 16);
    EXPECT_TRUE(write(space, at, std::byte{1}));
    EXPECT_EQ(unmap(at + 4 * page_size, 4), Error::None);
    EXPECT_EQ(unmap(at, 4), Error::None);
    EXPECT_EQ(kernel.capabilities_at(device + 15 * page_size), 1);
    expect_balance();
    EXPECT_EQ(unmap(at + 8 * page_size, 8), Error::None);
    EXPECT_EQ(kernel.capabilities_at(device + 15 * page_size), 0);
    EXPECT_EQ(kernel.capabilities_at(device), 0);
    EXPECT_EQ(statistics().total, before.total);
    EXPECT_EQ(slots.used(), slots_before + find(space)->pages().tables());
    EXPECT_NE(mapped(16, 16), 0); // and again
}

TEST_F(DeviceRegistersTest, GoBackWhenTheirDriverEnds) {
    auto const at = mapped(3, 14);
    EXPECT_TRUE(write(space, at, std::byte{1}));
    destroy_space(space);
    EXPECT_EQ(kernel.capabilities_at(device), 0);
    space = new_space(8);
    EXPECT_TRUE(map(3, 14));
}

TEST_F(DeviceRegistersTest, AccessChangesButForExecution) {
    auto const at = mapped(2, 13);
    EXPECT_TRUE(write(space, at, std::byte{5}));
    EXPECT_EQ(protect(at, Access::ReadExecute), Error::PermissionDenied);
    EXPECT_EQ(protect(at, Access::Read), Error::None);
    EXPECT_FALSE(write(space, at, std::byte{6}));
    EXPECT_TRUE(call(manager, TakeReport{}));
    EXPECT_EQ(read(space, at), std::byte{5});
    EXPECT_EQ(protect(at, Access::None), Error::None);
    EXPECT_EQ(protect(at, Access::ReadWrite), Error::None);
    EXPECT_TRUE(write(space, at, std::byte{6}));
    EXPECT_TRUE(is_uncached(at));
    expect_balance();
}

TEST_F(DeviceRegistersTest, AdviceBringsThemAndCannotTakeThemAway) {
    auto const at = mapped(2, 13);
    EXPECT_EQ(advise(at, Advice::Populate), Error::None);
    EXPECT_TRUE(is_uncached(at));
    EXPECT_EQ(advise(at, Advice::DontNeed), Error::PermissionDenied);
    EXPECT_EQ(advise(at, Advice::Free), Error::PermissionDenied);
    EXPECT_EQ(advise(at, Advice::Lock), Error::None);
    EXPECT_EQ(advise(at, Advice::Unlock), Error::None);
    EXPECT_EQ(call(client(space), Written{at, 2 * page_size})->pages, 1);
    EXPECT_TRUE(write(space, at, std::byte{6})); // noticed, and uncached as before
    EXPECT_TRUE(is_uncached(at));
    EXPECT_EQ(error_of(call(inspector, ProtectPage{7, at, 1})), Error::NotFound);
}

/// There is one device.
TEST_F(DeviceRegistersTest, AreNotCloned) {
    auto const at = mapped(1);
    EXPECT_TRUE(write(space, at, std::byte{1}));
    EXPECT_EQ(error_of(call(client(space), CloneRange{at, page_size, 0, 0})),
              Error::PermissionDenied);
    EXPECT_EQ(error_of(call(client(space), Share{at, page_size, Access::Read})),
              Error::PermissionDenied);
    auto reply = call(manager, CloneSpace{space, 0, 8, Name::of("clone")});
    while (reply && reply->done == 0) {
        reply = call(manager, CloneSpace{space, reply->space, 8, Name::of("clone")});
    }
    ASSERT_TRUE(reply);
    EXPECT_EQ(read(reply->space, at), std::nullopt);
    EXPECT_TRUE(write(space, at, std::byte{2}));
    EXPECT_TRUE(is_uncached(at));
    expect_balance();
}

TEST_F(DeviceRegistersTest, EveryErrorIsAnswered) {
    MapDevice const request{space, page_size};
    auto const refused = [&](api::Badge caller, MapDevice const& bad) {
        attach_untyped(device, api::page_bits);
        return error_of(call(caller, bad));
    };
    EXPECT_EQ(refused(client(space), request), Error::PermissionDenied);
    EXPECT_EQ(refused(inspector, request), Error::PermissionDenied);
    EXPECT_EQ(refused(manager, {space + 9, page_size}), Error::NotFound);
    EXPECT_EQ(refused(manager, {space, 100}), Error::NotAligned);
    EXPECT_EQ(refused(manager, {space, 0}), Error::InvalidSize);
    EXPECT_EQ(refused(manager, {space, 513 * page_size}), Error::InvalidSize);
    EXPECT_EQ(refused(manager, {space, ~api::Word{0}}), Error::InvalidSize);
    EXPECT_EQ(error_of(call(manager, request)), Error::BadMessage);         // no capability
    EXPECT_EQ(refused(manager, {space, 2 * page_size}), Error::BadMessage); // too small
    attach_thread();
    EXPECT_EQ(error_of(call(manager, request)), Error::BadMessage); // no untyped
    EXPECT_TRUE(call(manager, SetQuota{space, SetQuota::unlimited, 0}));
    EXPECT_EQ(refused(manager, request), Error::QuotaExceeded);
    expect_balance();
}

/// Which the kernel would refuse, too.
TEST_F(DeviceRegistersTest, WithoutTheRightCapabilityItIsRefused) {
    for (int refused = 0; refused < 4; ++refused) { // the copy, and three groups of frames
        attach_untyped(device, 18);
        kernel.fail_call_in = refused;
        EXPECT_EQ(error_of(call(manager, MapDevice{space, 40 * page_size})), Error::BadMessage);
        EXPECT_LT(kernel.fail_call_in, 0);
        EXPECT_EQ(kernel.capabilities_at(device), 0);
        expect_balance();
    }
    EXPECT_EQ(find(space)->regions().size(), 0);
}

TEST_F(DeviceRegistersTest, WithoutMemoryItIsRefused) {
    std::vector<api::Word> lent;
    for (api::Word bits = 21; bits >= 12; --bits) {
        while (auto const block = call(manager, TakeUntyped{bits})) {
            lent.push_back(block->id);
        }
    }
    EXPECT_EQ(error_of(map(1)), Error::OutOfMemory);
    for (api::Word const id : lent) {
        EXPECT_TRUE(call(manager, ReturnUntyped{id}));
    }
    EXPECT_TRUE(map(1));
}

} // namespace

} // namespace pager::test
