// SPDX-License-Identifier: BSD-2-Clause
//
// Long requests: the pager does a step of each, so that whoever comes next is soon served.

#include "pager_fixture.hpp"

namespace pager::test {

using namespace ipc::pager;

namespace {

constexpr std::uint64_t at = 0x40'0000;
constexpr std::uint64_t max_step = AddressSpace::max_step;

class StepsTest : public PagerFixture {
protected:
    static constexpr std::uint64_t pages = 2000;

    void map(std::uint64_t address, std::uint64_t count, Access access = Access::ReadWrite) {
        EXPECT_TRUE(call(client(space), Map{address, count * page_size, access}));
    }

    void write_all() {
        map(at, pages);
        for (std::uint64_t i = 0; i < pages; ++i) {
            ASSERT_TRUE(write(space, at + i * page_size, std::byte{1}));
        }
    }

    /// One request, and whether the pager asked little of the kernel for it.
    template <ipc::Request R>
    Result<typename R::Reply> small_call(api::Badge badge, R const& request) {
        auto const before = kernel.calls;
        auto const reply = call(badge, request);
        EXPECT_LT(kernel.calls - before, 10 * max_step);
        return reply;
    }

    api::Word space = new_space(7);
};

TEST_F(StepsTest, UnmapOfManyPages) {
    auto const before = free_bytes();
    write_all();
    Unmap rest{at, pages * page_size};
    unsigned steps = 0;
    for (; rest.size > 0; ++steps) {
        auto const reply = small_call(client(space), rest);
        ASSERT_TRUE(reply);
        ASSERT_LE(reply->size, rest.size);
        rest.address += reply->size;
        rest.size -= reply->size;
        EXPECT_FALSE(read(space, rest.address - page_size));
        ASSERT_TRUE(rest.size == 0 || read(space, rest.address));
        expect_balance();
    }
    EXPECT_GT(steps, 4);
    EXPECT_EQ(statistics().anonymous, 0);
    EXPECT_GT(free_bytes() + 64 * page_size, before); // but for the reserve of the books
}

TEST_F(StepsTest, ProtectOfManyPages) {
    write_all();
    Protect rest{at, pages * page_size, Access::Read};
    while (rest.size > 0) {
        auto const reply = small_call(client(space), rest);
        ASSERT_TRUE(reply);
        rest.address += reply->size;
        rest.size -= reply->size;
        EXPECT_FALSE(write(space, rest.address - page_size, std::byte{2}));
        ASSERT_TRUE(rest.size == 0 || write(space, rest.address, std::byte{1}));
    }
    EXPECT_EQ(find(space)->regions().size(), 1);
    EXPECT_EQ(statistics().anonymous, pages * page_size);
}

TEST_F(StepsTest, TheEndOfASpace) {
    write_all();
    auto const reply = small_call(manager, DestroySpace{space});
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->ended, 0);
    EXPECT_GT(statistics().anonymous, pages / 4 * page_size);
    EXPECT_LT(statistics().anonymous, pages * page_size);
    expect_balance();
    while (small_call(manager, DestroySpace{space})->ended == 0) {
    }
    EXPECT_EQ(statistics().anonymous, 0);
    EXPECT_EQ(error_of(call(manager, DestroySpace{space})), Error::NotFound);
}

TEST_F(StepsTest, ManyRegionsAreManySteps) {
    constexpr std::uint64_t regions = 300;
    for (std::uint64_t i = 0; i < regions; ++i) {
        map(at + i * page_size, 1, i % 2 == 0 ? Access::Read : Access::ReadWrite);
    }
    EXPECT_EQ(call_in_steps(client(space), Protect{at, regions * page_size, Access::None}),
              Error::None);
    EXPECT_EQ(steps, (regions + max_step - 1) / max_step);
    EXPECT_EQ(find(space)->regions().size(), 1);
    for (std::uint64_t i = 0; i < regions; i += 2) {
        EXPECT_TRUE(call(client(space), Protect{at + i * page_size, page_size, Access::Read}));
    }
    EXPECT_EQ(call(client(space), Unmap{at, regions * page_size})->size, max_step * page_size);
    destroy_space(space);
    EXPECT_EQ(steps, (regions - max_step + max_step - 1) / max_step);
}

TEST_F(StepsTest, UntouchedMemoryIsOneStepHoweverBig) {
    constexpr std::uint64_t size = std::uint64_t{1} << 40;
    auto const big = call(client(space), Map{0, size, Access::ReadWrite})->address;
    EXPECT_TRUE(write(space, big + size / 2, std::byte{1}));
    EXPECT_EQ(call_in_steps(client(space), Protect{big, size, Access::Read}), Error::None);
    EXPECT_EQ(steps, 1);
    EXPECT_EQ(call_in_steps(client(space), Unmap{big, size}), Error::None);
    EXPECT_EQ(steps, 1);
    EXPECT_EQ(find(space)->reserved(), 0);
}

TEST_F(StepsTest, AStepIsRefusedAsAWhole) {
    map(at, 2);
    map(at + 3 * page_size, 2);
    EXPECT_TRUE(write(space, at, std::byte{1}));
    EXPECT_EQ(error_of(call(client(space), Unmap{at, 5 * page_size})), Error::RegionNotFound);
    EXPECT_EQ(error_of(call(client(space), Protect{at, 5 * page_size, Access::None})),
              Error::RegionNotFound);
    EXPECT_EQ(read(space, at), std::byte{1});
    EXPECT_EQ(find(space)->reserved(), 4 * page_size);
}

TEST_F(StepsTest, WhatIsDoneBeforeALaterRefusalStaysDone) {
    write_all();
    EXPECT_EQ(call_in_steps(client(space), Unmap{at, (pages + 1) * page_size}),
              Error::RegionNotFound);
    EXPECT_EQ(statistics().anonymous, pages * page_size); // the hole was seen from the start
    for (std::uint64_t i = 0; i < max_step; ++i) {
        map(at + (pages + i) * page_size, 1, i % 2 == 0 ? Access::Read : Access::ReadWrite);
    }
    EXPECT_EQ(call_in_steps(client(space), Unmap{at, (pages + max_step + 1) * page_size}),
              Error::RegionNotFound);
    EXPECT_GT(steps, 1);
    EXPECT_LT(statistics().anonymous, pages * page_size);
}

} // namespace

} // namespace pager::test
