// SPDX-License-Identifier: BSD-2-Clause
//
// A frame pool and what it stands on, without the rest of the pager, over the fake kernel. A test
// gives back all it takes: when it ends, the RAM is in blocks of 2 MiB again.
#pragma once

#include "fake_kernel.hpp"
#include "host_window.hpp"
#include <pager/frame_pool.hpp>

#include <gtest/gtest.h>

namespace pager::test {

class FramePoolFixture : public testing::Test {
protected:
    static constexpr std::uint32_t slot_leaves = 32;
    static constexpr std::uintptr_t host_address = 0x2100'0000'0000;

    /// RAM in untypeds of 2 MiB; the pool's window begins at `window_start`, a multiple of that.
    explicit FramePoolFixture(std::uint32_t untypeds = 4,
                              std::uintptr_t window_start = host_address);
    ~FramePoolFixture() override;

    [[nodiscard]] Result<Frame> take(PageGroup kind = PageGroup::Clients) {
        return pool.take(kind, FrameState::Anonymous, SpaceNumber{7});
    }

    [[nodiscard]] Result<Frame> take_unzeroed(PageGroup kind = PageGroup::Clients) {
        return pool.take_unzeroed(kind, FrameState::Anonymous, SpaceNumber{7});
    }

    /// Frames that are there for sure.
    [[nodiscard]] std::vector<Frame> take_many(std::size_t count,
                                               PageGroup kind = PageGroup::Clients);
    void give_all(std::vector<Frame> const& taken);

    /// As a client leaves it behind.
    void spoil(Frame frame);
    [[nodiscard]] bool is_zero(Frame frame) const;
    [[nodiscard]] bool is_spoiled(Frame frame) const;

    /// A client's space with nothing in it. Its end is objects.destroy().
    [[nodiscard]] Frame make_vspace();

    [[nodiscard]] std::uint64_t pages_in(FrameState state) const {
        return frames.bytes(state) / page_size;
    }

    [[nodiscard]] static std::uint32_t group_number(Frame frame) {
        return index(frame) / group_frames;
    }

    std::vector<FrameRecord> records;
    std::vector<SlotLeaf> slot_records;
    std::vector<FrameGroup> frame_groups;
    std::vector<FrameLeaves> frame_leaves;
    FakeKernel kernel{slot_leaves};
    FrameTable frames{records, Frame{0}};
    SlotAllocator slots{slot_records};
    BlockAllocator blocks{kernel, frames, slots};
    Objects objects{kernel, frames, slots, blocks};
    HostWindow window;
    FramePool pool{frames, blocks, objects};
    std::uint32_t untypeds;
};

} // namespace pager::test
