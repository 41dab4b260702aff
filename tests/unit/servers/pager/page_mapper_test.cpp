// SPDX-License-Identifier: BSD-2-Clause
//
// PageMapper by itself, page by page: what is placed, shared, copied and refused.

#include "page_mapper_fixture.hpp"

namespace pager::test {

namespace {

class PageMapperTest : public PageMapperFixture {};

TEST_F(PageMapperTest, WhatIsPlacedIsThere) {
    EXPECT_EQ(space.pages->get(page(0, 0)).state, PageState::Absent);
    in_pager([&] { ASSERT_TRUE(space.pages->place_zero(page(0, 1), Access::ReadWrite)); });
    in_pager([&] { ASSERT_TRUE(space.pages->place_file(page(1, 2), page_size, Access::Read)); });
    place(space, page(2, 3), 42);
    Frame const buffer = *memory->pool.take(PageGroup::Clients, FrameState::Buffer, number);
    in_pager([&] { ASSERT_TRUE(space.pages->place_buffer(page(3, 4), buffer)); });

    EXPECT_EQ(space.pages->get(page(0, 1)).state, PageState::Zero);
    EXPECT_EQ(*touch(space, page(0, 1), FaultKind::Read), std::byte{0});
    EXPECT_EQ(touch(space, page(0, 1), FaultKind::Write), nullptr);
    EXPECT_EQ(space.pages->get(page(1, 2)).state, PageState::File);
    EXPECT_EQ(*touch(space, page(1, 2), FaultKind::Read), archive[page_size]);
    EXPECT_EQ(space.pages->get(page(2, 3)).state, PageState::Private);
    EXPECT_TRUE(space.pages->get(page(2, 3)).is_exclusive);
    EXPECT_EQ(*touch(space, page(2, 3), FaultKind::Write), std::byte{42});
    EXPECT_EQ(space.pages->get(page(3, 4)).state, PageState::Buffer);
    EXPECT_EQ(space.pages->get(page(3, 4)).frame, buffer);
    EXPECT_EQ(space.pages->tables(), 4 + 2);
    EXPECT_EQ(space.pages->first_present(UserAddr{0}, user_end), page(0, 1));
    EXPECT_EQ(space.pages->first_present(page(0, 2), user_end), page(1, 2));
    EXPECT_EQ(space.pages->first_present(page(1, 3), page(2, 3)), std::nullopt);
}

TEST_F(PageMapperTest, WhatTakesAPagesPlaceGivesItBack) {
    in_pager([&] { ASSERT_TRUE(space.pages->place_zero(page(0, 0), Access::ReadWrite)); });
    EXPECT_EQ(memory->zero_mapped, 1);
    place(space, page(0, 0), 1);
    EXPECT_EQ(memory->zero_mapped, 0);
    place(space, page(0, 0), 2);
    EXPECT_EQ(anonymous(), 1);
    EXPECT_EQ(space.pages->private_pages(), 1);
    EXPECT_EQ(*touch(space, page(0, 0), FaultKind::Read), std::byte{2});
}

TEST_F(PageMapperTest, NewPagesComeInRunsUntilSomethingIsInTheWay) {
    auto const place_new = [&](UserAddr at, std::uint32_t count) {
        return in_pager([&] { return space.pages->place_new(at, count, Access::ReadWrite); });
    };
    EXPECT_EQ(place_new(page(0, 0), 4), 0); // nothing is in stock
    EXPECT_TRUE(memory->pool.refill(2 * group_frames, true));
    EXPECT_TRUE(memory->pool.refill(2 * group_frames, true));
    EXPECT_EQ(place_new(page(0, 0), 4), 4);
    EXPECT_EQ(*touch(space, page(0, 3), FaultKind::Write), std::byte{0});
    EXPECT_EQ(place_new(page(0, 510), 4), 2); // the leaf ends
    in_pager([&] { ASSERT_TRUE(space.pages->place_zero(page(0, 10), Access::Read)); });
    in_pager([&] { ASSERT_TRUE(space.pages->place_file(page(0, 12), 0, Access::Read)); });
    EXPECT_EQ(place_new(page(0, 9), 6), 3); // zeroes are not in the way
    EXPECT_EQ(memory->zero_mapped, 0);
    EXPECT_EQ(place_new(page(0, 0), 1), 0);
    EXPECT_EQ(place_new(page(0, 100), 100), 2 * group_frames - 4 - 2 - 3);
    EXPECT_EQ(space.pages->private_pages(), 2 * group_frames);
    EXPECT_EQ(anonymous(), 2 * group_frames);
}

TEST_F(PageMapperTest, NewPagesBesideSharedOnesAreOnesOwn) {
    place(space, page(0, 0), 5);
    share_all(space, other);
    EXPECT_TRUE(memory->pool.refill(group_frames + 1, true));
    EXPECT_EQ(in_pager([&] { return other.pages->place_new(page(0, 1), 3, Access::ReadWrite); }),
              3);
    EXPECT_EQ(count_present(other, start, end_of(1)), 4);
    EXPECT_EQ(count_present(space, start, end_of(1)), 1);
    EXPECT_FALSE(space.pages->get(page(0, 0)).is_exclusive);
}

/// The array is copied by then, and must not get lost.
TEST_F(PageMapperTest, NewPagesBesideSharedOnesMayBeRefusedTheirTable) {
    place(space, page(0, 0), 5);
    share_all(space, other);
    EXPECT_TRUE(memory->pool.refill(group_frames + 1, true));
    in_pager([&] {
        kernel.fail_call_in = 0;
        EXPECT_EQ(other.pages->place_new(page(0, 1), 3, Access::ReadWrite), 0);
        kernel.fail_call_in = -1;
    });
    clear(other, start, end_of(1));
    EXPECT_EQ(anonymous(), 1);
    EXPECT_TRUE(space.pages->get(page(0, 0)).is_exclusive);
}

TEST_F(PageMapperTest, SharingGoesLeafByLeaf) {
    place_leaf(space, 0, 3);
    in_pager([&] { ASSERT_TRUE(space.pages->place_zero(page(1, 0), Access::Read)); });
    place_leaf(space, 2, 3);
    auto const first =
        in_pager([&] { return *space.pages->share_leaf(*other.pages, {start, user_end}, 0); });
    EXPECT_EQ(first, end_of(1));
    EXPECT_EQ(count_present(other, start, end_of(3)), 3);
    EXPECT_FALSE(touch(space, page(0, 0), FaultKind::Write)); // as long as it is shared
    auto const next =
        in_pager([&] { return *space.pages->share_leaf(*other.pages, {*first, user_end}, 0); });
    EXPECT_EQ(next, end_of(3)); // there is nothing to share in the one between
    EXPECT_EQ(
        in_pager([&] { return *space.pages->share_leaf(*other.pages, {*next, user_end}, 0); }),
        std::nullopt);
    EXPECT_EQ(in_pager([&] {
                  return space.pages->share_leaf(*other.pages, {start, user_end}, 0);
              }).error(),
              Error::AlreadyMapped);
    EXPECT_EQ(count_present(other, start, end_of(3)), 6);
    EXPECT_EQ(other.pages->tables(), 0); // nothing is mapped yet
}

TEST_F(PageMapperTest, WhoWritesGetsACopyAndTheLastOneThePage) {
    place(space, page(0, 0), 5);
    share_all(space, other);
    in_pager([&] { ASSERT_TRUE(other.pages->own_for_write(page(0, 0), Access::ReadWrite)); });
    *touch(other, page(0, 0), FaultKind::Write) = std::byte{6};
    EXPECT_EQ(anonymous(), 2);
    Frame const before = space.pages->get(page(0, 0)).frame;
    in_pager([&] { ASSERT_TRUE(space.pages->own_for_write(page(0, 0), Access::ReadWrite)); });
    EXPECT_EQ(space.pages->get(page(0, 0)).frame, before);
    EXPECT_EQ(*touch(space, page(0, 0), FaultKind::Write), std::byte{5});
    EXPECT_EQ(anonymous(), 2);
    EXPECT_EQ(memory->arrays.statistics.breaks, 1);
    EXPECT_EQ(memory->arrays.statistics.upgrades, 1);
}

TEST_F(PageMapperTest, OneEmptyLeafIsKeptForTheNextPage) {
    auto const tables = memory->frames.bytes(FrameState::PageTable);
    place(space, page(0, 0));
    clear(space, page(0, 0), page(0, 1));
    EXPECT_EQ(space.pages->tables(), 3);
    EXPECT_EQ(anonymous(), 0);
    auto const calls = kernel.calls;
    place(space, page(0, 1));
    EXPECT_LE(kernel.calls - calls, 2); // to map a page, and forget an old mapping
    clear(space, page(0, 1), page(0, 2));
    place(space, page(1, 0));
    clear(space, page(1, 0), page(1, 1));
    EXPECT_EQ(space.pages->tables(), 3); // one, not two
    space.pages->drop_idle();
    EXPECT_EQ(space.pages->tables(), 0);
    EXPECT_EQ(space.pages->first_leaf(), nullptr);
    EXPECT_EQ(memory->frames.bytes(FrameState::PageTable), tables);
    space.pages->drop_idle(); // does nothing
}

/// Whatever call is refused, all is as it was: the page that was there, and what was free.
TEST_F(PageMapperTest, ARefusalChangesNothing) {
    auto const take = [&](FrameState state) {
        return *memory->pool.take(PageGroup::Clients, state, number);
    };
    for (bool const occupied : {false, true}) {
        UserAddr const at = page(0, occupied ? 1 : 0);
        auto const expect_unchanged_until_done = [&](auto place) {
            space.pages->clear(start, end_of(1));
            space.pages->drop_idle();
            if (occupied) {
                in_pager([&] { ASSERT_TRUE(space.pages->place_file(at, 0, Access::Read)); });
            }
            auto const used = slots.used();
            for (int refused = 0; !HasFailure(); ++refused) {
                bool const done = in_pager([&] {
                    while (memory->pool.refill(1, true)) {
                    }
                    kernel.fail_call_in = refused;
                    bool const placed = place(at);
                    kernel.fail_call_in = -1;
                    return placed;
                });
                if (done) {
                    EXPECT_GT(refused, 0);
                    return;
                }
                EXPECT_EQ(space.pages->get(at).state,
                          occupied ? PageState::File : PageState::Absent);
                EXPECT_EQ(touch(space, at, FaultKind::Read) != nullptr, occupied);
                space.pages->drop_idle();
                EXPECT_EQ(anonymous(), 0);
                EXPECT_LE(slots.used(), used + group_slots); // a block may have been cut
            }
        };
        expect_unchanged_until_done(
            [&](UserAddr to) { return space.pages->place_zero(to, Access::Read).has_value(); });
        expect_unchanged_until_done([&](UserAddr to) {
            return space.pages->place_file(to, page_size, Access::Read).has_value();
        });
        expect_unchanged_until_done([&](UserAddr to) {
            Frame const frame = take(FrameState::Anonymous);
            bool const placed = space.pages->place_frame(to, frame, Access::Read).has_value();
            if (!placed) {
                memory->pool.give(frame);
            }
            return placed;
        });
        expect_unchanged_until_done([&](UserAddr to) {
            Frame const frame = take(FrameState::Buffer);
            bool const placed = space.pages->place_buffer(to, frame).has_value();
            if (!placed) {
                memory->pool.give(frame);
            }
            return placed;
        });
    }
}

TEST_F(PageMapperTest, ARefusedCopyLeavesThePageShared) {
    place(space, page(0, 0), 5);
    share_all(space, other);
    for (int refused = 0;; ++refused) {
        bool const done = in_pager([&] {
            kernel.fail_call_in = refused;
            auto const owned = other.pages->own_for_write(page(0, 0), Access::ReadWrite);
            kernel.fail_call_in = -1;
            return owned.has_value();
        });
        if (done) {
            EXPECT_GT(refused, 0);
            break;
        }
        EXPECT_EQ(anonymous(), 1);
        EXPECT_FALSE(space.pages->get(page(0, 0)).is_exclusive);
    }
    EXPECT_EQ(*touch(other, page(0, 0), FaultKind::Write), std::byte{5});
    EXPECT_EQ(anonymous(), 2);
}

} // namespace

} // namespace pager::test
