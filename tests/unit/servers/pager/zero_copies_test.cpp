// SPDX-License-Identifier: BSD-2-Clause
//
// ZeroCopies by themselves: what they show, and which are kept for the next.

#include "frame_pool_fixture.hpp"
#include "host_pages.hpp"
#include <pager/zero_copies.hpp>

#include <algorithm>
#include <set>

namespace pager::test {

namespace {

class ZeroCopiesTest : public FramePoolFixture {
protected:
    static constexpr UserAddr address{0x40'0000};

    ZeroCopiesTest() {
        EXPECT_TRUE(zeroes.start());
        EXPECT_TRUE(tables->hold(address));
        used_before = slots.used();
    }

    ~ZeroCopiesTest() override {
        while (zeroes.spare() > 0) {
            zeroes.trim(0);
        }
        EXPECT_EQ(slots.used(), used_before);
        EXPECT_EQ(source.taken(), 0);
        objects.destroy(zeroes.page());
        tables.reset();
        objects.destroy(vspace);
    }

    Result<> map(Slot copy, Access access = Access::Read) {
        return kernel.map_frame(copy, objects.capability(vspace), address, access);
    }

    [[nodiscard]] std::byte* touch(FaultKind kind) {
        return kernel.touch(objects.capability(vspace), address, kind);
    }

    HostPages source;
    HalfPages halves{source};
    ZeroCopies zeroes{objects, slots, halves};
    Frame vspace = make_vspace();
    std::unique_ptr<TableSet> tables = std::make_unique<TableSet>(
        objects, objects.capability(vspace), FrameState::PageTable, SpaceNumber{7});
    std::uint64_t used_before{0};
};

TEST_F(ZeroCopiesTest, AllAreOnePageOfZeroesToRead) {
    EXPECT_EQ(pages_in(FrameState::SharedZero), 1);
    std::set<Slot> copies;
    for (int i = 0; i < 3; ++i) {
        copies.insert(*zeroes.take());
    }
    EXPECT_EQ(copies.size(), 3);
    std::set<std::byte*> pages;
    for (Slot const copy : copies) {
        ASSERT_TRUE(map(copy));
        std::byte* const page = touch(FaultKind::Read);
        ASSERT_NE(page, nullptr);
        EXPECT_TRUE(std::all_of(page, page + page_size, [](auto b) { return b == std::byte{0}; }));
        pages.insert(page);
        EXPECT_EQ(touch(FaultKind::Write), nullptr);
        kernel.unmap_frame(copy);
        zeroes.give(copy);
    }
    EXPECT_EQ(pages.size(), 1);
    EXPECT_EQ(pages_in(FrameState::SharedZero), 1);
}

TEST_F(ZeroCopiesTest, NobodyCanWriteThroughOne) {
    Slot const copy = *zeroes.take();
    (void)map(copy, Access::ReadWrite);
    EXPECT_EQ(kernel.violations.size(), 1); // which the kernel would downgrade
    kernel.violations.clear();
    kernel.unmap_frame(copy);
    zeroes.give(copy);
}

TEST_F(ZeroCopiesTest, OneThatWasGivenBackIsUsedAgain) {
    Slot const copy = *zeroes.take();
    zeroes.give(copy);
    EXPECT_EQ(zeroes.spare(), 1);
    auto const calls = kernel.calls;
    EXPECT_EQ(*zeroes.take(), copy);
    EXPECT_EQ(kernel.calls, calls);
    EXPECT_EQ(zeroes.spare(), 0);
    zeroes.give(copy);
}

TEST_F(ZeroCopiesTest, WorkAheadGoesInSteps) {
    EXPECT_TRUE(zeroes.refill(2));
    EXPECT_EQ(zeroes.spare(), 1);
    EXPECT_TRUE(zeroes.refill(2));
    EXPECT_FALSE(zeroes.refill(2));
    EXPECT_EQ(zeroes.spare(), 2);
    auto const calls = kernel.calls;
    zeroes.give(*zeroes.take());
    EXPECT_EQ(kernel.calls, calls);
}

TEST_F(ZeroCopiesTest, WhatIsTooMuchIsGivenUpInSteps) {
    for (int i = 0; i < 40; ++i) {
        EXPECT_TRUE(zeroes.refill(40));
    }
    auto const used = slots.used();
    zeroes.trim(10);
    EXPECT_LT(zeroes.spare(), 40);
    EXPECT_GT(zeroes.spare(), 10);
    EXPECT_EQ(slots.used(), used - (40 - zeroes.spare()));
    zeroes.trim(10);
    zeroes.trim(10);
    EXPECT_EQ(zeroes.spare(), 10);
}

/// More than fit into a few pages of notes, and back.
TEST_F(ZeroCopiesTest, ManyAreKept) {
    constexpr std::size_t count = 2000;
    std::vector<Slot> copies;
    copies.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        copies.push_back(*zeroes.take());
    }
    EXPECT_EQ(source.taken(), 0);
    for (Slot const copy : copies) {
        zeroes.give(copy);
    }
    EXPECT_EQ(zeroes.spare(), count);
    EXPECT_EQ(source.taken(), 2); // of a thousand each
    std::set<Slot> again;
    auto const calls = kernel.calls;
    for (std::size_t i = 0; i < count; ++i) {
        again.insert(*zeroes.take());
    }
    EXPECT_EQ(kernel.calls, calls);
    EXPECT_EQ(again, std::set<Slot>(copies.begin(), copies.end()));
    EXPECT_EQ(source.taken(), 0);
    std::ranges::for_each(again, [&](Slot copy) { zeroes.give(copy); });
}

TEST_F(ZeroCopiesTest, WithoutRoomForNotesACapabilityIsGivenUp) {
    Slot const copy = *zeroes.take();
    source.limit = 0;
    zeroes.give(copy);
    EXPECT_EQ(zeroes.spare(), 0);
    EXPECT_EQ(slots.used(), used_before);
}

TEST_F(ZeroCopiesTest, ARefusalLeavesNoSlotBehind) {
    kernel.fail_call_in = 0;
    EXPECT_EQ(zeroes.take().error(), Error::OutOfMemory);
    EXPECT_EQ(slots.used(), used_before);
    kernel.fail_call_in = 0;
    EXPECT_FALSE(zeroes.refill(1));
    EXPECT_EQ(slots.used(), used_before);
    EXPECT_EQ(zeroes.spare(), 0);
}

} // namespace

} // namespace pager::test
