// SPDX-License-Identifier: BSD-2-Clause
//
// FrameTable: one record for each 4 KiB of RAM, and how much memory is in which state.
// Untypeds are laid out in it largest first, so each begins at a multiple of its own size and
// block arithmetic works on indices; physical addresses play no part.
#pragma once

#include <pager/types.hpp>

#include <array>
#include <span>

namespace pager {

/// Every frame is in exactly one of these.
enum class FrameState : std::uint8_t {
    Free = 0, // fresh memory reads as zero, so an untouched record says Free
    Stock,    // a frame nobody uses: FramePool knows whether it is zeroed
    Anonymous,
    SharedZero,
    Shared,
    Buffer,
    PageTable,
    KernelObject,
    Pager,
};

inline constexpr std::size_t frame_state_count = 9;

/// Single pages that the pager keeps for its books lie apart from those of clients, which come and
/// go: one page that stays would keep 64 KiB, and the capabilities to them, from being put
/// together.
enum class PageGroup : std::uint16_t { Clients, Books };

/// What the second capability to a pooled frame is good for; see FramePool.
enum class HomeCapability : std::uint8_t {
    Spare,  // maps nothing
    InUse,  // maps a page of a client
    Unclean // nobody's; the kernel still remembers where it mapped the frame last
};

/// Facts about a frame. Those about a block (a run of 2^order frames) are in its first frame. A
/// block that is split keeps its facts in its middle frame instead: no two blocks share a middle,
/// so every block of the buddy tree has a place, and the first frame is free for the first piece.
struct FrameRecord {
    struct FreeLinks {
        std::uint32_t next;
        std::uint32_t previous;
    };

    struct Use {
        Slot object;       // capability to what was made of the block; no_slot: nothing
        SpaceNumber owner; // no_space: the pager itself, or nobody yet
    };

    Slot untyped;
    union {
        FreeLinks links; // while Free
        Use use;         // otherwise
    };
    std::uint32_t references;      // entries of page arrays that name this frame
    std::uint64_t page : 40;       // where the owner sees it: number of the virtual page
    std::uint64_t state : 4;       // a FrameState
    std::uint64_t home : 2;        // a HomeCapability
    std::uint64_t is_pooled : 1;   // one of sixteen frames made at once; they are FramePool's
    std::uint64_t order : 5;       // of the block that begins here
    std::uint64_t split_order : 5; // of the pieces of the split block whose middle this is
    Slot split_untyped;            // its capability; no_slot: that block is not split
    std::uint16_t split_free;      // how many of its pieces are free
    PageGroup group;               // which single pages this one lies among
};

static_assert(sizeof(FrameRecord) == 32);

class FrameTable {
public:
    /// Records of frames [first, first + records.size()).
    FrameTable(std::span<FrameRecord> records, Frame first)
        : records_{records}, first_{index(first)} {}

    FrameTable(FrameTable const&) = delete;
    FrameTable& operator=(FrameTable const&) = delete;

    [[nodiscard]] FrameRecord& operator[](Frame frame) { return records_[index(frame) - first_]; }

    [[nodiscard]] FrameRecord const& operator[](Frame frame) const {
        return records_[index(frame) - first_];
    }

    [[nodiscard]] bool contains(std::uint64_t index) const {
        return index >= first_ && index - first_ < records_.size();
    }

    [[nodiscard]] std::span<FrameRecord> records() const { return records_; }
    [[nodiscard]] std::uint32_t first() const { return first_; }

    /// Continue in bigger, zeroed memory that covers all frames; what is known moves along.
    void move_to(std::span<FrameRecord> records);

    [[nodiscard]] FrameState state(Frame frame) const {
        return static_cast<FrameState>((*this)[frame].state);
    }

    /// The one place where a block changes its state, so that the sums stay right.
    void set_state(Frame frame, FrameState state);

    /// Memory that joins as Free.
    void add(std::uint64_t bytes) { bytes_[0] += bytes; }

    [[nodiscard]] std::uint64_t bytes(FrameState state) const {
        return bytes_[static_cast<std::size_t>(state)];
    }

    /// What nobody uses, in whatever form.
    [[nodiscard]] std::uint64_t unused() const {
        return bytes(FrameState::Free) + bytes(FrameState::Stock);
    }

    [[nodiscard]] std::uint64_t total() const;

    /// The record that holds what is known about the block while it is split; order above 0.
    [[nodiscard]] FrameRecord& split_record(Frame block, unsigned order) {
        return (*this)[block + static_cast<std::uint32_t>(base::bit(order - 1))];
    }

private:
    std::span<FrameRecord> records_;
    std::uint32_t first_;
    std::array<std::uint64_t, frame_state_count> bytes_{};
};

} // namespace pager
