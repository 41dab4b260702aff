// SPDX-License-Identifier: BSD-2-Clause
//
// Stacks and heaps: how far they grow, and what a stack gives back.

#include "pager_fixture.hpp"

namespace pager::test {

using namespace ipc::pager;

namespace {

constexpr std::uint64_t top = 0x7000'0000;
constexpr std::uint64_t pages = 200;
constexpr std::uint64_t kib = 1024;

class GrowthTest : public PagerFixture {
protected:
    GrowthTest() { EXPECT_TRUE(call(manager, MapStack{space, top, pages * page_size})); }

    api::Word space = new_space(7);

    /// Its stack pointer is there now, and the pager knows whose it is.
    void watch(std::uint64_t pointer) {
        attach_thread();
        EXPECT_TRUE(call(manager, WatchStack{space, top}));
        kernel.set_stack_pointer(UserAddr{pointer});
    }

    void move_to(std::uint64_t pointer) { kernel.set_stack_pointer(UserAddr{pointer}); }

    static std::uint64_t page(std::uint64_t number) { return top - number * page_size; }

    StopReason reason_to_stop() {
        auto const report = call(manager, TakeReport{});
        EXPECT_TRUE(report);
        return report ? report->reason : StopReason{};
    }

    Error limit(std::uint64_t stack, std::uint64_t heap = Growth::unlimited,
                api::Word ahead = SetGrowth::most_ahead) {
        return error_of(call(inspector, SetGrowth{7, stack, heap, ahead}));
    }

    Growth::Reply growth() { return *call(inspector, Growth{7}); }

    std::uint64_t trim() {
        for (std::uint64_t sum = 0;;) {
            auto const reply = call(client(space), TrimStack{});
            EXPECT_TRUE(reply);
            sum += reply->pages;
            if (reply->done == 1) {
                return sum;
            }
        }
    }
};

TEST_F(GrowthTest, AStackGrowsToWhereItsThreadIs) {
    watch(page(1));
    EXPECT_TRUE(write(space, page(1), std::byte{1}));
    move_to(page(150)); // as for a function with a big frame
    EXPECT_TRUE(write(space, page(150), std::byte{1}));
    EXPECT_TRUE(write(space, page(100), std::byte{1}));
    EXPECT_EQ(growth().grown, 2);
    EXPECT_EQ(growth().refused, 0);
}

TEST_F(GrowthTest, AStrayPointerDoesNotGrowAStack) {
    watch(page(2));
    EXPECT_TRUE(write(space, page(2), std::byte{1}));
    EXPECT_FALSE(write(space, page(30), std::byte{1}));
    EXPECT_EQ(reason_to_stop(), StopReason::BelowStack);
    EXPECT_EQ(growth().refused, 1);
}

/// stp with a pre-index writes before the stack pointer is what it will be.
TEST_F(GrowthTest, AnInstructionMayReachBelowTheStackPointer) {
    watch(page(1));
    EXPECT_TRUE(write(space, page(1) - 512, std::byte{1}));
    EXPECT_FALSE(write(space, page(3), std::byte{1}));
}

TEST_F(GrowthTest, WhoHasHisStackElsewhereIsNotChecked) {
    watch(0x1234'5678);
    EXPECT_TRUE(write(space, page(150), std::byte{1}));
}

TEST_F(GrowthTest, AStackWithoutAThreadIsNotChecked) {
    EXPECT_TRUE(write(space, page(150), std::byte{1}));
    EXPECT_EQ(growth().checked, 0);
}

TEST_F(GrowthTest, WhereTheStackHasBeenNobodyAsks) {
    watch(page(100));
    EXPECT_TRUE(write(space, page(100), std::byte{1}));
    auto const checked = growth().checked;
    move_to(page(1));
    EXPECT_TRUE(write(space, page(60), std::byte{1}));
    EXPECT_EQ(growth().checked, checked);
}

TEST_F(GrowthTest, AStackGrowsToItsLimit) {
    EXPECT_EQ(limit(10 * page_size), Error::None);
    for (std::uint64_t number = 1; number <= 10; ++number) {
        EXPECT_TRUE(write(space, page(number), std::byte{1})) << number;
    }
    EXPECT_EQ(call(client(space), Query{page(11)})->page, PageKind::Absent); // nor ahead of it
    EXPECT_FALSE(write(space, page(11), std::byte{1}));
    EXPECT_EQ(reason_to_stop(), StopReason::StackLimit);
    EXPECT_EQ(limit(20 * page_size), Error::None);
    EXPECT_TRUE(write(space, page(20), std::byte{1}));
    EXPECT_FALSE(write(space, page(pages + 1), std::byte{1}));
    EXPECT_EQ(reason_to_stop(), StopReason::GuardHit);
}

TEST_F(GrowthTest, AHeapGrowsToItsLimit) {
    EXPECT_EQ(limit(Growth::unlimited, 64 * kib), Error::None);
    auto const heap = call(client(space), Break{0})->start;
    EXPECT_EQ(error_of(call(client(space), Break{heap + 64 * kib})), Error::None);
    EXPECT_EQ(error_of(call(client(space), Break{heap + 64 * kib + 1})), Error::QuotaExceeded);
    EXPECT_EQ(limit(Growth::unlimited, 16 * kib), Error::None); // it has more: that may shrink
    EXPECT_EQ(error_of(call(client(space), Break{heap + 40 * kib})), Error::None);
}

TEST_F(GrowthTest, NothingComesAheadIfItMayNot) {
    EXPECT_EQ(limit(Growth::unlimited, Growth::unlimited, 0), Error::None);
    for (std::uint64_t number = 1; number <= 20; ++number) {
        EXPECT_TRUE(write(space, page(number), std::byte{1}));
        EXPECT_EQ(call(client(space), Query{page(number + 1)})->page, PageKind::Absent);
    }
}

TEST_F(GrowthTest, WhatIsBelowTheStackPointerIsGivenBack) {
    watch(page(160));
    for (std::uint64_t number = 1; number <= 160; ++number) {
        EXPECT_TRUE(write(space, page(number), std::byte(number)));
    }
    EXPECT_EQ(trim(), 0);
    move_to(page(10));
    EXPECT_EQ(trim(), 149); // but for the page that an instruction may reach
    EXPECT_EQ(growth().trimmed, 149);
    for (std::uint64_t number = 1; number <= 11; ++number) {
        EXPECT_EQ(read(space, page(number)), std::byte(number));
    }
    move_to(page(20));
    EXPECT_EQ(read(space, page(20)), std::byte{0});
    expect_balance();
}

TEST_F(GrowthTest, LockedPagesStay) {
    watch(page(20));
    EXPECT_EQ(call_in_steps(client(space), Advise{page(20), 4 * page_size, Advice::Lock}),
              Error::None);
    EXPECT_TRUE(write(space, page(10), std::byte{1}));
    move_to(page(1));
    EXPECT_EQ(trim(), 1);
    EXPECT_EQ(call(client(space), Query{page(20)})->page, PageKind::Private);
}

TEST_F(GrowthTest, StacksShrinkBeforeSomebodyIsStopped) {
    auto const other = new_space(8);
    watch(page(pages));
    for (std::uint64_t number = 1; number <= pages; ++number) {
        EXPECT_TRUE(write(space, page(number), std::byte{1}));
    }
    move_to(page(1));
    EXPECT_TRUE(call(client(other), Map{0x40'0000, 1 << 26, Access::ReadWrite}));
    std::uint64_t at = 0x40'0000;
    while (write(other, at, std::byte{1})) {
        at += page_size;
    }
    EXPECT_EQ(reason_to_stop(), StopReason::OutOfMemory);
    EXPECT_GE(growth().trimmed, pages - 3);
    EXPECT_TRUE(read(space, page(1)));
    expect_balance();
}

/// Its threads are others; nor does it know where they are, until it is told.
TEST_F(GrowthTest, AClonesStackIsItsOwn) {
    watch(page(30));
    EXPECT_TRUE(write(space, page(30), std::byte{1}));
    EXPECT_EQ(limit(100 * page_size), Error::None);
    auto reply = call(manager, CloneSpace{space, 0, 9, Name::of("clone")});
    while (reply && reply->done == 0) {
        reply = call(manager, CloneSpace{space, reply->space, 9, Name::of("clone")});
    }
    ASSERT_TRUE(reply);
    space = reply->space;
    EXPECT_EQ(read(space, page(30)), std::byte{1});
    EXPECT_TRUE(write(space, page(90), std::byte{1}));
    EXPECT_FALSE(write(space, page(101), std::byte{1}));
    EXPECT_EQ(call(inspector, Growth{9})->max_stack, 100 * page_size);
    watch(page(1));
    EXPECT_FALSE(write(space, page(95), std::byte{1}));
    EXPECT_GT(trim(), 0);
    expect_balance();
}

TEST_F(GrowthTest, EveryErrorIsAnswered) {
    EXPECT_EQ(error_of(call(manager, WatchStack{space, top})), Error::BadMessage);
    attach_thread();
    EXPECT_EQ(error_of(call(manager, WatchStack{space, top - page_size})), Error::NotFound);
    attach_thread();
    EXPECT_EQ(error_of(call(manager, WatchStack{space, 0})), Error::NotFound);
    attach_thread();
    EXPECT_EQ(error_of(call(manager, WatchStack{space + 9, top})), Error::NotFound);
    attach_thread();
    EXPECT_EQ(error_of(call(client(space), WatchStack{space, top})), Error::PermissionDenied);
    attach_thread();
    EXPECT_EQ(error_of(call(client(space), Query{0})), Error::InvalidAddress); // it goes anyway
    EXPECT_EQ(limit(0, 0, SetGrowth::most_ahead + 1), Error::InvalidSize);
    EXPECT_EQ(error_of(call(inspector, SetGrowth{99, 0, 0, 0})), Error::NotFound);
    EXPECT_EQ(error_of(call(client(space), SetGrowth{7, 0, 0, 0})), Error::PermissionDenied);
    EXPECT_EQ(error_of(call(inspector, Growth{99})), Error::NotFound);
    EXPECT_EQ(error_of(call(client(space), Growth{7})), Error::PermissionDenied);
    EXPECT_EQ(error_of(call(api::Badge{0}, TrimStack{})), Error::PermissionDenied);
    expect_balance();
}

/// A clone has the deep end of the stack, too: to take it out of the array that both use, and to
/// keep a thread in mind, takes memory.
TEST_F(GrowthTest, WithoutMemoryNothingIsTrimmedOrWatched) {
    watch(page(30));
    for (std::uint64_t number = 1; number <= 30; ++number) {
        EXPECT_TRUE(write(space, page(number), std::byte(number)));
    }
    auto reply = call(manager, CloneSpace{space, 0, 9, Name::of("clone")});
    while (reply && reply->done == 0) {
        reply = call(manager, CloneSpace{space, reply->space, 9, Name::of("clone")});
    }
    ASSERT_TRUE(reply);
    move_to(page(1));
    std::vector<api::Word> lent;
    for (api::Word bits = 21; bits >= 12; --bits) {
        while (auto const block = call(manager, TakeUntyped{bits})) {
            lent.push_back(block->id);
        }
    }
    std::uint64_t at = 0x100'0000; // and what the books have in reserve
    while (call(manager, MapStack{space, at, page_size})) {
        at += 0x10'0000;
    }
    EXPECT_EQ(error_of(call(client(space), TrimStack{})), Error::OutOfMemory);
    attach_thread();
    EXPECT_EQ(error_of(call(manager, WatchStack{space, top})), Error::OutOfMemory);
    EXPECT_EQ(growth().trimmed, 0);
    expect_balance();
    for (api::Word const id : lent) {
        EXPECT_TRUE(call(manager, ReturnUntyped{id}));
    }
    EXPECT_GE(trim(), 28);
}

TEST_F(GrowthTest, AThreadCanBeReplaced) {
    watch(page(1));
    watch(page(50));
    EXPECT_TRUE(write(space, page(50), std::byte{1}));
    expect_balance();
    destroy_space(space);
    expect_balance();
}

TEST_F(GrowthTest, ARefusalLeavesNothing) {
    for (int call_number = 0; call_number < 3; ++call_number) {
        attach_thread();
        kernel.fail_call_in = call_number;
        static_cast<void>(call(manager, WatchStack{space, top}));
        kernel.fail_call_in = -1;
        expect_balance();
    }
}

} // namespace

} // namespace pager::test
