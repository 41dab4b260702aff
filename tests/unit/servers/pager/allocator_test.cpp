// SPDX-License-Identifier: BSD-2-Clause
//
// Slots and blocks under random use.

#include "fake_kernel.hpp"
#include <pager/block_allocator.hpp>

#include <gtest/gtest.h>
#include <map>
#include <random>
#include <set>

namespace pager::test {

namespace {

std::uint32_t raw(Slot slot) {
    return static_cast<std::uint32_t>(slot);
}

class SlotAllocatorTest : public testing::Test {
protected:
    std::vector<SlotLeaf> records = std::vector<SlotLeaf>(8);
    SlotAllocator slots{records};
};

TEST_F(SlotAllocatorTest, HandsOutEverySlotOnce) {
    slots.add_leaf(no_frame, 20);
    std::set<std::uint32_t> taken;
    while (auto const slot = slots.take()) {
        EXPECT_TRUE(taken.insert(raw(*slot)).second);
    }
    EXPECT_EQ(taken.size(), leaf_slots - 20);
    EXPECT_EQ(*taken.begin(), 20);
    EXPECT_EQ(slots.used(), leaf_slots);
    EXPECT_EQ(slots.take_group().error(), Error::OutOfMemory);
}

TEST_F(SlotAllocatorTest, SingleSlotsLeaveWholeGroupsAlone) {
    slots.add_leaf(no_frame);
    std::uint32_t const before = slots.free_groups();
    std::array<Slot, group_slots> taken{};
    for (Slot& slot : taken) {
        slot = *slots.take();
    }
    EXPECT_EQ(slots.free_groups(), before - 1);
    slots.give(taken[3]);
    EXPECT_EQ(*slots.take(), taken[3]);
    for (Slot const slot : taken) {
        slots.give(slot);
    }
    EXPECT_EQ(slots.free_groups(), before);
}

TEST_F(SlotAllocatorTest, AGroupIsSixteenSlotsInARow) {
    slots.add_leaf(no_frame);
    Slot const first = *slots.take_group();
    EXPECT_EQ(raw(first) % group_slots, 0);
    for (std::uint32_t i = 0; i < group_slots; ++i) {
        slots.give(first + i);
    }
    EXPECT_EQ(slots.used(), 0);
}

TEST_F(SlotAllocatorTest, LeavesComeAndGoUpToTheSizeOfTheRoot) {
    slots.add_leaf(no_frame);
    for (std::uint32_t leaf = 1; leaf < 8; ++leaf) {
        EXPECT_EQ(slots.next_leaf(), leaf);
        slots.add_leaf(Frame{leaf});
    }
    EXPECT_EQ(slots.next_leaf(), std::nullopt);
    EXPECT_EQ(slots.empty_leaves(), 7); // not the one that others made
    std::set<std::uint32_t> removed;
    while (auto const frame = slots.remove_empty_leaf()) {
        removed.insert(index(*frame));
    }
    EXPECT_EQ(removed.size(), 7);
    std::set<std::uint32_t> numbers;
    for (int i = 0; i < 7; ++i) {
        numbers.insert(slots.next_leaf().value_or(0));
        slots.add_leaf(Frame{9});
    }
    EXPECT_EQ(numbers, removed); // the numbers are used again
    EXPECT_EQ(slots.next_leaf(), std::nullopt);
}

TEST_F(SlotAllocatorTest, BooksThatBeginAtALaterLeafMoveIntoBiggerOnes) {
    std::vector<SlotLeaf> few(2);
    SlotAllocator slots{few, 3};
    slots.add_leaf(no_frame, 100);
    Slot const before = *slots.take();
    EXPECT_EQ(raw(before), 3 * leaf_slots + 100);
    slots.move_to(records);
    EXPECT_EQ(raw(*slots.take()), 3 * leaf_slots + 101);
    slots.give(before);
    EXPECT_EQ(*slots.take(), before);
    EXPECT_EQ(slots.next_leaf(), 4);
}

TEST_F(SlotAllocatorTest, WhatIsWholeStaysWholeForAsLongAsThereIsAnythingElse) {
    slots.add_leaf(no_frame, 3); // begins with a partial group, as does the second
    slots.add_leaf(Frame{1}, leaf_slots - 2);
    slots.add_leaf(Frame{2});
    EXPECT_EQ(slots.free_groups(), 2 * leaf_groups - 1);
    EXPECT_EQ(raw(*slots.take()), 2 * leaf_slots - 2); // all that this leaf is good for
    EXPECT_EQ(raw(*slots.take()), 2 * leaf_slots - 1);
    EXPECT_EQ(raw(*slots.take()), 3);
    EXPECT_EQ(raw(*slots.take_group()), group_slots); // not one of the empty leaf
    EXPECT_EQ(slots.empty_leaves(), 1);
    EXPECT_EQ(slots.free_groups(), 2 * leaf_groups - 2);
}

/// Against a set of the free ones: where slots come from, how many there are, which leaves go.
TEST_F(SlotAllocatorTest, HoldsAgainstAModel) {
    std::mt19937 random{11};
    std::vector<std::pair<std::uint32_t, std::uint32_t>> taken; // first slot, how many
    std::set<std::uint32_t> free;
    std::uint32_t leaves = 0;
    auto const in_group = [&](std::uint32_t slot) {
        auto const first = free.lower_bound(slot / group_slots * group_slots);
        auto const last = free.lower_bound((slot / group_slots + 1) * group_slots);
        return std::distance(first, last);
    };
    auto const whole_groups = [&] {
        std::uint32_t count = 0;
        for (std::uint32_t at = 0; at < 8 * leaf_slots; at += group_slots) {
            count += in_group(at) == group_slots ? 1 : 0;
        }
        return count;
    };
    auto const take = [&](std::uint32_t count) {
        bool const is_single = count == 1;
        auto const slot = is_single ? slots.take() : slots.take_group();
        std::uint32_t const whole = whole_groups();
        if (!slot) {
            ASSERT_TRUE(is_single ? free.empty() : whole == 0);
            return;
        }
        bool const breaks = is_single && in_group(raw(*slot)) == group_slots;
        ASSERT_TRUE(!breaks || free.size() == whole * group_slots); // there was no partial one
        for (std::uint32_t i = 0; i < count; ++i) {
            ASSERT_EQ(free.erase(raw(*slot) + i), 1);
        }
        taken.emplace_back(raw(*slot), count);
    };
    for (int step = 0; step < 20'000; ++step) {
        bool const grows = random() % 100 < (step / 2000 % 2 == 0 ? 60 : 40);
        if (random() % 100 == 0) {
            if (auto const leaf = slots.next_leaf(); leaf && random() % 2 == 0) {
                slots.add_leaf(Frame{*leaf});
                ++leaves;
                for (std::uint32_t i = 0; i < leaf_slots; ++i) {
                    free.insert(*leaf * leaf_slots + i);
                }
            } else if (auto const frame = slots.remove_empty_leaf()) {
                --leaves;
                for (std::uint32_t i = 0; i < leaf_slots; ++i) {
                    ASSERT_EQ(free.erase(index(*frame) * leaf_slots + i), 1);
                }
            }
        } else if (grows) {
            take(random() % 4 == 0 ? group_slots : 1);
        } else if (!taken.empty()) {
            std::swap(taken[random() % taken.size()], taken.back());
            for (std::uint32_t i = 0; i < taken.back().second; ++i) {
                slots.give(Slot{taken.back().first + i});
                free.insert(taken.back().first + i);
            }
            taken.pop_back();
        }
        ASSERT_EQ(slots.used(), leaves * leaf_slots - free.size());
        ASSERT_EQ(slots.free_groups(), whole_groups());
    }
}

class BlockAllocatorTest : public testing::Test {
protected:
    BlockAllocatorTest() {
        slots.add_leaf(no_frame, 16);
        for (int i = 1; i < 16; ++i) {
            slots.add_leaf(no_frame);
        }
    }

    ~BlockAllocatorTest() override {
        for (auto const& text : kernel.violations) {
            ADD_FAILURE() << text;
        }
    }

    void add(std::uint32_t slot, unsigned size_bits) {
        kernel.place_untyped(Slot{slot}, next_base, size_bits);
        blocks.add_untyped(Slot{slot}, Frame{next_frame}, size_bits - api::page_bits);
        next_base += std::uint64_t{1} << 32;
        next_frame += 1u << (size_bits - api::page_bits);
    }

    [[nodiscard]] std::uint64_t free_bytes() const { return frames.bytes(FrameState::Free); }

    std::vector<FrameRecord> records = std::vector<FrameRecord>(4096);
    std::vector<SlotLeaf> slot_records = std::vector<SlotLeaf>(16);
    FakeKernel kernel{16};
    FrameTable frames{records, Frame{0}};
    SlotAllocator slots{slot_records};
    BlockAllocator blocks{kernel, frames, slots};
    std::uint64_t next_base{std::uint64_t{1} << 32};
    std::uint32_t next_frame{0};
};

TEST_F(BlockAllocatorTest, BlocksAreAlignedToTheirSize) {
    add(1, 23);
    for (unsigned order = 0; order <= max_order; ++order) {
        auto const block = blocks.take(order, FrameState::Pager);
        ASSERT_TRUE(block);
        EXPECT_EQ(index(*block) % (1u << order), 0);
    }
    EXPECT_EQ(blocks.take(max_order + 1, FrameState::Pager).error(), Error::InvalidSize);
}

TEST_F(BlockAllocatorTest, EveryByteCanBeTakenInEverySize) {
    add(1, 22);
    add(2, 21);
    add(3, 18);
    add(4, 13);
    add(5, 12);
    std::uint64_t const total = frames.total();
    for (unsigned order = 0; order <= max_order; ++order) {
        std::uint64_t const size = base::bit(order) * page_size;
        std::vector<Frame> taken;
        while (auto const block = blocks.take(order, FrameState::Anonymous)) {
            taken.push_back(*block);
        }
        std::uint64_t expected = 0;
        for (unsigned const bits : {22u, 21u, 18u, 13u, 12u}) {
            expected += base::bit(bits) / size * size;
        }
        EXPECT_EQ(taken.size() * size, expected) << "order " << order;
        EXPECT_EQ(frames.total(), total);
        for (Frame const block : taken) {
            blocks.give(block);
        }
        EXPECT_EQ(free_bytes(), total);
    }
}

TEST_F(BlockAllocatorTest, OnePageInTheMiddleKeepsItsBlockApartAndNoOther) {
    add(1, 22);
    std::vector<Frame> pages;
    while (auto const page = blocks.take(0, FrameState::Anonymous)) {
        pages.push_back(*page);
    }
    Frame const kept = pages[100];
    for (Frame const page : pages) {
        if (page != kept) {
            blocks.give(page);
        }
    }
    EXPECT_TRUE(blocks.take(max_order, FrameState::Pager));
    EXPECT_FALSE(blocks.take(max_order, FrameState::Pager));
    EXPECT_TRUE(blocks.take(max_order - 1, FrameState::Pager));
}

TEST_F(BlockAllocatorTest, TakingAndGivingOnePageDoesNotMergeEachTime) {
    add(1, 22);
    blocks.give(*blocks.take(0, FrameState::Pager));
    auto const before = kernel.calls;
    for (int i = 0; i < 100; ++i) {
        blocks.give(*blocks.take(0, FrameState::Pager));
    }
    EXPECT_EQ(kernel.calls - before, 100); // the revocations
}

TEST_F(BlockAllocatorTest, IdleBlocksAreCounted) {
    add(1, 21);
    std::vector<Frame> pages;
    while (auto const page = blocks.take(0, FrameState::Anonymous)) {
        pages.push_back(*page);
    }
    EXPECT_EQ(blocks.idle_blocks(), 0); // so the refusals to come need not look for any
    for (unsigned i = 0; i < 32; ++i) {
        blocks.give(pages[i]);
        EXPECT_EQ(blocks.idle_blocks(), i < 15 ? 0 : 1); // the second is put together at once
        EXPECT_EQ(blocks.count_idle_blocks(), blocks.idle_blocks());
    }
    EXPECT_TRUE(blocks.take(5, FrameState::Anonymous));
    EXPECT_EQ(blocks.idle_blocks(), 0);
}

TEST_F(BlockAllocatorTest, AFailedSplitChangesNothing) {
    add(1, 21);
    std::uint64_t const used = slots.used();
    for (int fail_at = 0; fail_at < 3; ++fail_at) {
        kernel.fail_retype_in = fail_at;
        EXPECT_EQ(blocks.take(3, FrameState::Pager).error(), Error::OutOfMemory);
        kernel.fail_retype_in = -1;
        blocks.give(*blocks.take(max_order, FrameState::Pager)); // all in one piece
        EXPECT_EQ(slots.used(), used);
    }
}

TEST_F(BlockAllocatorTest, RandomUseKeepsTheSums) {
    add(1, 23);
    add(2, 20);
    add(3, 14);
    std::mt19937 random{3};
    std::map<std::uint32_t, unsigned> taken;
    std::uint64_t sum = 0;
    for (int step = 0; step < 20'000; ++step) {
        if (random() % 100 < 52) {
            auto const order = static_cast<unsigned>(random() % 8 == 0 ? random() % 10 : 0);
            auto const block = blocks.take(order, FrameState::Anonymous);
            if (!block) {
                continue;
            }
            for (auto const& [first, other] : taken) { // no overlap
                ASSERT_TRUE(first + (1u << other) <= index(*block) ||
                            index(*block) + (1u << order) <= first);
            }
            taken[index(*block)] = order;
            sum += base::bit(order) * page_size;
        } else if (!taken.empty()) {
            auto const it =
                std::next(taken.begin(), static_cast<std::ptrdiff_t>(random() % taken.size()));
            blocks.give(Frame{it->first});
            sum -= base::bit(it->second) * page_size;
            taken.erase(it);
        }
        ASSERT_EQ(frames.bytes(FrameState::Anonymous), sum);
        ASSERT_EQ(free_bytes() + sum, frames.total());
    }
}

} // namespace

} // namespace pager::test
