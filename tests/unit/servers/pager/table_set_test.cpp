// SPDX-License-Identifier: BSD-2-Clause
//
// TableSet of the pager's own window, where memory for a table may come from frames that are mapped
// there: making one table takes others away.

#include "frame_pool_fixture.hpp"

#include <algorithm>

namespace pager::test {

namespace {

constexpr std::uint32_t chunk_frames = 1u << max_order; // what one table of the window maps

/// The first 2 MiB of the window are the last that one table of the level above maps.
class WindowTablesTest : public FramePoolFixture {
protected:
    WindowTablesTest()
        : FramePoolFixture{3, host_address + (std::uintptr_t{1} << api::huge_page_bits) -
                                  (std::uintptr_t{1} << api::large_page_bits)} {}

    /// Of 64 KiB; all there are.
    std::vector<Frame> take_blocks() {
        std::vector<Frame> taken;
        while (auto const block = blocks.take(middle_order, FrameState::KernelObject)) {
            taken.push_back(*block);
        }
        return taken;
    }

    /// One of those, out of the `chunk`-th 2 MiB.
    void give_one(std::vector<Frame>& taken, std::uint32_t chunk) {
        auto const block = std::ranges::find_if(
            taken, [&](Frame frame) { return index(frame) / chunk_frames == chunk; });
        ASSERT_NE(block, taken.end());
        blocks.give(*block);
        taken.erase(block);
    }
};

/// There is a block for a group, and memory for its two leaves, but not for its table: that is made
/// of an unused group, with which all tables go that only it needed.
TEST_F(WindowTablesTest, MakingOneMayTakeAwayWhatOthersNeeded) {
    std::vector<Frame> taken = take_blocks();
    give_one(taken, 0); // for leaves and tables
    give_one(taken, 1);
    Frame const unused = *take(PageGroup::Clients);
    ASSERT_EQ(index(unused) / chunk_frames, 1);
    pool.give(unused);
    std::vector<Frame> pages;
    for (std::uint32_t i = 2 + 3 + 2; i < group_frames; ++i) {
        pages.push_back(*blocks.take(0, FrameState::Pager));
    }
    ASSERT_EQ(pages_in(FrameState::Free), 2);
    give_one(taken, 2);

    auto const frame = take(PageGroup::Books);
    ASSERT_TRUE(frame);
    EXPECT_EQ(index(*frame) / chunk_frames, 2);
    EXPECT_EQ(pool.idle_groups(), 0);
    EXPECT_TRUE(is_zero(*frame));
    EXPECT_TRUE(kernel.violations.empty());

    pool.give(*frame);
    for (auto const& all : {taken, pages}) {
        std::ranges::for_each(all, [&](Frame block) { blocks.give(block); });
    }
}

} // namespace

} // namespace pager::test
