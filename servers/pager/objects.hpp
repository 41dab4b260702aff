// SPDX-License-Identifier: BSD-2-Clause
//
// Objects: kernel objects of one page, each made of an untyped of its own: page tables, VSpaces,
// ASID pools; and frames that must lie next to each other. Others come from the FramePool.
#pragma once

#include <pager/block_allocator.hpp>

namespace pager {

class Objects {
public:
    Objects(KernelPort& port, FrameTable& frames, SlotAllocator& slots, BlockAllocator& blocks)
        : port_{port}, frames_{frames}, slots_{slots}, blocks_{blocks} {}

    Objects(Objects const&) = delete;
    Objects& operator=(Objects const&) = delete;

    [[nodiscard]] Result<Frame> make(api::ObjectType type, FrameState state, SpaceNumber owner);

    /// The end of an object, and of all capabilities to it.
    void destroy(Frame object);

    /// Frames next to each other: 2^order of them, each with a capability of its own.
    [[nodiscard]] Result<Frame> make_frames(unsigned order, SpaceNumber owner);
    void destroy_frames(Frame first);

    [[nodiscard]] Slot capability(Frame object) const { return frames_[object].use.object; }

    [[nodiscard]] KernelPort& port() const { return port_; }

private:
    [[nodiscard]] Result<> fill(Frame first, std::uint32_t count, SpaceNumber owner);

    KernelPort& port_;
    FrameTable& frames_;
    SlotAllocator& slots_;
    BlockAllocator& blocks_;
};

} // namespace pager
