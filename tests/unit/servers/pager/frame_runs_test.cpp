// SPDX-License-Identifier: BSD-2-Clause
//
// FramePool: zeroed frames one behind the other.

#include "frame_pool_fixture.hpp"

namespace pager::test {

namespace {

class FrameRunsTest : public FramePoolFixture {};

TEST_F(FrameRunsTest, ZeroedFramesComeInRunsOfThoseThatFollowEachOther) {
    auto taken = take_many(group_frames); // in order
    for (std::uint32_t const i : {2, 3, 4, 7, 15}) {
        pool.give(taken[i]);
    }
    ASSERT_TRUE(pool.refill(5, false));
    auto const expect_run = [&](std::uint32_t wanted, std::uint32_t first, std::uint32_t count) {
        auto const run = pool.take_zeroed_run(wanted, FrameState::Anonymous, SpaceNumber{7});
        EXPECT_EQ(run.first, taken[first]);
        EXPECT_EQ(run.count, count);
        for (std::uint32_t i = 0; i < count; ++i) {
            EXPECT_EQ(frames.state(run.first + i), FrameState::Anonymous);
            EXPECT_TRUE(is_zero(run.first + i));
        }
    };
    expect_run(2, 2, 2); // as many as are wanted
    expect_run(9, 4, 1); // as many as there are
    expect_run(9, 7, 1);
    expect_run(1, 15, 1);
    EXPECT_EQ(pool.zeroed_frames(), 0);
    EXPECT_EQ(pool.take_zeroed_run(9, FrameState::Anonymous, SpaceNumber{7}).count, 0);
    give_all(taken);
}

} // namespace

} // namespace pager::test
