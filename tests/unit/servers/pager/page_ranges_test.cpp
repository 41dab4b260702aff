// SPDX-License-Identifier: BSD-2-Clause
//
// PageMapper by itself, over several leaves: what is done to whole ones and to parts of them.

#include "page_mapper_fixture.hpp"

#include <random>

namespace pager::test {

namespace {

class PageRangesTest : public PageMapperFixture {};

TEST_F(PageRangesTest, LessAccessToWholeLeavesTakesTheTablesAway) {
    place_leaf(space, 0);
    place_leaf(space, 1);
    place(space, page(2, 0));
    auto const calls = kernel.calls;
    space.pages->set_access(start, end_of(2), Access::Read);
    EXPECT_LT(kernel.calls - calls, 10);
    EXPECT_EQ(space.pages->tables(), 1 + 2);
    for (std::uint64_t const leaf : {0u, 1u}) {
        EXPECT_FALSE(space.pages->get(page(leaf, 9)).is_mapped);
        EXPECT_EQ(space.pages->get(page(leaf, 9)).state, PageState::Private);
    }
    EXPECT_TRUE(touch(space, page(2, 0), FaultKind::Write)); // is not concerned
    expect_tables_agree(space);

    in_pager([&] { ASSERT_TRUE(space.pages->map_again(page(1, 9), Access::Read)); });
    EXPECT_EQ(*touch(space, page(1, 9), FaultKind::Read), std::byte{mark_of(9)});
    EXPECT_EQ(touch(space, page(1, 9), FaultKind::Write), nullptr);
    EXPECT_EQ(touch(space, page(1, 8), FaultKind::Read), nullptr);
    EXPECT_EQ(anonymous(), 2 * leaf_pages + 1);
}

TEST_F(PageRangesTest, LessAccessToPartsChangesPages) {
    place_leaf(space, 0);
    place_leaf(space, 1);
    space.pages->set_access(page(0, 500), page(1, 10), Access::Read);
    EXPECT_EQ(space.pages->tables(), 2 + 2);
    EXPECT_TRUE(touch(space, page(0, 499), FaultKind::Write));
    EXPECT_FALSE(touch(space, page(0, 500), FaultKind::Write));
    EXPECT_TRUE(touch(space, page(0, 500), FaultKind::Read));
    EXPECT_FALSE(touch(space, page(1, 9), FaultKind::Write));
    EXPECT_TRUE(touch(space, page(1, 10), FaultKind::Write));
    space.pages->set_access(page(1, 0), page(1, 10), Access::None);
    EXPECT_FALSE(touch(space, page(1, 9), FaultKind::Read));
    EXPECT_EQ(space.pages->get(page(1, 9)).state, PageState::Private); // its content stays
}

TEST_F(PageRangesTest, AFewPagesOfAWholeLeafStayMapped) {
    place_leaf(space, 0, 5);
    space.pages->set_access(start, end_of(1), Access::Read);
    EXPECT_TRUE(touch(space, page(0, 4), FaultKind::Read));
    EXPECT_FALSE(touch(space, page(0, 4), FaultKind::Write));
    space.pages->set_access(start, end_of(1), Access::ReadWrite);
    EXPECT_TRUE(touch(space, page(0, 4), FaultKind::Write));
    EXPECT_EQ(space.pages->tables(), 1 + 2);
}

TEST_F(PageRangesTest, MoreAccessDoesNotMakeSharedPagesWritable) {
    place_leaf(space, 0, 5);
    share_all(space, other);
    for (Space& each : spaces) {
        in_pager([&] { ASSERT_TRUE(each.pages->map_again(page(0, 2), Access::ReadWrite)); });
        EXPECT_EQ(*touch(each, page(0, 2), FaultKind::Read), std::byte{mark_of(2)});
        each.pages->set_access(start, end_of(1), Access::ReadWrite);
        EXPECT_FALSE(touch(each, page(0, 2), FaultKind::Write));
    }
}

TEST_F(PageRangesTest, WholeLeavesAreClearedByTheirTables) {
    auto const free = memory->frames.unused();
    for (std::uint64_t leaf = 0; leaf < 3; ++leaf) {
        place_leaf(space, leaf);
    }
    auto const calls = kernel.calls;
    space.pages->clear(UserAddr{0}, user_end);
    EXPECT_LT(kernel.calls - calls, 20);
    EXPECT_EQ(anonymous(), 0);
    EXPECT_EQ(space.pages->tables(), 0);
    EXPECT_EQ(space.pages->private_pages(), 0);
    EXPECT_EQ(space.pages->first_leaf(), nullptr);
    memory->trim();
    EXPECT_GT(memory->frames.unused() + 64 * page_size, free); // but for leaves and the reserve
}

TEST_F(PageRangesTest, PartsAreClearedPageByPage) {
    for (std::uint64_t leaf = 0; leaf < 3; ++leaf) {
        place_leaf(space, leaf);
    }
    clear(space, page(0, 100), page(2, 100));
    EXPECT_EQ(count_present(space, start, end_of(3)), 100 + 412);
    EXPECT_EQ(anonymous(), 100 + 412);
    EXPECT_EQ(space.pages->tables(), 2 + 2);
    EXPECT_TRUE(touch(space, page(0, 99), FaultKind::Write));
    EXPECT_FALSE(touch(space, page(0, 100), FaultKind::Read));
    EXPECT_TRUE(touch(space, page(2, 100), FaultKind::Write));
}

TEST_F(PageRangesTest, ClearingSharedPartsLeavesTheOthersPages) {
    for (std::uint64_t leaf = 0; leaf < 3; ++leaf) {
        place_leaf(space, leaf);
    }
    share_all(space, other);
    EXPECT_EQ(other.pages->private_pages(), 3 * leaf_pages);
    EXPECT_FALSE(other.pages->clear_needs_memory(start, end_of(3)));
    EXPECT_TRUE(other.pages->clear_needs_memory(page(0, 1), end_of(3)));
    EXPECT_TRUE(other.pages->clear_needs_memory(start, page(2, 1)));

    clear(other, page(0, 500), page(2, 1));
    EXPECT_EQ(count_present(other, start, end_of(3)), 500 + 511);
    EXPECT_EQ(count_present(space, start, end_of(3)), 3 * leaf_pages);
    EXPECT_EQ(anonymous(), 3 * leaf_pages);
    EXPECT_FALSE(other.pages->clear_needs_memory(page(0, 1), page(0, 2))); // it has its own now
    in_pager([&] { ASSERT_TRUE(space.pages->map_again(page(1, 7), Access::ReadWrite)); });
    EXPECT_EQ(*touch(space, page(1, 7), FaultKind::Write), std::byte{mark_of(7)});

    clear(space, start, end_of(3)); // now the other way round
    EXPECT_EQ(anonymous(), 500 + 511);
    in_pager([&] { ASSERT_TRUE(other.pages->map_again(page(0, 499), Access::ReadWrite)); });
    EXPECT_EQ(*touch(other, page(0, 499), FaultKind::Write), std::byte{mark_of(499)});
}

TEST_F(PageRangesTest, AStepIsAsMuchWork) {
    EXPECT_EQ(space.pages->end_of_step(UserAddr{0}, user_end), user_end);
    place_leaf(space, 1);
    // Pages one by one where only a part of the leaf is concerned.
    EXPECT_EQ(space.pages->end_of_step(page(1, 1), end_of(2)), page(1, 65));
    EXPECT_EQ(space.pages->end_of_step(page(0, 1), page(1, 100)), page(1, 64));
    EXPECT_EQ(space.pages->end_of_step(page(1, 500), end_of(4)), end_of(4));
    // A full leaf is more than one step's work, but is not left half-way.
    EXPECT_EQ(space.pages->end_of_step(start, end_of(4)), end_of(2));
    EXPECT_EQ(space.pages->end_of_step(start, end_of(2) - page_size), page(1, 64));
    for (std::uint64_t leaf = 100; leaf < 120; ++leaf) {
        place(space, page(leaf, 0));
    }
    // A leaf with next to nothing in it is an eighth of the work.
    EXPECT_EQ(space.pages->end_of_step(end_of(100), end_of(200)), end_of(108));
    EXPECT_EQ(space.pages->end_of_step(end_of(114), end_of(200)), end_of(200));
}

TEST_F(PageRangesTest, StepsComeToTheEnd) {
    std::mt19937 random{4};
    for (int i = 0; i < 700; ++i) {
        place(space, page(random() % 4, random() % leaf_pages));
    }
    for (int i = 0; i < 200; ++i) {
        UserAddr at = page(random() % 4, random() % leaf_pages);
        UserAddr const end = at + (1 + random() % 1500) * page_size;
        while (at < end) {
            UserAddr const next = space.pages->end_of_step(at, end);
            ASSERT_TRUE(at < next && next <= end);
            ASSERT_LE(count_present(space, at, next), leaf_pages + 64);
            at = next;
        }
    }
}

} // namespace

} // namespace pager::test
