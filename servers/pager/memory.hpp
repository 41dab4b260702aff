// SPDX-License-Identifier: BSD-2-Clause
//
// Memory: what the spaces share. Kernel objects of one page, the zero page, the boot archive, and
// the room in reserve that lets an operation finish once it has begun.
#pragma once

#include <pager/block_allocator.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace pager {

/// The boot archive: its bytes, as the pager sees them, and its frames.
struct BootArchive {
    std::span<std::byte const> bytes;
    Slot first_frame{no_slot};

    /// The frame that holds the archive's bytes from `offset` on, a multiple of the page size.
    [[nodiscard]] Slot frame_at(std::uint64_t offset) const {
        return first_frame + static_cast<std::uint32_t>(offset / page_size);
    }
};

/// Where the pager's own books come from. Pages are taken while there is time, and used when there
/// is none.
class PageReserve {
public:
    /// Have `wanted` pages in reserve, or as many as there is memory for; says how many.
    virtual std::size_t refill(std::size_t wanted) = 0;

    /// Give back what is above `limit`.
    virtual void trim(std::size_t limit) = 0;

protected:
    ~PageReserve() = default; // never owned through this interface
};

class Memory {
public:
    Memory(KernelPort& port, FrameTable& frames, SlotAllocator& slots, BlockAllocator& blocks,
           BootArchive archive)
        : port{port}, frames{frames}, slots{slots}, blocks{blocks}, archive{archive} {}

    Memory(Memory const&) = delete;
    Memory& operator=(Memory const&) = delete;

    /// Makes the zero page. Once, before anything else.
    [[nodiscard]] Result<> start(PageReserve* reserve);

    /// An object of one page. What it is made of is filled with zeroes by the kernel.
    [[nodiscard]] Result<Frame> make(api::ObjectType type, FrameState state, SpaceNumber owner);

    /// The end of an object, and of all capabilities to it.
    void destroy(Frame object);

    /// One more capability to a frame, with the right to read.
    [[nodiscard]] Result<Slot> copy_readable(Slot frame);
    void drop_copy(Slot copy);

    [[nodiscard]] Slot capability(Frame object) const { return frames[object].use.object; }
    [[nodiscard]] Slot zero_page() const { return capability(zero_page_); }

    /// An ASID for a new VSpace.
    [[nodiscard]] Result<> assign_asid(Slot vspace);

    /// Before an operation that takes anything: whether the books and the CSpace have room for all
    /// it may need, and whether `leave` bytes of memory, and the slots they need, are free. An
    /// operation that only gives needs no room.
    [[nodiscard]] Result<> reserve(std::uint64_t leave = 0);

    /// After one: give back what the books do not need any more.
    void trim();

    KernelPort& port;
    FrameTable& frames;
    SlotAllocator& slots;
    BlockAllocator& blocks;
    BootArchive const archive;

    std::uint64_t zero_mapped{0}; // pages, in all spaces
    std::uint64_t file_mapped{0};

    /// Capabilities of its own making that no frame and no page accounts for.
    [[nodiscard]] std::size_t asid_pools_made() const { return asid_pools_.size(); }

private:
    [[nodiscard]] Result<> add_leaf();
    [[nodiscard]] Result<Slot> add_asid_pool();

    PageReserve* pages_{nullptr};
    Frame zero_page_{no_frame};
    std::vector<Slot> asid_pools_; // besides the one init gave
};

} // namespace pager
