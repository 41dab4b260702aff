// SPDX-License-Identifier: BSD-2-Clause
//
// Clients that take all they can, by every way there is: they are refused or stopped, the pager
// goes on, and what others need is still there.

#include "pager_fixture.hpp"

namespace pager::test {

using namespace ipc::pager;

namespace {

constexpr std::uint64_t tebibyte = std::uint64_t{1} << 40;
constexpr std::uint64_t table_span = std::uint64_t{1} << api::large_page_bits; // what a table maps

class ExhaustionTest : public PagerFixture {
protected:
    explicit ExhaustionTest(unsigned ram_bits = 24) : PagerFixture{{{0x4000'0000, ram_bits}}} {}

    void SetUp() override { expect_lazy_policy(); }

    api::Word greedy = new_space(7);
    api::Word modest = new_space(8);

    std::uint64_t map(api::Word space, std::uint64_t size) {
        auto const reply = call(client(space), Map{0, size, Access::ReadWrite});
        EXPECT_TRUE(reply);
        return reply ? reply->address : 0;
    }

    /// Until the client is stopped: one access each `step` bytes. How many succeeded.
    std::uint64_t touch_all(std::uint64_t step, FaultKind kind) {
        std::uint64_t const at = map(greedy, tebibyte);
        std::uint64_t count = 0;
        while (access(greedy, at + count * step, kind) != nullptr) {
            ++count;
        }
        EXPECT_EQ(call(manager, TakeReport{})->reason, StopReason::OutOfMemory);
        return count;
    }

    /// After a greedy client: programs go on, start and end, and init gets its memory.
    void expect_others_unharmed() {
        auto const at = map(modest, 4 * page_size);
        for (unsigned page = 0; page < 4; ++page) {
            ASSERT_TRUE(write(modest, at + page * page_size, std::byte{1}));
        }
        expect_program_runs();
        auto const objects = call(manager, TakeUntyped{16});
        EXPECT_TRUE(objects);
        EXPECT_TRUE(call(manager, ReturnUntyped{objects ? objects->id : 0}));
        EXPECT_TRUE(call(client(modest), Unmap{at, 4 * page_size}));
        expect_balance();
    }

    void expect_program_runs() {
        auto const fresh = new_space(9);
        EXPECT_TRUE(call(manager, MapStack{fresh, 0x7fff'f000'0000, 16 * page_size}));
        EXPECT_TRUE(call(manager, MapBuffer{fresh, 0x7fff'ffff'f000}));
        EXPECT_TRUE(call(manager, MapFile{fresh, 0, 9 * page_size, 0x40'0000, 10 * page_size,
                                          Access::ReadExecute}));
        EXPECT_TRUE(execute(fresh, 0x40'0000));
        EXPECT_TRUE(write(fresh, 0x7fff'efff'fff8, std::byte{1}));
        destroy_space(fresh);
    }
};

TEST_F(ExhaustionTest, ReadsFarApart) {
    EXPECT_GT(touch_all(table_span, FaultKind::Read), 1000);
    expect_others_unharmed();
}

TEST_F(ExhaustionTest, WritesSideBySide) {
    EXPECT_GT(touch_all(page_size, FaultKind::Write), 3000);
    expect_others_unharmed();
}

TEST_F(ExhaustionTest, RegionsOfOnePage) {
    constexpr std::array accesses{Access::Read, Access::ReadWrite};
    std::uint64_t count = 0;
    while (
        call(client(greedy), Map{0x40'0000 + count * page_size, page_size, accesses[count % 2]})) {
        ++count;
    }
    EXPECT_GT(count, 50'000);
    expect_others_unharmed();
}

TEST_F(ExhaustionTest, RegionsCutIntoPieces) {
    auto const at = map(greedy, tebibyte);
    std::uint64_t count = 0;
    auto error = Error::None;
    for (; error == Error::None; ++count) {
        error = error_of(
            call(client(greedy), Protect{at + 2 * count * page_size, page_size, Access::Read}));
    }
    EXPECT_EQ(error, Error::OutOfMemory);
    EXPECT_GT(count, 25'000);
    expect_others_unharmed();
    EXPECT_TRUE(call(client(greedy), Unmap{at, page_size})); // what needs no cut always works
}

TEST_F(ExhaustionTest, HolesInRegions) {
    auto const at = map(greedy, tebibyte);
    std::uint64_t count = 0;
    auto error = Error::None;
    for (; error == Error::None; ++count) {
        error = error_of(call(client(greedy), Unmap{at + (2 * count + 1) * page_size, page_size}));
    }
    EXPECT_EQ(error, Error::OutOfMemory);
    EXPECT_GT(count, 50'000);
    expect_others_unharmed();
}

/// Each takes a capability and next to no memory.
TEST_F(ExhaustionTest, ReadsSideBySide) {
    EXPECT_GT(touch_all(page_size, FaultKind::Read), 20'000);
    EXPECT_GT(statistics().free, statistics().total / 2);
    expect_others_unharmed();
}

/// Some capabilities that stay keep the books about others that went; but not more each time.
TEST_F(ExhaustionTest, WhatTheBooksKeepDoesNotGrow) {
    std::uint64_t kept = 0;
    for (int round = 0; round < 6; ++round) {
        touch_all(table_span, FaultKind::Read);
        destroy_space(greedy);
        greedy = new_space(7);
        kept = round == 0 ? statistics().pager : kept;
        EXPECT_LT(statistics().pager, kept + 16 * page_size);
    }
}

class ParkedPagesTest : public ExhaustionTest {
protected:
    ParkedPagesTest() : ExhaustionTest{26} {}
};

/// Each page comes back with a table of its own, and all the records of these would have to come
/// out of one reserve.
TEST_F(ParkedPagesTest, FarApartComeBackWhenTouched) {
    constexpr std::uint64_t count = 5000;
    auto const at = map(greedy, count * table_span);
    for (std::uint64_t i = 0; i < count; ++i) {
        ASSERT_TRUE(write(greedy, at + i * table_span, static_cast<std::byte>(i)));
    }
    EXPECT_EQ(call_in_steps(client(greedy), Protect{at, count * table_span, Access::None}),
              Error::None);
    EXPECT_EQ(call_in_steps(client(greedy), Protect{at, count * table_span, Access::ReadWrite}),
              Error::None);
    for (std::uint64_t i = 0; i < count; ++i) {
        ASSERT_EQ(read(greedy, at + i * table_span), static_cast<std::byte>(i));
    }
}

} // namespace

} // namespace pager::test
