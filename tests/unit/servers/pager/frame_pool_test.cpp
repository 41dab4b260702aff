// SPDX-License-Identifier: BSD-2-Clause
//
// FramePool by itself: which frame comes, what is in it, and what becomes of those nobody uses.

#include "frame_pool_fixture.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace pager::test {

namespace {

class FramePoolTest : public FramePoolFixture {
protected:
    /// What of the pager's own memory the pool needs: a leaf of each kind for 128 frames, a table
    /// for 512, and the two above that.
    [[nodiscard]] std::uint64_t expected_own_pages() const {
        std::set<std::uint32_t> leaves;
        std::set<std::uint32_t> tables;
        for (std::uint32_t i = 0; i < records.size(); ++i) {
            if (records[i].is_pooled != 0) {
                leaves.insert(i / leaf_slots);
                tables.insert(i / (1u << max_order));
            }
        }
        return 2 * leaves.size() + (tables.empty() ? 0 : tables.size() + 2);
    }

    [[nodiscard]] HomeCapability home(Frame frame) const {
        return static_cast<HomeCapability>(frames[frame].home);
    }

    void set_home(Frame frame, HomeCapability home) {
        frames[frame].home = static_cast<unsigned>(home);
    }
};

TEST_F(FramePoolTest, FramesComeSixteenAtATime) {
    auto taken = take_many(1);
    EXPECT_EQ(pool.zeroed_frames(), group_frames - 1);
    auto const calls = kernel.calls;
    for (auto const frame : take_many(group_frames - 1)) {
        EXPECT_EQ(group_number(frame), group_number(taken.front()));
        EXPECT_EQ(std::ranges::count(taken, frame), 0);
        taken.push_back(frame);
    }
    EXPECT_EQ(kernel.calls, calls);
    EXPECT_FALSE(pool.has_stock());
    EXPECT_EQ(pages_in(FrameState::Anonymous), group_frames);
    give_all(taken);
    EXPECT_EQ(pages_in(FrameState::Stock), group_frames);
}

TEST_F(FramePoolTest, AFrameKnowsWhoseItIs) {
    Frame const frame = *pool.take(PageGroup::Clients, FrameState::Buffer, SpaceNumber{9});
    EXPECT_EQ(frames.state(frame), FrameState::Buffer);
    EXPECT_EQ(frames[frame].use.owner, SpaceNumber{9});
    EXPECT_EQ(frames[frame].references, 1);
    EXPECT_EQ(home(frame), HomeCapability::Spare);
    EXPECT_EQ(pool.frame_at(pool.bytes(frame)), frame);
    EXPECT_EQ(pool.frame_of_home(pool.home_slot(frame)), frame);
    EXPECT_TRUE(pool.contains(pool.bytes(frame)));
    EXPECT_FALSE(pool.contains(pool.bytes(Frame{0}) - 1));
    EXPECT_FALSE(pool.contains(pool.bytes(Frame{0}) + records.size() * page_size));
    pool.give(frame);
    EXPECT_EQ(frames.state(frame), FrameState::Stock);
}

TEST_F(FramePoolTest, FramesAreZeroWhoeverHadThemBefore) {
    auto const taken = take_many(group_frames);
    EXPECT_TRUE(std::ranges::all_of(taken, [&](Frame frame) { return is_zero(frame); }));
    std::ranges::for_each(taken, [&](Frame frame) { spoil(frame); });
    give_all(taken);
    EXPECT_TRUE(pool.has_used());
    auto const again = take_many(group_frames);
    EXPECT_EQ(group_number(again.front()), group_number(taken.front()));
    EXPECT_TRUE(std::ranges::all_of(again, [&](Frame frame) { return is_zero(frame); }));
    give_all(again);
}

TEST_F(FramePoolTest, WhoWritesAllOfAFrameDoesNotPayForZeroes) {
    auto const taken = take_many(group_frames);
    spoil(taken[5]);
    pool.give(taken[5]);
    EXPECT_EQ(*take_unzeroed(), taken[5]);
    EXPECT_TRUE(is_spoiled(taken[5]));
    give_all(taken);
}

TEST_F(FramePoolTest, NothingIsZeroedWhileThereAreZeroedFrames) {
    auto const taken = take_many(2);
    spoil(taken[0]);
    pool.give(taken[0]);
    Frame const next = *take();
    EXPECT_NE(next, taken[0]);
    EXPECT_TRUE(is_spoiled(taken[0]));
    pool.give(next);
    pool.give(taken[1]);
}

/// For whoever has no time: nothing is zeroed, made or unmapped.
TEST_F(FramePoolTest, ZeroedFramesComeWithoutACallOrNotAtAll) {
    auto const take_zeroed = [&] {
        return pool.take_zeroed(FrameState::Anonymous, SpaceNumber{7});
    };
    EXPECT_FALSE(take_zeroed());
    EXPECT_EQ(pages_in(FrameState::Stock), 0);
    auto taken = take_many(group_frames - 1);
    spoil(taken[0]);
    pool.give(taken[0]);
    auto const calls = kernel.calls;
    Frame const last = take_zeroed()->frame;
    EXPECT_TRUE(is_zero(last));
    EXPECT_EQ(home(last), HomeCapability::Spare);
    EXPECT_FALSE(take_zeroed()); // though there is one that is used
    EXPECT_EQ(kernel.calls, calls);
    taken[0] = last;
    give_all(taken);
}

TEST_F(FramePoolTest, IdleGroupsComeLast) {
    auto const taken = take_many(3 * group_frames);
    std::vector<Frame> const idle(taken.begin(), taken.begin() + group_frames);
    std::vector<Frame> const also_idle(taken.begin() + group_frames, taken.end() - group_frames);
    Frame const single = taken.back();
    give_all(idle);
    pool.give(single);
    give_all(also_idle);
    EXPECT_EQ(pool.idle_groups(), 2);
    EXPECT_EQ(*take(), single);
    EXPECT_EQ(pool.idle_groups(), 2);
    Frame const next = *take(); // now there are no others
    EXPECT_EQ(pool.idle_groups(), 1);
    Frame const second = *take();
    EXPECT_EQ(group_number(second), group_number(next)); // not one of the group that is still idle
    pool.give(next);
    pool.give(second);
    EXPECT_EQ(pool.idle_groups(), 2);
    give_all({taken.end() - group_frames, taken.end()});
    EXPECT_EQ(pool.idle_groups(), 3);
}

TEST_F(FramePoolTest, AGroupIsABlockAgainWhenAllOfItIsUnused) {
    EXPECT_FALSE(pool.release_block());
    auto const taken = take_many(2 * group_frames);
    give_all({taken.begin() + 1, taken.end()});
    EXPECT_TRUE(pool.release_block());
    EXPECT_FALSE(pool.release_block()); // a frame of the other one is in use
    EXPECT_EQ(pages_in(FrameState::Stock), group_frames - 1);
    EXPECT_EQ(frames[taken.back()].is_pooled, 0);
    pool.give(taken.front());
    EXPECT_TRUE(pool.release_block());
    EXPECT_EQ(frames.bytes(FrameState::Free), frames.total());
    EXPECT_EQ(pool.zeroed_frames(), 0);
}

TEST_F(FramePoolTest, WhatIsZeroedStaysLongest) {
    auto const taken = take_many(2 * group_frames);
    give_all({taken.begin(), taken.begin() + group_frames});
    EXPECT_TRUE(pool.refill(group_frames, false));
    give_all({taken.begin() + group_frames, taken.end()});
    EXPECT_TRUE(pool.release_block());
    EXPECT_EQ(pool.zeroed_frames(), group_frames);
    EXPECT_TRUE(pool.release_block());
    EXPECT_EQ(pool.zeroed_frames(), 0);
}

/// What was zeroed in a group of both sorts is in both lists, and must leave both.
TEST_F(FramePoolTest, AGroupMayBeIdleWithFramesOfBothSorts) {
    auto const taken = take_many(group_frames / 2);
    give_all(taken);
    EXPECT_EQ(pool.idle_groups(), 1);
    EXPECT_EQ(pool.zeroed_frames(), group_frames / 2);
    EXPECT_TRUE(pool.has_used());
    EXPECT_TRUE(pool.release_block());
    EXPECT_FALSE(pool.has_stock() || pool.has_used());
    EXPECT_EQ(pool.zeroed_frames(), 0);
}

TEST_F(FramePoolTest, MemoryForSomethingElseIsMadeOfUnusedFrames) {
    std::vector<Frame> taken;
    while (auto const frame = take()) {
        taken.push_back(*frame);
    }
    EXPECT_GT(taken.size(), records.size() * 95 / 100);
    EXPECT_FALSE(blocks.take(middle_order, FrameState::KernelObject));
    give_all(taken);
    std::vector<Frame> lent;
    while (auto const block = blocks.take(max_order, FrameState::KernelObject)) {
        lent.push_back(*block);
    }
    EXPECT_EQ(lent.size(), untypeds);
    std::ranges::for_each(lent, [&](Frame block) { blocks.give(block); });
}

TEST_F(FramePoolTest, BothKindsLieApart) {
    std::vector<Frame> clients;
    std::vector<Frame> books;
    for (unsigned i = 0; i < group_frames + 2; ++i) {
        clients.push_back(*take(PageGroup::Clients));
        books.push_back(*take(PageGroup::Books));
    }
    for (Frame const frame : clients) {
        EXPECT_EQ(pool.group_of(frame).kind, PageGroup::Clients);
    }
    for (Frame const frame : books) {
        EXPECT_EQ(pool.group_of(frame).kind, PageGroup::Books);
    }
    EXPECT_EQ(pool.zeroed_frames(), group_frames - 2); // of clients' only
    give_all(books);
    EXPECT_FALSE(pool.has_used());
    EXPECT_EQ(pool.idle_groups(), 2);
    give_all(clients);
    EXPECT_TRUE(pool.has_used());
    EXPECT_EQ(pool.idle_groups(), 4);
}

TEST_F(FramePoolTest, AGroupChangesItsKindOnlyByBecomingABlock) {
    give_all(take_many(1, PageGroup::Books));
    EXPECT_TRUE(pool.has_stock(PageGroup::Books));
    EXPECT_FALSE(pool.has_stock(PageGroup::Clients));
    std::vector<Frame> taken;
    while (auto const frame = take(PageGroup::Clients)) {
        taken.push_back(*frame);
    }
    EXPECT_FALSE(pool.has_stock(PageGroup::Books)); // it was needed in the end
    give_all(taken);
}

TEST_F(FramePoolTest, WorkAheadGoesInSteps) {
    EXPECT_FALSE(pool.refill(1, false)); // there is nothing, and nothing may be made
    EXPECT_EQ(pages_in(FrameState::Stock), 0);
    constexpr std::uint64_t wanted = group_frames + 4;
    EXPECT_TRUE(pool.refill(wanted, true));
    EXPECT_EQ(pool.zeroed_frames(), group_frames);
    EXPECT_TRUE(pool.refill(wanted, true));
    EXPECT_EQ(pool.zeroed_frames(), 2 * group_frames);
    EXPECT_FALSE(pool.refill(wanted, true));
    EXPECT_EQ(pool.idle_groups(), 2);
}

TEST_F(FramePoolTest, WorkAheadZeroesWhatIsThereBeforeItMakesMore) {
    auto const taken = take_many(2 * group_frames);
    std::ranges::for_each(taken, [&](Frame frame) { spoil(frame); });
    give_all({taken.begin(), taken.end() - 1});
    auto const calls = kernel.calls;
    EXPECT_TRUE(pool.refill(100, true));
    EXPECT_EQ(pool.zeroed_frames(), group_frames);
    EXPECT_TRUE(pool.refill(100, true));
    EXPECT_EQ(pool.zeroed_frames(), 2 * group_frames - 1);
    EXPECT_FALSE(pool.has_used());
    EXPECT_EQ(kernel.calls, calls);
    EXPECT_TRUE(std::all_of(taken.begin(), taken.end() - 1, [&](Frame f) { return is_zero(f); }));
    EXPECT_TRUE(is_spoiled(taken.back())); // in use
    pool.give(taken.back());
}

TEST_F(FramePoolTest, AnOldMappingIsForgottenWhenAFrameIsZeroed) {
    constexpr UserAddr address{0x40'0000};
    Frame const vspace = make_vspace();
    Slot const space = objects.capability(vspace);
    TableSet tables{objects, space, FrameState::PageTable, SpaceNumber{7}};
    auto const taken = take_many(group_frames);
    Frame const frame = taken[3];

    ASSERT_TRUE(tables.hold(address));
    ASSERT_TRUE(kernel.map_frame(pool.home_slot(frame), space, address, Access::ReadWrite));
    tables.release(address); // nobody can follow the mapping now, but the kernel remembers it
    set_home(frame, HomeCapability::Unclean);
    pool.give(frame);
    EXPECT_EQ(*take_unzeroed(), frame);
    EXPECT_EQ(home(frame), HomeCapability::Unclean); // that was left for later
    pool.give(frame);
    EXPECT_EQ(*take(), frame);
    EXPECT_EQ(home(frame), HomeCapability::Spare);

    constexpr UserAddr elsewhere{0x80'0000};
    ASSERT_TRUE(tables.hold(elsewhere));
    EXPECT_TRUE(kernel.map_frame(pool.home_slot(frame), space, elsewhere, Access::ReadWrite));
    kernel.unmap_frame(pool.home_slot(frame));
    tables.release(elsewhere);
    give_all(taken);
    objects.destroy(vspace);
}

/// Their mappings go with the frames, so this costs no call for each.
TEST_F(FramePoolTest, AGroupWithOldMappingsBecomesABlock) {
    constexpr UserAddr address{0x40'0000};
    Frame const vspace = make_vspace();
    TableSet tables{objects, objects.capability(vspace), FrameState::PageTable, SpaceNumber{7}};
    auto const taken = take_many(group_frames);
    ASSERT_TRUE(tables.hold(address));
    for (std::uint32_t i = 0; i < group_frames; ++i) {
        ASSERT_TRUE(kernel.map_frame(pool.home_slot(taken[i]), objects.capability(vspace),
                                     address + i * page_size, Access::Read));
        set_home(taken[i], HomeCapability::Unclean);
    }
    tables.release(address);
    give_all(taken);
    EXPECT_TRUE(pool.release_block());
    Frame const frame = *take(); // and is made anew
    EXPECT_EQ(home(frame), HomeCapability::Spare);
    pool.give(frame);
    objects.destroy(vspace);
}

TEST_F(FramePoolTest, LeavesAndTablesAreThereForFramesThatAre) {
    std::mt19937 random{2};
    std::vector<Frame> taken = take_many(600);
    EXPECT_EQ(pages_in(FrameState::Pager), expected_own_pages());
    std::ranges::shuffle(taken, random);
    while (!taken.empty()) {
        for (unsigned i = 0; i < 60; ++i) {
            pool.give(taken.back());
            taken.pop_back();
        }
        while (pool.release_block()) {
        }
        EXPECT_EQ(pages_in(FrameState::Pager), expected_own_pages());
    }
    EXPECT_EQ(pages_in(FrameState::Pager), 0);
}

/// The first group needs all there is: blocks, two leaves, three tables of two calls each, sixteen
/// frames at once, and two more calls for each of them.
TEST_F(FramePoolTest, ARefusalAnywhereLeavesNothingBehind) {
    int refusals = 0;
    for (;; ++refusals) {
        kernel.fail_call_in = refusals;
        auto const frame = take();
        if (frame) {
            kernel.fail_call_in = -1;
            EXPECT_TRUE(is_zero(*frame));
            pool.give(*frame);
            break;
        }
        ASSERT_EQ(frame.error(), Error::OutOfMemory);
        ASSERT_EQ(frames.bytes(FrameState::Free), frames.total());
        ASSERT_EQ(expected_own_pages(), 0);
        ASSERT_FALSE(pool.has_stock());
    }
    EXPECT_GE(refusals, 2 + 2 * 3 + 1 + 2 * 16);
}

/// Where its neighbours hold the leaves and tables already, a refusal must not take these away.
TEST_F(FramePoolTest, ARefusalLeavesTheNeighboursAlone) {
    auto const neighbours = take_many(group_frames);
    auto const own_pages = pages_in(FrameState::Pager);
    for (int refused = 0;; ++refused) {
        kernel.fail_call_in = refused;
        if (auto const frame = take()) {
            pool.give(*frame);
            break;
        }
        ASSERT_EQ(pages_in(FrameState::Pager), own_pages);
        ASSERT_EQ(pages_in(FrameState::Anonymous), group_frames);
        spoil(neighbours.front()); // still mapped
    }
    kernel.fail_call_in = -1;
    give_all(neighbours);
}

TEST_F(FramePoolTest, HoldsAgainstAModel) {
    std::mt19937 random{3};
    std::map<Frame, PageGroup> taken;
    for (int i = 0; i < 20'000; ++i) {
        auto const kind = random() % 4 == 0 ? PageGroup::Books : PageGroup::Clients;
        bool const grows = random() % 1000 < (i / 4000 % 2 == 0 ? 600 : 400);
        if (grows) {
            bool const zeroed = random() % 2 == 0;
            auto const frame = zeroed ? take(kind) : take_unzeroed(kind);
            if (frame) {
                ASSERT_TRUE(taken.emplace(*frame, kind).second);
                ASSERT_EQ(pool.group_of(*frame).kind, kind);
                ASSERT_TRUE(!zeroed || is_zero(*frame));
                spoil(*frame);
            }
        } else if (!taken.empty()) {
            auto const it =
                std::next(taken.begin(), static_cast<std::ptrdiff_t>(random() % taken.size()));
            pool.give(it->first);
            taken.erase(it);
        }
        if (random() % 64 == 0) {
            (void)(random() % 2 == 0 ? pool.release_block() : pool.refill(40, true));
        }
        ASSERT_EQ(pages_in(FrameState::Anonymous), taken.size());
    }
    for (auto const& [frame, kind] : taken) {
        EXPECT_TRUE(is_spoiled(frame));
        pool.give(frame);
    }
}

} // namespace

} // namespace pager::test
