// SPDX-License-Identifier: BSD-2-Clause
//
// Memory that several spaces have: who gets it, who loses it, and what is left when they end.

#include "pager_fixture.hpp"

namespace pager::test {

using namespace ipc::pager;

namespace {

constexpr std::uint64_t data = 0x40'0000;
constexpr std::uint64_t elsewhere = 0x80'0000;

class SharingTest : public PagerFixture {
protected:
    explicit SharingTest(std::vector<Ram> const& ram = {{0x4000'0000, 25}}) : PagerFixture{ram} {}

    api::Word one = new_space(1);
    api::Word two = new_space(2);
    api::Word three = new_space(3);

    api::Word map_shared(api::Word space, std::uint64_t pages, std::uint64_t at = data) {
        auto const reply = call(client(space), MapShared{at, pages * page_size, Access::ReadWrite});
        EXPECT_EQ(error_of(reply), Error::None);
        return reply ? reply->address : 0;
    }

    auto share(api::Word space, std::uint64_t at, std::uint64_t pages,
               Access access = Access::ReadWrite) {
        return call(client(space), Share{at, pages * page_size, access});
    }

    auto attach(api::Word space, api::Word token, std::uint64_t at,
                Access access = Access::ReadWrite) {
        return call(client(space), Attach{token, at, access});
    }

    /// As often as it takes; `steps` counts.
    Error revoke(api::Word space, api::Word token) {
        for (steps = 1;; ++steps) {
            auto const reply = call(client(space), Revoke{token});
            if (!reply || reply->done == 1) {
                return error_of(reply);
            }
        }
    }

    api::Word clone(api::Word source) {
        auto reply = call(manager, CloneSpace{source, 0, 9, Name::of("clone")});
        while (reply && reply->done == 0) {
            reply = call(manager, CloneSpace{source, reply->space, 9, Name::of("clone")});
        }
        EXPECT_TRUE(reply);
        return reply ? reply->space : 0;
    }

    Error unmap(api::Word space, std::uint64_t at, std::uint64_t pages) {
        return call_in_steps(client(space), Unmap{at, pages * page_size});
    }
};

TEST_F(SharingTest, WhatOneWritesTheOtherReads) {
    map_shared(one, 4);
    auto const token = share(one, data, 4)->token;
    EXPECT_TRUE(write(one, data, std::byte{1}));
    auto const attached = attach(two, token, elsewhere);
    ASSERT_TRUE(attached);
    EXPECT_EQ(attached->address, elsewhere);
    EXPECT_EQ(attached->size, 4 * page_size);
    EXPECT_EQ(read(two, elsewhere), std::byte{1});
    EXPECT_TRUE(write(two, elsewhere + page_size, std::byte{2}));
    EXPECT_EQ(read(one, data + page_size), std::byte{2});
    EXPECT_EQ(read(one, data + 2 * page_size), std::byte{0});
    EXPECT_TRUE(write(two, elsewhere + 2 * page_size, std::byte{3}));
    EXPECT_EQ(read(one, data + 2 * page_size), std::byte{3});
    EXPECT_EQ(statistics().shared, 3 * page_size);
    expect_balance();
}

TEST_F(SharingTest, ATokenIsForPartOfTheMemoryAndSomeRights) {
    map_shared(one, 4);
    EXPECT_TRUE(write(one, data + 2 * page_size, std::byte{7}));
    auto const token = share(one, data + 2 * page_size, 1, Access::Read)->token;
    EXPECT_EQ(error_of(attach(two, token, elsewhere)), Error::PermissionDenied);
    auto const attached = attach(two, token, 0, Access::Read);
    ASSERT_TRUE(attached);
    EXPECT_EQ(attached->size, page_size);
    EXPECT_EQ(read(two, attached->address), std::byte{7});
    EXPECT_FALSE(write(two, attached->address, std::byte{1}));
    EXPECT_EQ(error_of(call(client(two), Protect{attached->address, page_size, Access::ReadWrite})),
              Error::PermissionDenied);
    EXPECT_EQ(error_of(share(two, attached->address, 1)), Error::PermissionDenied);
    EXPECT_EQ(error_of(share(two, attached->address, 2, Access::Read)), Error::PermissionDenied);
    EXPECT_TRUE(share(two, attached->address, 1, Access::Read));
}

TEST_F(SharingTest, SharedMemoryIsNeverExecuted) {
    EXPECT_EQ(error_of(call(client(one), MapShared{data, page_size, Access::ReadExecute})),
              Error::PermissionDenied);
    map_shared(one, 1);
    EXPECT_EQ(error_of(call(client(one), Protect{data, page_size, Access::ReadExecute})),
              Error::PermissionDenied);
    EXPECT_EQ(error_of(share(one, data, 1, Access::ReadExecute)), Error::PermissionDenied);
    auto const token = share(one, data, 1)->token;
    EXPECT_EQ(error_of(attach(two, token, 0, Access::ReadExecute)), Error::PermissionDenied);
}

TEST_F(SharingTest, EveryErrorIsAnswered) {
    EXPECT_EQ(error_of(call(api::Badge{0}, MapShared{data, page_size, Access::Read})),
              Error::PermissionDenied);
    EXPECT_EQ(error_of(call(client(one), MapShared{data, page_size, Access{4}})),
              Error::BadMessage);
    EXPECT_EQ(error_of(call(client(one), MapShared{data + 1, page_size, Access::Read})),
              Error::NotAligned);
    EXPECT_EQ(error_of(call(client(one), MapShared{data, 0, Access::Read})), Error::InvalidSize);
    EXPECT_EQ(error_of(call(client(one), MapShared{page_size, page_size, Access::Read})),
              Error::InvalidAddress);
    map_shared(one, 2);
    EXPECT_EQ(error_of(call(client(one), MapShared{data, page_size, Access::Read})),
              Error::AlreadyMapped);
    EXPECT_EQ(error_of(share(one, elsewhere, 1)), Error::RegionNotFound);
    EXPECT_EQ(error_of(share(one, data, 3)), Error::PermissionDenied);
    EXPECT_EQ(error_of(share(one, data + 1, 1)), Error::NotAligned);
    EXPECT_EQ(error_of(share(one, data, 0)), Error::InvalidSize);
    EXPECT_EQ(error_of(share(one, data, 1, Access::None)), Error::BadMessage);
    EXPECT_TRUE(call(client(one), Map{elsewhere, page_size, Access::ReadWrite}));
    EXPECT_EQ(error_of(share(one, elsewhere, 1)), Error::PermissionDenied);
    auto const token = share(one, data, 1)->token;
    EXPECT_EQ(error_of(attach(two, token + 1, 0)), Error::NotFound);
    EXPECT_EQ(error_of(attach(two, 0, 0)), Error::NotFound);
    EXPECT_EQ(error_of(attach(one, token, data)), Error::AlreadyMapped);
    EXPECT_EQ(error_of(attach(two, token, data, Access{9})), Error::BadMessage);
    EXPECT_EQ(revoke(two, token), Error::NotFound); // not his
    EXPECT_EQ(revoke(one, token + 1), Error::NotFound);
}

TEST_F(SharingTest, RevokingTakesTheMemoryFromAllWhoHaveItThroughTheToken) {
    map_shared(one, 2);
    auto const first = share(one, data, 2)->token;
    ASSERT_TRUE(attach(two, first, elsewhere));
    auto const second = share(two, elsewhere, 1)->token;
    ASSERT_TRUE(attach(three, second, data));
    EXPECT_TRUE(write(three, data, std::byte{5}));
    EXPECT_EQ(revoke(one, first), Error::None);
    EXPECT_EQ(read(one, data), std::byte{5});
    EXPECT_FALSE(read(two, elsewhere));
    EXPECT_FALSE(read(three, data));
    EXPECT_EQ(error_of(attach(three, first, elsewhere)), Error::NotFound);
    EXPECT_EQ(error_of(attach(three, second, elsewhere)), Error::NotFound);
    EXPECT_EQ(revoke(one, first), Error::NotFound);
    expect_balance();
}

/// Otherwise a friend in the middle would be a way to keep memory for ever.
TEST_F(SharingTest, WhoeverPassedTheMemoryOnCannotSaveItByLeaving) {
    map_shared(one, 1);
    auto const first = share(one, data, 1)->token;
    ASSERT_TRUE(attach(two, first, elsewhere));
    auto const second = share(two, elsewhere, 1)->token;
    ASSERT_TRUE(attach(three, second, data));
    EXPECT_EQ(unmap(two, elsewhere, 1), Error::None);
    EXPECT_EQ(error_of(attach(two, second, data)), Error::NotFound);
    EXPECT_EQ(read(three, data), std::byte{0});
    EXPECT_EQ(revoke(one, first), Error::None);
    EXPECT_FALSE(read(three, data));
}

TEST_F(SharingTest, MemoryOutlivesWhoeverMadeIt) {
    map_shared(one, 2);
    auto const first = share(one, data, 2)->token;
    ASSERT_TRUE(attach(two, first, elsewhere));
    EXPECT_TRUE(write(one, data, std::byte{9}));
    destroy_space(one);
    EXPECT_EQ(error_of(attach(three, first, data)), Error::NotFound);
    EXPECT_EQ(read(two, elsewhere), std::byte{9});
    EXPECT_TRUE(write(two, elsewhere + page_size, std::byte{1}));
    auto const second = share(two, elsewhere, 1)->token;
    ASSERT_TRUE(attach(three, second, data));
    EXPECT_EQ(read(three, data), std::byte{9});
    destroy_space(three);
    EXPECT_EQ(statistics().shared, 2 * page_size);
    destroy_space(two);
    EXPECT_EQ(statistics().shared, 0);
    expect_balance();
}

TEST_F(SharingTest, AClonesMemoryIsTheSame) {
    map_shared(one, 2);
    EXPECT_TRUE(write(one, data, std::byte{1}));
    auto const other = clone(one);
    EXPECT_EQ(read(other, data), std::byte{1});
    EXPECT_TRUE(write(other, data, std::byte{2}));
    EXPECT_EQ(read(one, data), std::byte{2});
    EXPECT_TRUE(write(other, data + page_size, std::byte{3}));
    EXPECT_EQ(read(one, data + page_size), std::byte{3});
    expect_balance();
}

TEST_F(SharingTest, RevokingReachesClones) {
    map_shared(one, 1);
    auto const token = share(one, data, 1)->token;
    ASSERT_TRUE(attach(two, token, elsewhere));
    auto const other = clone(two);
    EXPECT_EQ(read(other, elsewhere), std::byte{0});
    EXPECT_EQ(revoke(one, token), Error::None);
    EXPECT_FALSE(read(other, elsewhere));
    EXPECT_EQ(read(one, data), std::byte{0});
}

/// Other pages in the same table stand in an array that a clone has, too: that may stay as it is.
TEST_F(SharingTest, RevokingTakesNoMemory) {
    map_shared(one, 1);
    auto const token = share(one, data, 1)->token;
    EXPECT_TRUE(call(client(two), Map{elsewhere, page_size, Access::ReadWrite}));
    EXPECT_TRUE(write(two, elsewhere, std::byte{1}));
    ASSERT_TRUE(attach(two, token, elsewhere + page_size));
    EXPECT_EQ(read(two, elsewhere + page_size), std::byte{0});
    auto const other = clone(two);
    EXPECT_EQ(read(two, elsewhere + page_size), std::byte{0});
    EXPECT_EQ(read(other, elsewhere + page_size), std::byte{0});
    EXPECT_EQ(revoke(one, token), Error::None);
    EXPECT_EQ(find(two)->pages().first_leaf()->pages, find(other)->pages().first_leaf()->pages);
    EXPECT_FALSE(read(two, elsewhere + page_size));
    EXPECT_FALSE(read(other, elsewhere + page_size));
    EXPECT_EQ(read(other, elsewhere), std::byte{1});
    expect_balance();
}

TEST_F(SharingTest, PiecesOfTheMemoryAreRevokedAll) {
    map_shared(one, 200);
    auto const token = share(one, data, 200)->token;
    ASSERT_TRUE(attach(two, token, elsewhere));
    for (std::uint64_t page = 0; page < 200; page += 2) {
        std::uint64_t const at = elsewhere + page * page_size;
        EXPECT_TRUE(write(two, at, std::byte{1}));
        EXPECT_EQ(error_of(call(client(two), Protect{at, page_size, Access::Read})), Error::None);
    }
    EXPECT_EQ(unmap(two, elsewhere + 20 * page_size, 20), Error::None);
    EXPECT_EQ(revoke(one, token), Error::None);
    EXPECT_GT(steps, 3);
    EXPECT_EQ(error_of(call(client(two), Query{elsewhere})), Error::RegionNotFound);
    EXPECT_EQ(error_of(call(client(two), Query{elsewhere + 199 * page_size})),
              Error::RegionNotFound);
    expect_balance();
}

/// What is long is done in steps, however deep it was passed on.
TEST_F(SharingTest, ALongChainIsRevokedInSteps) {
    map_shared(one, 1);
    auto const root = share(one, data, 1)->token;
    std::vector<api::Word> spaces;
    auto token = root;
    for (int depth = 0; depth < 100; ++depth) {
        spaces.push_back(new_space(static_cast<api::Word>(10 + depth)));
        ASSERT_TRUE(attach(spaces.back(), token, data));
        token = share(spaces.back(), data, 1)->token;
    }
    EXPECT_TRUE(write(spaces.back(), data, std::byte{3}));
    EXPECT_EQ(revoke(one, root), Error::None);
    EXPECT_GE(steps, 100);
    for (auto const space : spaces) {
        EXPECT_FALSE(read(space, data));
    }
    EXPECT_EQ(read(one, data), std::byte{3});
    expect_balance();
}

TEST_F(SharingTest, AHundredSharersOfAPage) {
    map_shared(one, 1);
    EXPECT_TRUE(write(one, data, std::byte{1}));
    auto const token = share(one, data, 1)->token;
    std::vector<api::Word> spaces;
    for (unsigned i = 0; i < 100; ++i) {
        spaces.push_back(new_space(100 + i));
        ASSERT_TRUE(attach(spaces.back(), token, elsewhere));
        EXPECT_EQ(read(spaces.back(), elsewhere), std::byte(i + 1));
        EXPECT_TRUE(write(spaces.back(), elsewhere, std::byte(i + 2)));
    }
    EXPECT_EQ(read(one, data), std::byte{101});
    EXPECT_EQ(statistics().shared, page_size);
    expect_balance();
    for (auto const space : spaces) {
        destroy_space(space);
    }
    expect_balance();
}

TEST_F(SharingTest, GivingMappedPagesBackKeepsWhatTheyHold) {
    map_shared(one, 2);
    EXPECT_TRUE(write(one, data, std::byte{4}));
    EXPECT_EQ(call_in_steps(client(one), Advise{data, 2 * page_size, Advice::DontNeed}),
              Error::None);
    EXPECT_EQ(call(client(one), Query{data})->page, PageKind::Absent);
    EXPECT_EQ(read(one, data), std::byte{4});
    EXPECT_EQ(call(client(one), Query{data})->page, PageKind::Shared);
    expect_balance();
}

TEST_F(SharingTest, PagesAreBroughtAheadOfTime) {
    map_shared(one, 8);
    EXPECT_EQ(call_in_steps(client(one), Advise{data, 8 * page_size, Advice::Populate}),
              Error::None);
    EXPECT_EQ(statistics().shared, 8 * page_size);
    auto const token = share(one, data, 8)->token;
    ASSERT_TRUE(attach(two, token, elsewhere));
    EXPECT_EQ(call_in_steps(client(two), Advise{elsewhere, 8 * page_size, Advice::WillNeed}),
              Error::None);
    EXPECT_EQ(call(client(two), Query{elsewhere + 7 * page_size})->is_mapped, 1);
    fault_count = 0;
    EXPECT_TRUE(write(two, elsewhere + 7 * page_size, std::byte{1}));
    EXPECT_EQ(fault_count, 0);
}

TEST_F(SharingTest, WritesAreNoticed) {
    map_shared(one, 3);
    EXPECT_TRUE(write(one, data + page_size, std::byte{1}));
    EXPECT_EQ(call(client(one), Written{data, 3 * page_size})->pages, 2);
    EXPECT_EQ(call(client(one), Written{data, 3 * page_size})->pages, 0);
    EXPECT_TRUE(write(one, data + page_size, std::byte{2}));
    EXPECT_EQ(call(client(one), Written{data, 3 * page_size})->pages, 2);
}

TEST_F(SharingTest, CountsAgainstTheQuotaOfWhoHasItLongest) {
    EXPECT_TRUE(call(manager, SetQuota{one, 100, 10}));
    EXPECT_EQ(error_of(call(client(one), MapShared{data, 101 * page_size, Access::Read})),
              Error::QuotaExceeded);
    map_shared(one, 90);
    EXPECT_EQ(error_of(call(client(one), MapShared{0, 20 * page_size, Access::Read})),
              Error::QuotaExceeded);
    auto const token = share(one, data, 90)->token;
    EXPECT_TRUE(call(manager, SetQuota{two, 50, 10}));
    ASSERT_TRUE(attach(two, token, elsewhere)); // it is one's
    EXPECT_EQ(error_of(call(client(two), MapShared{0, 45 * page_size, Access::Read})), Error::None);
    destroy_space(one); // now it is two's
    EXPECT_EQ(error_of(call(client(two), MapShared{0, page_size, Access::Read})),
              Error::QuotaExceeded);
    EXPECT_EQ(unmap(two, elsewhere, 90), Error::None);
    EXPECT_EQ(error_of(call(client(two), MapShared{0, page_size, Access::Read})), Error::None);
}

/// Big memory goes in steps when the last who has it goes, and in the worker's time.
TEST_F(SharingTest, BigMemoryIsGivenBackWhole) {
    auto const before = unclaimed_bytes();
    map_shared(one, 1500);
    for (std::uint64_t page = 0; page < 1500; ++page) {
        ASSERT_TRUE(write(one, data + page * page_size, std::byte{1}));
    }
    EXPECT_EQ(unmap(one, data, 1500), Error::None);
    while (call(inspector, WorkAhead{})->more == 1) {
    }
    EXPECT_EQ(statistics().shared, 0);
    expect_balance();
    destroy_space(one);
    destroy_space(two);
    destroy_space(three);
    EXPECT_GE(unclaimed_bytes() + 64 * page_size, before);
}

TEST_F(SharingTest, MemoryThatNobodyHasIsThereForWhoeverNeedsIt) {
    // Nearly all of the 32 MiB, dropped at once; then somebody wants as much.
    std::uint64_t const pages = 5000;
    map_shared(one, pages);
    std::uint64_t written = 0;
    while (written < pages && write(one, data + written * page_size, std::byte{1})) {
        ++written;
    }
    ASSERT_EQ(written, pages);
    EXPECT_EQ(unmap(one, data, pages), Error::None);
    EXPECT_TRUE(call(client(two), Map{data, pages * page_size, Access::ReadWrite}));
    for (std::uint64_t page = 0; page < pages; ++page) {
        ASSERT_TRUE(write(two, data + page * page_size, std::byte{1})) << page;
    }
    expect_balance();
}

TEST_F(SharingTest, ThePageMapSaysSo) {
    map_shared(one, 2);
    EXPECT_TRUE(write(one, data, std::byte{1}));
    auto const map = call(inspector, PageMap{1, data, 0});
    ASSERT_TRUE(map);
    EXPECT_EQ(map->kind, RegionKind::Shared);
    EXPECT_EQ(map->pages.view(), "S.");
}

} // namespace

} // namespace pager::test
