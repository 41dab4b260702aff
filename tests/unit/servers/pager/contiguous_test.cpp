// SPDX-License-Identifier: BSD-2-Clause
//
// Memory for devices: in one piece, where its owner was told, uncached, and gone with its owner.

#include "pager_fixture.hpp"

namespace pager::test {

using namespace ipc::pager;

namespace {

class ContiguousTest : public PagerFixture {
protected:
    Result<MapContiguous::Reply> map(std::uint64_t pages, api::Word alignment_bits = 0,
                                     Access access = Access::ReadWrite) {
        return call(driver(space), MapContiguous{pages * page_size, alignment_bits, access});
    }

    MapContiguous::Reply mapped(std::uint64_t pages, api::Word alignment_bits = 0) {
        auto const reply = map(pages, alignment_bits);
        EXPECT_TRUE(reply);
        return reply ? *reply : MapContiguous::Reply{};
    }

    Error unmap(std::uint64_t address, std::uint64_t pages) {
        return call_in_steps(client(space), Unmap{address, pages * page_size});
    }

    [[nodiscard]] bool is_uncached(std::uint64_t page) {
        return kernel.is_uncached(find(space)->vspace(), UserAddr{page});
    }

    /// Where a device finds what the client sees at `page`.
    std::uint64_t physical(std::uint64_t page) {
        Region const* const region = find(space)->regions().find(UserAddr{page});
        auto const frame = region->block->capability_at(UserAddr{page});
        return kernel.physical_address(frame).value_or(0);
    }

    api::Word space = new_space(7);
};

TEST_F(ContiguousTest, IsZeroesInOnePieceThatNoCacheHides) {
    auto const block = mapped(20);
    for (std::uint64_t page = 0; page < 20; ++page) {
        std::uint64_t const at = block.address + page * page_size;
        EXPECT_EQ(physical(at), block.physical + page * page_size);
        EXPECT_EQ(read(space, at), std::byte{0});
        EXPECT_TRUE(write(space, at, static_cast<std::byte>(page)));
        EXPECT_TRUE(is_uncached(at));
    }
    EXPECT_EQ(read(space, block.address + 7 * page_size), std::byte{7});
    EXPECT_FALSE(write(space, block.address + 20 * page_size, std::byte{1}));
    EXPECT_EQ(statistics().buffers, 32 * page_size); // the smallest block it fits in
}

TEST_F(ContiguousTest, IsAlignedAsAskedFor) {
    for (api::Word bits = 0; bits <= api::large_page_bits; ++bits) {
        auto const block = mapped(1, bits);
        EXPECT_EQ(block.physical % base::bit(static_cast<unsigned>(bits)), 0);
        EXPECT_EQ(unmap(block.address, 1), Error::None);
    }
}

TEST_F(ContiguousTest, IsForThoseWhoMayAsk) {
    MapContiguous const request{page_size, 0, Access::ReadWrite};
    EXPECT_EQ(error_of(call(client(space), request)), Error::PermissionDenied);
    EXPECT_EQ(error_of(call(manager, request)), Error::PermissionDenied);
    EXPECT_EQ(error_of(call(inspector, request)), Error::PermissionDenied);
    EXPECT_EQ(error_of(call(driver(99), request)), Error::PermissionDenied);
}

TEST_F(ContiguousTest, OtherSizesAndAccessAreRefused) {
    constexpr api::Word huge = ~api::Word{0};
    EXPECT_EQ(error_of(map(0)), Error::InvalidSize);
    EXPECT_EQ(error_of(map(513)), Error::InvalidSize);
    EXPECT_EQ(error_of(map(1, api::large_page_bits + 1)), Error::InvalidSize);
    EXPECT_EQ(error_of(map(1, huge)), Error::InvalidSize);
    EXPECT_EQ(error_of(call(driver(space), MapContiguous{huge, 0, Access::Read})),
              Error::InvalidSize);
    EXPECT_EQ(error_of(call(driver(space), MapContiguous{100, 0, Access::Read})),
              Error::NotAligned);
    for (api::Word const access : {api::Word{0}, api::Word{3}, api::Word{4}, huge}) {
        EXPECT_EQ(error_of(map(1, 0, Access{access})), Error::BadMessage);
    }
    EXPECT_EQ(statistics().buffers, 0);
}

TEST_F(ContiguousTest, GoesBackWithTheLastPage) {
    auto const free = unclaimed_bytes();
    auto const block = mapped(512);
    EXPECT_LE(unclaimed_bytes() + 512 * page_size, free);
    EXPECT_TRUE(write(space, block.address, std::byte{1}));
    EXPECT_EQ(unmap(block.address + 100 * page_size, 100), Error::None);
    EXPECT_EQ(unmap(block.address, 100), Error::None);
    EXPECT_EQ(statistics().buffers, 512 * page_size);
    EXPECT_TRUE(write(space, block.address + 511 * page_size, std::byte{1}));
    expect_balance();
    EXPECT_EQ(unmap(block.address + 200 * page_size, 312), Error::None);
    EXPECT_EQ(statistics().buffers, 0);
    destroy_space(space);
    EXPECT_GE(unclaimed_bytes(), free);
}

TEST_F(ContiguousTest, GoesBackWhenItsOwnerEnds) {
    auto const first = mapped(64);
    auto const second = mapped(3);
    EXPECT_TRUE(write(space, first.address, std::byte{1}));
    EXPECT_TRUE(write(space, second.address, std::byte{1}));
    destroy_space(space);
    EXPECT_EQ(statistics().buffers, 0);
}

TEST_F(ContiguousTest, CountsAgainstTheQuotaAsAWhole) {
    EXPECT_TRUE(call(manager, SetQuota{space, 20, SetQuota::unlimited}));
    EXPECT_EQ(error_of(map(17)), Error::QuotaExceeded);
    auto const block = mapped(16);
    EXPECT_EQ(error_of(map(5)), Error::QuotaExceeded);
    EXPECT_TRUE(call(manager, SetQuota{space, 19, SetQuota::unlimited})); // three tables
    EXPECT_TRUE(write(space, block.address + page_size, std::byte{1}));
    EXPECT_EQ(unmap(block.address, 16), Error::None);
    EXPECT_TRUE(map(8));
}

TEST_F(ContiguousTest, AccessChangesButForExecution) {
    auto const block = mapped(4);
    std::uint64_t const size = 4 * page_size;
    auto const protect = [&](Access access) {
        return error_of(call(client(space), Protect{block.address, size, access}));
    };
    EXPECT_TRUE(write(space, block.address, std::byte{5}));
    EXPECT_EQ(protect(Access::Read), Error::None);
    EXPECT_FALSE(write(space, block.address, std::byte{6}));
    EXPECT_TRUE(call(manager, TakeReport{}));
    EXPECT_EQ(read(space, block.address), std::byte{5});
    EXPECT_TRUE(is_uncached(block.address));
    EXPECT_EQ(protect(Access::ReadExecute), Error::PermissionDenied);
    EXPECT_EQ(protect(Access::ReadWrite), Error::None);
    EXPECT_TRUE(write(space, block.address, std::byte{6}));
    EXPECT_TRUE(is_uncached(block.address));
}

TEST_F(ContiguousTest, AdviceBringsItAndCannotTakeItAway) {
    auto const block = mapped(100);
    Advise advise{block.address, 100 * page_size, Advice::Populate};
    EXPECT_EQ(call_in_steps(client(space), advise), Error::None);
    auto const faults = fault_count;
    for (std::uint64_t page = 0; page < 100; ++page) {
        EXPECT_TRUE(write(space, block.address + page * page_size, std::byte{9}));
        EXPECT_TRUE(is_uncached(block.address + page * page_size));
    }
    EXPECT_EQ(fault_count, faults);
    EXPECT_EQ(statistics().anonymous, 0);
    for (Advice const advice : {Advice::DontNeed, Advice::Free}) {
        advise.advice = advice;
        EXPECT_EQ(call_in_steps(client(space), advise), Error::PermissionDenied);
    }
    EXPECT_EQ(read(space, block.address), std::byte{9});
}

/// There is one device: it must not write to what two programs take for their own.
TEST_F(ContiguousTest, CountsFaultsButNotWhatAdviceBrings) {
    auto const block = mapped(16);
    EXPECT_TRUE(write(space, block.address, std::byte{1}));
    EXPECT_TRUE(call(client(space), Advise{block.address, 16 * page_size, Advice::Populate}));
    auto const lazy = call(inspector, LazyStatistics{7});
    ASSERT_TRUE(lazy);
    EXPECT_EQ(lazy->faults, 1);
    EXPECT_EQ(lazy->again, 1);
}

TEST_F(ContiguousTest, ACloneDoesNotGetIt) {
    auto const block = mapped(4);
    EXPECT_TRUE(call(client(space), Map{block.address + 16 * page_size, page_size,
                                        Access::ReadWrite})); // under the same table
    EXPECT_TRUE(write(space, block.address, std::byte{1}));
    EXPECT_TRUE(write(space, block.address + 16 * page_size, std::byte{2}));
    auto reply = call(manager, CloneSpace{space, 0, 8, Name::of("clone")});
    while (reply && reply->done == 0) {
        reply = call(manager, CloneSpace{space, reply->space, 8, Name::of("clone")});
    }
    ASSERT_TRUE(reply);
    EXPECT_EQ(read(reply->space, block.address), std::nullopt);
    EXPECT_EQ(read(reply->space, block.address + 16 * page_size), std::byte{2});
    EXPECT_TRUE(write(space, block.address, std::byte{3}));
    EXPECT_TRUE(is_uncached(block.address));
    EXPECT_EQ(physical(block.address), block.physical);
    expect_balance();
}

/// Whatever memory there is: it is not in one piece.
TEST_F(ContiguousTest, ScatteredMemoryIsNotEnough) {
    constexpr std::uint64_t data = 0x40'0000;
    constexpr std::uint64_t window = 8192; // pages; more than there are
    EXPECT_TRUE(call(client(space), Map{data, window * page_size, Access::ReadWrite}));
    std::uint64_t pages = 0;
    while (write(space, data + pages * page_size, std::byte{1})) {
        ++pages;
    }
    EXPECT_TRUE(call(manager, TakeReport{}));
    for (std::uint64_t page = 0; page < pages; ++page) {
        if (page % 8 != 0) {
            Advise const advise{data + page * page_size, page_size, Advice::DontNeed};
            EXPECT_TRUE(call(client(space), advise));
        }
    }
    EXPECT_GT(free_bytes(), 8 * base::bit(api::large_page_bits) / 2);
    EXPECT_EQ(error_of(map(512)), Error::OutOfMemory);
    EXPECT_EQ(statistics().buffers, 0);
    Advise const rest{data, pages * page_size, Advice::DontNeed};
    EXPECT_EQ(call_in_steps(client(space), rest), Error::None);
    EXPECT_TRUE(map(512));
}

TEST_F(ContiguousTest, ARefusalOfTheKernelLeavesNothingBehind) {
    for (int refused = 0;; ++refused) {
        auto const before = statistics().buffers;
        kernel.fail_call_in = refused;
        auto const block = map(24);
        bool const was_refused = kernel.fail_call_in < 0;
        kernel.fail_call_in = -1;
        expect_balance();
        if (block && !was_refused) {
            EXPECT_GE(refused, 3); // two groups of frames, and the question where they lie
            break;
        }
        if (block) {
            EXPECT_EQ(unmap(block->address, 24), Error::None);
        } else {
            EXPECT_EQ(block.error(), Error::OutOfMemory);
        }
        ASSERT_EQ(statistics().buffers, before);
    }
}

} // namespace

} // namespace pager::test
