// SPDX-License-Identifier: BSD-2-Clause
//
// The fixture: RAM, a pool over it, and what must be left of it.

#include "frame_pool_fixture.hpp"

#include <algorithm>
#include <cstring>

namespace pager::test {

namespace {

constexpr std::uint32_t frames_each = 1u << max_order; // of an untyped
constexpr std::byte rubbish{0x5a};

bool is_filled(std::byte const* bytes, std::byte with) {
    return std::all_of(bytes, bytes + page_size, [=](std::byte byte) { return byte == with; });
}

} // namespace

FramePoolFixture::FramePoolFixture(std::uint32_t untypeds, std::uintptr_t window_start)
    : records(std::size_t{untypeds} * frames_each), slot_records(slot_leaves),
      frame_groups(PoolBooks::group_count(records.size())),
      frame_leaves(PoolBooks::leaf_count(records.size())),
      window{window_start, records.size() * page_size + base::bit(api::large_page_bits)},
      untypeds{untypeds} {
    constexpr std::uint32_t first_untyped = 16;
    kernel.place_vspace(Slot{startup::slot::vspace}, FakeKernel::own_vspace);
    kernel.place_asid_pool(Slot{startup::slot::asid_pool}, 3);
    slots.add_leaf(no_frame, first_untyped + untypeds);
    for (std::uint32_t leaf = 1; leaf < slot_leaves; ++leaf) {
        slots.add_leaf(no_frame);
    }
    for (std::uint32_t i = 0; i < untypeds; ++i) {
        kernel.place_untyped(Slot{first_untyped + i}, 0x4000'0000 + i * base::bit(32),
                             api::large_page_bits);
        blocks.add_untyped(Slot{first_untyped + i}, Frame{i * frames_each}, max_order);
    }
    pool.start({.start = window.start(),
                .first_leaf = slot_leaves,
                .leaf_count = static_cast<std::uint32_t>(frame_leaves.size())},
               {.groups = frame_groups, .leaves = frame_leaves});
}

FramePoolFixture::~FramePoolFixture() {
    kernel.fail_call_in = -1;
    for (std::uint32_t i = 0; i < untypeds; ++i) {
        EXPECT_TRUE(blocks.take(max_order, FrameState::Pager)) << "something was not given back";
    }
    EXPECT_EQ(slots.used(), 16 + untypeds) << "a capability was not given back";
    EXPECT_FALSE(pool.has_stock() || pool.has_stock(PageGroup::Books));
    EXPECT_EQ(pool.idle_groups(), 0);
    EXPECT_EQ(pool.zeroed_frames(), 0);
    for (auto const& text : kernel.violations) {
        ADD_FAILURE() << text;
    }
}

std::vector<Frame> FramePoolFixture::take_many(std::size_t count, PageGroup kind) {
    std::vector<Frame> taken;
    for (std::size_t i = 0; i < count; ++i) {
        auto const frame = take(kind);
        EXPECT_TRUE(frame);
        taken.push_back(frame.value_or(no_frame));
    }
    return taken;
}

void FramePoolFixture::give_all(std::vector<Frame> const& taken) {
    for (Frame const frame : taken) {
        pool.give(frame);
    }
}

void FramePoolFixture::spoil(Frame frame) {
    std::fill_n(pool.bytes(frame), page_size, rubbish);
}

bool FramePoolFixture::is_zero(Frame frame) const {
    return is_filled(pool.bytes(frame), std::byte{0});
}

bool FramePoolFixture::is_spoiled(Frame frame) const {
    return is_filled(pool.bytes(frame), rubbish);
}

Frame FramePoolFixture::make_vspace() {
    auto const vspace =
        objects.make(api::ObjectType::VSpace, FrameState::KernelObject, SpaceNumber{7});
    EXPECT_TRUE(vspace &&
                kernel.assign_asid(Slot{startup::slot::asid_pool}, objects.capability(*vspace)));
    return vspace.value_or(no_frame);
}

} // namespace pager::test
