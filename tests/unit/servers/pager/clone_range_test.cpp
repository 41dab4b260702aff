// SPDX-License-Identifier: BSD-2-Clause
//
// Clones of a range of memory within a space.

#include "pager_fixture.hpp"

namespace pager::test {

using namespace ipc::pager;

namespace {

constexpr std::uint64_t data = 0x40'3000; // not at the start of a table
constexpr std::uint64_t table_span = std::uint64_t{1} << api::large_page_bits;

class CloneRangeTest : public PagerFixture {
protected:
    CloneRangeTest() : PagerFixture{{{0x4000'0000, 25}}} {}

    api::Word space = new_space(7);

    void map(std::uint64_t at, std::uint64_t pages, Access access = Access::ReadWrite) {
        EXPECT_TRUE(call(client(space), Map{at, pages * page_size, access}));
    }

    /// As often as it takes; `steps` counts.
    Result<std::uint64_t> clone(std::uint64_t at, std::uint64_t pages) {
        CloneRange request{at, pages * page_size, 0, 0};
        for (steps = 1;; ++steps) {
            auto const reply = call(client(space), request);
            if (!reply) {
                return base::fail(reply.error());
            }
            request.target = reply->target;
            request.done = reply->done;
            if (request.done == request.size) {
                return reply->target;
            }
        }
    }

    Error error_of_step(std::uint64_t at, std::uint64_t size, std::uint64_t target,
                        std::uint64_t done) {
        return error_of(call(client(space), CloneRange{at, size, target, done}));
    }
};

TEST_F(CloneRangeTest, BothSeeWhatWasThereAndNeitherWhatTheOtherWrites) {
    map(data, 4);
    EXPECT_TRUE(write(space, data, std::byte{1}));
    EXPECT_TRUE(write(space, data + page_size, std::byte{2}));
    auto const before = statistics().anonymous;
    auto const copy = clone(data, 4);
    ASSERT_TRUE(copy);
    EXPECT_EQ(read(space, *copy), std::byte{1});
    EXPECT_EQ(statistics().anonymous, before);
    EXPECT_EQ(call(client(space), Query{data})->references, 2);
    EXPECT_TRUE(write(space, *copy, std::byte{11}));
    EXPECT_TRUE(write(space, data + page_size, std::byte{12}));
    EXPECT_TRUE(write(space, *copy + 3 * page_size, std::byte{13}));
    EXPECT_EQ(read(space, data), std::byte{1});
    EXPECT_EQ(read(space, *copy + page_size), std::byte{2});
    EXPECT_EQ(read(space, data + 3 * page_size), std::byte{0});
    EXPECT_EQ(read(space, *copy), std::byte{11});
    expect_balance();
}

TEST_F(CloneRangeTest, WhatIsAroundTheRangeDoesNotComeAlong) {
    map(data - page_size, 6);
    for (unsigned page = 0; page < 6; ++page) {
        EXPECT_TRUE(write(space, data - page_size + page * page_size, std::byte{7}));
    }
    auto const copy = clone(data, 4);
    ASSERT_TRUE(copy);
    EXPECT_FALSE(read(space, *copy - page_size));
    EXPECT_FALSE(read(space, *copy + 4 * page_size));
    EXPECT_EQ(read(space, *copy + 3 * page_size), std::byte{7});
    expect_balance();
    EXPECT_EQ(call_in_steps(client(space), Unmap{*copy, 4 * page_size}), Error::None);
    EXPECT_EQ(read(space, data), std::byte{7});
    expect_balance();
}

TEST_F(CloneRangeTest, ManyTablesTakeSteps) {
    std::uint64_t const pages = 20 * table_span / page_size;
    map(data, pages);
    for (std::uint64_t at = 0; at < pages; at += 100) {
        ASSERT_TRUE(write(space, data + at * page_size, std::byte(at)));
    }
    auto const copy = clone(data, pages);
    ASSERT_TRUE(copy);
    EXPECT_GT(steps, 3);
    for (std::uint64_t at = 0; at < pages; at += 100) {
        ASSERT_EQ(read(space, *copy + at * page_size), std::byte(at));
    }
    expect_balance();
}

TEST_F(CloneRangeTest, AClonesCloneIsOneToo) {
    map(data, 1);
    EXPECT_TRUE(write(space, data, std::byte{1}));
    auto at = data;
    for (unsigned generation = 1; generation < 50; ++generation) {
        auto const copy = clone(at, 1);
        ASSERT_TRUE(copy);
        EXPECT_EQ(read(space, *copy), std::byte(generation));
        EXPECT_TRUE(write(space, *copy, std::byte(generation + 1)));
        at = *copy;
    }
    EXPECT_EQ(read(space, data), std::byte{1});
    expect_balance();
}

TEST_F(CloneRangeTest, FilesStacksAndHeapsAreCloned) {
    EXPECT_TRUE(call(manager, MapFile{space, page_size / 2, 3 * page_size, data + 512,
                                      4 * page_size, Access::ReadWrite}));
    EXPECT_TRUE(write(space, data + page_size, std::byte{99}));
    auto const copy = clone(data, 4);
    ASSERT_TRUE(copy);
    EXPECT_EQ(read(space, *copy + page_size), std::byte{99});
    EXPECT_EQ(read(space, *copy + 512), archive_byte(page_size / 2));
    EXPECT_EQ(read(space, *copy + 2 * page_size),
              archive_byte(page_size / 2 + 2 * page_size - 512));
    EXPECT_TRUE(call(manager, MapStack{space, 0x7000'0000, 8 * page_size}));
    auto const stack = clone(0x7000'0000 - page_size, 1);
    ASSERT_TRUE(stack);
    EXPECT_EQ(call(client(space), Query{*stack})->region, RegionKind::Anonymous);
    expect_balance();
}

TEST_F(CloneRangeTest, ASpacesCloneHasItToo) {
    map(data, 2);
    EXPECT_TRUE(write(space, data, std::byte{1}));
    auto const copy = clone(data, 2);
    ASSERT_TRUE(copy);
    auto reply = call(manager, CloneSpace{space, 0, 9, Name::of("clone")});
    while (reply && reply->done == 0) {
        reply = call(manager, CloneSpace{space, reply->space, 9, Name::of("clone")});
    }
    ASSERT_TRUE(reply);
    EXPECT_TRUE(write(reply->space, *copy, std::byte{2}));
    EXPECT_EQ(read(reply->space, data), std::byte{1});
    EXPECT_EQ(read(space, *copy), std::byte{1});
    expect_balance();
}

TEST_F(CloneRangeTest, EveryErrorIsAnswered) {
    map(data, 4);
    EXPECT_TRUE(write(space, data, std::byte{1}));
    EXPECT_EQ(error_of(clone(data, 5)), Error::RegionNotFound);
    EXPECT_EQ(error_of(clone(data - page_size, 2)), Error::RegionNotFound);
    EXPECT_EQ(error_of(clone(data, 0)), Error::InvalidSize);
    EXPECT_EQ(error_of(clone(data + 1, 1)), Error::NotAligned);
    EXPECT_EQ(error_of(clone(page_size, 1)), Error::InvalidAddress);
    EXPECT_TRUE(call(manager, MapStack{space, 0x7000'0000, page_size}));
    EXPECT_EQ(error_of(clone(0x7000'0000 - 2 * page_size, 1)), Error::PermissionDenied);
    EXPECT_TRUE(call(manager, MapBuffer{space, 0x6000'0000}));
    EXPECT_EQ(error_of(clone(0x6000'0000, 1)), Error::PermissionDenied);
    EXPECT_TRUE(call(client(space), MapShared{0x5000'0000, page_size, Access::Read}));
    EXPECT_EQ(error_of(clone(0x5000'0000, 1)), Error::PermissionDenied);
    auto const block = call(driver(space), MapContiguous{page_size, 0, Access::ReadWrite});
    EXPECT_EQ(error_of(clone(block->address, 1)), Error::PermissionDenied);
    EXPECT_EQ(error_of(call(api::Badge{0}, CloneRange{data, page_size, 0, 0})),
              Error::PermissionDenied);
    EXPECT_TRUE(call(manager, SetQuota{space, SetQuota::unlimited, 6}));
    EXPECT_EQ(error_of(clone(data, 1)), Error::QuotaExceeded);
}

/// Otherwise whoever writes to all its clones has more than it may.
TEST_F(CloneRangeTest, ClonedPagesCountAgainstTheQuota) {
    constexpr std::uint64_t pages = 20;
    map(data, pages);
    for (std::uint64_t page = 0; page < pages; ++page) {
        EXPECT_TRUE(write(space, data + page * page_size, std::byte{1}));
    }
    EXPECT_TRUE(call(manager, SetQuota{space, 2 * pages + 10, SetQuota::unlimited}));
    EXPECT_TRUE(clone(data, pages));
    auto const anonymous = find(space)->pages().private_pages();
    EXPECT_EQ(error_of(clone(data, pages)), Error::QuotaExceeded);
    EXPECT_EQ(find(space)->pages().private_pages(), anonymous);
    EXPECT_EQ(read(space, data), std::byte{1});
    expect_balance();
}

/// A client may ask for any step: it only spoils what is its own.
TEST_F(CloneRangeTest, StepsThatNobodyAnsweredAreRefused) {
    map(data, 4);
    EXPECT_TRUE(write(space, data, std::byte{1}));
    std::uint64_t const target = data + 8 * table_span;
    EXPECT_EQ(error_of_step(data, page_size, target, 0), Error::RegionNotFound);
    map(target, 1);
    EXPECT_EQ(error_of_step(data, page_size, target, 1), Error::NotAligned);
    EXPECT_EQ(error_of_step(data, page_size, target, 2 * page_size), Error::NotAligned);
    map(target + 2 * page_size, 1);
    EXPECT_EQ(error_of_step(data, page_size, target + 2 * page_size, 0), Error::NotAligned);
    EXPECT_EQ(error_of_step(data, page_size, data, 0), Error::AlreadyMapped);
    EXPECT_TRUE(write(space, target, std::byte{1}));
    EXPECT_EQ(error_of_step(data, page_size, target, 0), Error::AlreadyMapped);
    expect_balance();
}

TEST_F(CloneRangeTest, WithoutMemoryItIsRefused) {
    map(data, 1 << 12);
    std::uint64_t written = 0;
    while (written < (1 << 12) && write(space, data + written * page_size, std::byte{1})) {
        ++written;
    }
    auto error = Error::None;
    for (unsigned i = 0; i < 10'000 && error == Error::None; ++i) {
        error = error_of(clone(data, 1 << 12));
    }
    EXPECT_EQ(error, Error::OutOfMemory);
    expect_balance();
    destroy_space(space);
    expect_balance();
}

} // namespace

} // namespace pager::test
