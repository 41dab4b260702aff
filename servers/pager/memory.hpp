// SPDX-License-Identifier: BSD-2-Clause
//
// Memory: what the spaces share. Frames and kernel objects, the page of zeroes, the boot archive,
// and the room in reserve that lets an operation finish once it has begun.
#pragma once

#include <pager/file_pages.hpp>
#include <pager/objects.hpp>
#include <pager/shared_memory.hpp>
#include <pager/zero_copies.hpp>

#include <cstddef>
#include <vector>

namespace pager {

/// Where the pager's own books come from. Pages are taken while there is time, and used when there
/// is none.
class PageReserve : public PageSource {
public:
    /// How many pages can be taken at once.
    [[nodiscard]] virtual std::size_t spare() const = 0;

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
           BootArchive archive, PageReserve& reserve);

    Memory(Memory const&) = delete;
    Memory& operator=(Memory const&) = delete;

    /// Makes the zero page. Once, before anything else, but after the start of `files` and `pool`.
    [[nodiscard]] Result<> start();

    /// A capability that maps a pooled frame into a space: its home capability, or a copy if that
    /// is in use.
    [[nodiscard]] Result<Slot> take_capability(Frame frame);

    /// It is not needed any more. `is_unclean`: the kernel remembers where it was mapped, but
    /// nobody can reach the frame there.
    void give_capability(Frame frame, Slot slot, bool is_unclean);

    /// The same where the frame is known by the capability only.
    void give_capability(Slot slot, bool is_unclean);

    void erase_copy(Slot copy);

    /// An ASID for a new VSpace.
    [[nodiscard]] Result<> assign_asid(Slot vspace);

    /// Whether so much memory can become objects or frames, and has the slots it needs.
    [[nodiscard]] bool has_free(std::uint64_t bytes) const {
        return free_for_objects() >= bytes &&
               slots.free() >= bytes / page_size * startup::slots_per_frame;
    }

    /// Before an operation that takes anything: whether the books and the CSpace have room for all
    /// it may need, and whether `leave` bytes are free besides. An operation that only gives needs
    /// no room.
    [[nodiscard]] Result<> reserve(std::uint64_t leave = 0);

    /// The same for who has seen that enough is free.
    [[nodiscard]] Result<> reserve_books();

    /// The same for the slots of so many frames in one block.
    [[nodiscard]] Result<> reserve_slots(std::uint64_t count);

    /// After one: give back what the books do not need any more.
    void trim();

    /// When there is nothing else to do: one step of what would have to be done later. False: there
    /// is nothing.
    [[nodiscard]] bool work_ahead();

    /// Whether that is worth waking somebody for.
    [[nodiscard]] bool is_short_of_stock() const;

    /// How many zeroed frames of clients' to have in stock.
    [[nodiscard]] std::uint64_t stock_wanted() const;

    KernelPort& port;
    FrameTable& frames;
    SlotAllocator& slots;
    BlockAllocator& blocks;
    BootArchive const archive;
    FilePages files; // of the archive
    Objects objects;
    FramePool pool;
    HalfPages halves;
    PageArrays arrays;
    ZeroCopies zeroes;

    // To be given a key, and switched on, before a space is made.
    base::Random random;
    bool randomises_layout{false};

    SharedMemories shared;

    std::uint64_t zero_mapped{0}; // pages, in all spaces
    std::uint64_t file_mapped{0};
    std::uint64_t copies_mapped{0}; // of capabilities to pooled frames

    /// What can become kernel objects or new frames: blocks, and unused frames that make some.
    [[nodiscard]] std::uint64_t free_for_objects() const {
        return frames.bytes(FrameState::Free) + pool.idle_groups() * group_frames * page_size;
    }

    /// Capabilities of its own making that no frame and no page accounts for.
    [[nodiscard]] std::size_t asid_pools_made() const { return asid_pools_.size(); }

private:
    [[nodiscard]] std::uint64_t zero_copies_wanted() const;
    [[nodiscard]] bool may_make_stock() const;
    [[nodiscard]] Result<> refill_reserve();
    [[nodiscard]] Result<> add_leaf();
    [[nodiscard]] Result<Slot> add_asid_pool();

    PageReserve& pages_;
    std::vector<Slot> asid_pools_; // besides the one init gave
};

} // namespace pager
