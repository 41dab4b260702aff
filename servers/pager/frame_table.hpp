// SPDX-License-Identifier: BSD-2-Clause
//
// FrameTable: one record for each 4 KiB of RAM, and how much memory is in which state.
// Untypeds are laid out in it largest first, so each begins at a multiple of its own size and
// block arithmetic works on indices; physical addresses play no part.
#pragma once

#include <pager/types.hpp>

#include <array>
#include <bit>
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

struct PageFamily; // see page_array.hpp

/// A pointer that lies at any word of 32 bits: so a FrameRecord needs no padding.
class FamilyReference {
public:
    FamilyReference() = default;
    explicit FamilyReference(PageFamily* family)
        : words_{std::bit_cast<std::array<std::uint32_t, 2>>(family)} {}

    [[nodiscard]] PageFamily* get() const { return std::bit_cast<PageFamily*>(words_); }

private:
    std::array<std::uint32_t, 2> words_;
};

/// Facts about a frame. Those about a block (a run of 2^order frames) are in its first frame. A
/// block that is split keeps its facts in its middle frame instead: no two blocks share a middle,
/// so every block of the buddy tree has a place, and the first frame is free for the first piece.
/// A block that became sixteen pooled frames is split, too, into pieces that are never free.
struct FrameRecord {
    struct FreeLinks {
        std::uint32_t next;
        std::uint32_t previous;
    };

    struct Use {
        Slot object;       // capability to what was made of the block; no_slot: nothing
        SpaceNumber owner; // no_space: the pager itself, or nobody yet
    };

    union {
        FreeLinks links;        // while Free
        Use use;                // otherwise, but ...
        FamilyReference family; // ... in a page array: leads to all who have it
    };
    union {
        Slot untyped;             // of a block
        std::uint32_t references; // of a pooled frame: entries of page arrays that name it
    };
    Slot split_untyped;            // of the block whose middle this is; no_slot: it is not split
    std::uint32_t state : 4;       // a FrameState
    std::uint32_t home : 2;        // a HomeCapability
    std::uint32_t is_pooled : 1;   // one of sixteen frames made at once; they are FramePool's
    std::uint32_t group : 1;       // a PageGroup: which single pages this one lies among
    std::uint32_t entry : 9;       // of the page arrays that name the frame
    std::uint32_t order : 4;       // of the block that begins here
    std::uint32_t split_order : 4; // of the pieces of the split block
    std::uint32_t split_free : 5;  // how many of them are free
};

static_assert(sizeof(FrameRecord) == 20);

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
    void set_state(FrameRecord& record, FrameState state) {
        std::uint64_t const size = base::bit(record.order) * page_size;
        bytes_[record.state] -= size;
        record.state = static_cast<unsigned>(state);
        bytes_[record.state] += size;
    }
    void set_state(Frame frame, FrameState state) { set_state((*this)[frame], state); }

    /// Memory that joins as Free.
    void add(std::uint64_t bytes) {
        bytes_[0] += bytes;
        total_ += bytes;
    }

    [[nodiscard]] std::uint64_t bytes(FrameState state) const {
        return bytes_[static_cast<std::size_t>(state)];
    }

    /// What nobody uses, in whatever form.
    [[nodiscard]] std::uint64_t unused() const {
        return bytes(FrameState::Free) + bytes(FrameState::Stock);
    }

    [[nodiscard]] std::uint64_t total() const { return total_; }

    /// The record that holds what is known about the block while it is split; order above 0.
    [[nodiscard]] FrameRecord& split_record(Frame block, unsigned order) {
        return (*this)[block + static_cast<std::uint32_t>(base::bit(order - 1))];
    }

private:
    std::span<FrameRecord> records_;
    std::uint32_t first_;
    std::array<std::uint64_t, frame_state_count> bytes_{};
    std::uint64_t total_{0}; // their sum
};

} // namespace pager
