// SPDX-License-Identifier: BSD-2-Clause
//
// PageMapper: runs of pages that the kernel maps by one call, where they end, and who may have the
// boot archive's own capabilities.

#include "page_mapper_fixture.hpp"

namespace pager::test {

namespace {

class PageRuns : public PageMapperFixture {
protected:
    std::uint32_t place_files(Space& owner, UserAddr at, std::uint64_t first, std::uint32_t count,
                              Access access = Access::Read) {
        return in_pager(
            [&] { return owner.pages->place_files(at, first * page_size, count, access); });
    }

    std::uint32_t place_new(UserAddr at, std::uint32_t count) {
        return in_pager([&] { return space.pages->place_new(at, count, Access::ReadWrite); });
    }

    void place_file(Space& owner, UserAddr at, std::uint64_t archive_page) {
        in_pager([&] {
            ASSERT_TRUE(owner.pages->place_file(at, archive_page * page_size, Access::Read));
        });
    }

    /// So that no call is made for anything but the pages.
    void make_table(Space& owner) { place_file(owner, page(0, 511), archive_pages - 1); }

    void fill_stock(std::uint64_t frames = 2 * group_frames) {
        in_pager([&] {
            while (memory->pool.refill(frames, true)) {
            }
        });
    }

    void expect_files(Space const& owner, UserAddr at, std::uint64_t first, std::uint32_t count) {
        for (std::uint32_t i = 0; i < count; ++i, at = at + page_size) {
            EXPECT_EQ(owner.pages->get(at).state, PageState::File);
            std::byte const* const byte = touch(owner, at + 7, FaultKind::Read);
            ASSERT_NE(byte, nullptr);
            EXPECT_EQ(*byte, archive_byte((first + i) * page_size + 7));
        }
        EXPECT_EQ(owner.pages->get(at).state, PageState::Absent);
    }
};

TEST_F(PageRuns, AFilesPagesComeByOneCallAndWithoutASlot) {
    make_table(space);
    auto const calls = kernel.calls;
    auto const used = slots.used();
    EXPECT_EQ(place_files(space, page(0, 3), 2, 16), 16);
    EXPECT_EQ(kernel.calls, calls + 1);
    EXPECT_EQ(slots.used(), used);
    expect_files(space, page(0, 3), 2, 16);
    EXPECT_EQ(space.pages->mappings(MappingKind::File), 17);
    EXPECT_EQ(touch(space, page(0, 3), FaultKind::Write), nullptr);
}

TEST_F(PageRuns, ARunOfAFileEndsWhereSomethingIsInTheWay) {
    make_table(space);
    place_file(other, page(0, 0), 4);
    EXPECT_EQ(place_files(space, page(0, 0), 0, 16), 4); // in use elsewhere
    EXPECT_EQ(place_files(space, page(0, 4), 4, 16), 0);
    expect_files(space, page(0, 0), 0, 4);
    place(space, page(0, 8));
    EXPECT_EQ(place_files(space, page(0, 6), 10, 16), 2); // a page that is there
    EXPECT_EQ(place_files(space, page(0, 508), 20, 16), 3);
    EXPECT_EQ(place_files(space, page(1, 510), 30, 8), 2); // a table ends
    expect_files(space, page(1, 510), 30, 2);
}

TEST_F(PageRuns, WhoComesLaterHasCopiesUntilTheFirstIsGone) {
    make_table(space);
    auto const used = slots.used();
    ASSERT_EQ(place_files(space, page(0, 0), 0, 3), 3);
    for (unsigned i = 0; i < 3; ++i) {
        place_file(other, page(0, i), i);
    }
    EXPECT_GE(slots.used(), used + 3);
    expect_files(other, page(0, 0), 0, 3);
    clear(space, page(0, 0), page(0, 2)); // page by page
    clear(space, start, end_of(1));       // with its table
    EXPECT_EQ(memory->files.count_in_use(), 0);
    expect_files(other, page(0, 0), 0, 3);
    clear(other, start, end_of(1));
    EXPECT_EQ(memory->files.count_in_use(), 0);
    EXPECT_EQ(place_files(other, page(2, 5), 0, 3), 3);
    expect_files(other, page(2, 5), 0, 3);
}

TEST_F(PageRuns, AFilePageThatIsReplacedCanBeMappedElsewhere) {
    make_table(space);
    ASSERT_EQ(place_files(space, page(0, 0), 0, 2), 2);
    in_pager([&] { ASSERT_TRUE(space.pages->place_zero(page(0, 0), Access::Read)); });
    EXPECT_EQ(place_files(other, page(0, 0), 0, 1), 1);
    place_file(space, page(0, 0), 0); // by a copy, where the own one was
    clear(other, start, end_of(1));
    expect_files(space, page(0, 0), 0, 2);
}

TEST_F(PageRuns, InstructionFetchesHearOfAFilesPageOnce) {
    make_table(space);
    auto calls = kernel.calls;
    ASSERT_EQ(place_files(space, page(0, 0), 0, 4, Access::ReadExecute), 4);
    EXPECT_EQ(kernel.calls, calls + 1 + 4);
    ASSERT_NE(touch(space, page(0, 3), FaultKind::Execute), nullptr);
    clear(space, page(0, 0), page(0, 4));
    calls = kernel.calls;
    ASSERT_EQ(place_files(space, page(0, 8), 0, 5, Access::ReadExecute), 5);
    EXPECT_EQ(kernel.calls, calls + 1 + 1);
    in_pager(
        [&] { ASSERT_TRUE(other.pages->place_file(page(0, 0), page_size, Access::ReadExecute)); });
    ASSERT_NE(touch(other, page(0, 0), FaultKind::Execute), nullptr);
}

TEST_F(PageRuns, FramesOfAGroupComeByOneCall) {
    make_table(space);
    fill_stock(4 * group_frames);
    ASSERT_GT(place_new(page(0, 0), group_frames), 0); // up to where a group begins
    auto const calls = kernel.calls;
    EXPECT_EQ(place_new(page(0, 32), group_frames), group_frames);
    EXPECT_LE(kernel.calls, calls + 2); // two, if the group before was not used up
    for (unsigned i = 0; i < group_frames; ++i) {
        std::byte* const byte = touch(space, page(0, 32 + i), FaultKind::Write);
        ASSERT_NE(byte, nullptr);
        EXPECT_EQ(*byte, std::byte{0});
        *byte = std::byte{1}; // nobody else's
    }
}

TEST_F(PageRuns, FramesThatDoNotFollowEachOtherComeInSeveralRuns) {
    make_table(space);
    fill_stock(group_frames);
    auto const stock = static_cast<std::uint32_t>(memory->pool.zeroed_frames());
    ASSERT_EQ(place_new(page(0, 0), stock), stock);
    for (std::uint64_t const entry : {1, 4, 5, 6, 9}) {
        clear(space, page(0, entry), page(0, entry + 1));
    }
    in_pager([&] { ASSERT_TRUE(memory->pool.refill(5, false)); });
    EXPECT_EQ(place_new(page(0, 100), 16), 5);
    for (unsigned i = 0; i < 5; ++i) {
        EXPECT_EQ(space.pages->get(page(0, 100 + i)).state, PageState::Private);
    }
}

TEST_F(PageRuns, FramesTakeThePlaceOfZeroesAndOfNothingElse) {
    make_table(space);
    fill_stock();
    in_pager([&] {
        ASSERT_TRUE(space.pages->place_zero(page(0, 1), Access::ReadWrite));
        ASSERT_TRUE(space.pages->place_zero(page(0, 2), Access::ReadWrite));
    });
    place_file(space, page(0, 4), 0);
    auto const spare = memory->zeroes.spare();
    EXPECT_EQ(place_new(page(0, 0), 16), 4);
    EXPECT_EQ(memory->zeroes.spare(), spare + 2);
    EXPECT_EQ(memory->zero_mapped, 0);
    EXPECT_EQ(space.pages->get(page(0, 4)).state, PageState::File);
    EXPECT_NE(touch(space, page(0, 2), FaultKind::Write), nullptr);
}

TEST_F(PageRuns, CopiesOfSharedPagesComeByOneCall) {
    place_leaf(space, 0, 16);
    share_all(space, other);
    make_table(other);
    fill_stock(4 * group_frames);
    ASSERT_GT(place_new(page(1, 0), group_frames), 0); // up to where a group begins
    auto const calls = kernel.calls;
    auto const own = [&](UserAddr at, std::uint32_t count) {
        return in_pager([&] { return other.pages->own_run(at, count, Access::ReadWrite); });
    };
    EXPECT_EQ(own(page(0, 2), 12), 12);
    EXPECT_LE(kernel.calls, calls + 2); // two, if the group before was not used up
    EXPECT_EQ(memory->arrays.statistics.breaks, 12);
    for (unsigned i = 2; i < 14; ++i) {
        std::byte* const byte = touch(other, page(0, i), FaultKind::Write);
        ASSERT_NE(byte, nullptr);
        EXPECT_EQ(*byte, std::byte{mark_of(i)});
    }
    EXPECT_EQ(own(page(0, 2), 12), 0);  // they are its own already
    EXPECT_EQ(own(page(0, 0), 512), 4); // those around them, up to where no frame is
    EXPECT_EQ(own(page(3, 0), 1), 0);
}

TEST_F(PageRuns, CopiesEndWithTheTable) {
    place_leaf(space, 0);
    place_leaf(space, 1, 8);
    share_all(space, other);
    fill_stock(4 * group_frames);
    EXPECT_EQ(in_pager([&] { return other.pages->own_run(page(0, 506), 16, Access::ReadWrite); }),
              6);
    EXPECT_FALSE(other.pages->get(page(1, 0)).is_mapped);
}

TEST_F(PageRuns, ARefusedRunLeavesNothingBehind) {
    fill_stock();
    for (int refused = 0;; ++refused) {
        ASSERT_LT(refused, 10);
        kernel.fail_call_in = refused;
        auto const files = in_pager(
            [&] { return space.pages->place_files(page(0, 0), 0, 16, Access::ReadExecute); });
        auto const frames = files == 0 ? 0 : place_new(page(0, 20), 8);
        kernel.fail_call_in = -1;
        if (files == 16 && frames == 8) {
            EXPECT_GT(refused, 1);
            break;
        }
        EXPECT_EQ(frames, 0);
        EXPECT_EQ(memory->files.count_in_use(), files);
        EXPECT_EQ(count_present(space, start, end_of(1)), files);
        EXPECT_EQ(anonymous(), 0);
        clear(space, start, end_of(1));
        space.pages->drop_idle();
        fill_stock();
    }
}

} // namespace

} // namespace pager::test
