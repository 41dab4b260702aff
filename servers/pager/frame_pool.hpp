// SPDX-License-Identifier: BSD-2-Clause
//
// FramePool: frames for pages, made sixteen at a time out of blocks of 64 KiB.
//
// The pager holds two capabilities to each pooled frame, in slots that follow from its number. The
// *window* capability maps the frame into the pager's own space, for as long as the frame exists:
// so a page is zeroed or copied without a system call. The *home* capability maps it into the
// space of one client. Who shares the frame with others needs a copy, from the SlotAllocator.
//
// A frame that is given back stays a frame. It is zeroed when there is time, or when it is wanted;
// sixteen unused ones are a block again when memory is needed for something else.
#pragma once

#include <pager/table_set.hpp>

#include <cstddef>
#include <span>

namespace pager {

inline constexpr std::uint32_t group_frames = 1u << middle_order;

/// Sixteen frames that were made together. A record that is all zero: there are none.
struct FrameGroup {
    struct Links {
        std::uint32_t next;
        std::uint32_t previous;
    };

    Links zeroed_links; // among the groups of which some frame is unused and zeroed
    Links used_links;   // ... unused and full of what its last owner wrote
    std::uint16_t zeroed;
    std::uint16_t used;
    PageGroup kind;

    [[nodiscard]] bool is_idle() const { return (zeroed | used) == 0xffff; }
};

/// Frames one behind the other.
struct FrameRun {
    Frame first{no_frame};
    std::uint32_t count{0};
};

/// Two leaves of the CSpace, for the capabilities to 128 frames. They exist while any of those do.
struct FrameLeaves {
    Frame window;
    Frame home;
    std::uint32_t groups;
};

/// Where in the pager's spaces the frames are found.
struct FrameWindow {
    UserAddr start;           // frame 0 is mapped there, the others behind it
    std::uint32_t first_leaf; // of the CSpace: first those of window, then those of home slots
    std::uint32_t leaf_count; // of each kind
};

/// What FramePool notes down about all frames of the table; all zero at first.
struct PoolBooks {
    std::span<FrameGroup> groups;
    std::span<FrameLeaves> leaves;

    static constexpr std::uint64_t group_count(std::uint64_t frames) {
        return (frames + group_frames - 1) / group_frames;
    }
    static constexpr std::uint64_t leaf_count(std::uint64_t frames) {
        return (frames + leaf_slots - 1) / leaf_slots;
    }
};

class FramePool final : public Reclaimer {
public:
    FramePool(FrameTable& frames, BlockAllocator& blocks, Objects& objects);

    FramePool(FramePool const&) = delete;
    FramePool& operator=(FramePool const&) = delete;

    /// Once, before a frame is taken.
    void start(FrameWindow const& window, PoolBooks const& books);

    /// A zeroed frame, referred to once.
    [[nodiscard]] Result<Frame> take(PageGroup kind, FrameState state, SpaceNumber owner);

    /// The same, but for its content: the caller writes all of it.
    [[nodiscard]] Result<Frame> take_unzeroed(PageGroup kind, FrameState state, SpaceNumber owner);

    /// One of clients' that is zeroed and has no trace of its last owner; nothing if there is none.
    struct Zeroed {
        Frame frame;
        FrameRecord& record;
    };
    [[nodiscard]] std::optional<Zeroed> take_zeroed(FrameState state, SpaceNumber owner);

    /// The same for `count` at most that lie one behind the other. So do their home capabilities.
    /// An empty run if there are none.
    [[nodiscard]] FrameRun take_zeroed_run(std::uint32_t count, FrameState state,
                                           SpaceNumber owner);

    /// Nobody uses it any more. A mapping through its home capability may be left behind only where
    /// nobody can follow it: its table or its space is gone.
    void give(Frame frame);

    /// Whether a frame can be had without making any.
    [[nodiscard]] bool has_stock(PageGroup kind = PageGroup::Clients) const {
        return list(kind, true).first != none || list(kind, false).first != none;
    }

    /// Whether there are unused frames of clients' that are not zeroed.
    [[nodiscard]] bool has_used() const { return list(PageGroup::Clients, false).first != none; }

    [[nodiscard]] std::uint64_t zeroed_frames() const { return zeroed_frames_; }
    [[nodiscard]] std::uint64_t idle_groups() const { return idle_groups_; }

    /// One step of work that can be done ahead: whether there was any. `wanted` frames of clients'
    /// zeroed are enough; new ones are made only if `may_make`.
    [[nodiscard]] bool refill(std::uint64_t wanted, bool may_make);

    /// Make a block of sixteen unused frames, if there are any.
    [[nodiscard]] bool release_block() override;

    [[nodiscard]] std::byte* bytes(Frame frame) const {
        return reinterpret_cast<std::byte*>((window_.start + index(frame) * page_size).raw());
    }

    /// Whether `bytes` are those of a frame, and of which.
    [[nodiscard]] bool contains(std::byte const* bytes) const {
        auto const address = reinterpret_cast<std::uintptr_t>(bytes);
        return address >= window_.start.raw() &&
               (address - window_.start.raw()) / page_size < frames_.records().size();
    }

    [[nodiscard]] Frame frame_at(std::byte const* bytes) const {
        auto const address = reinterpret_cast<std::uintptr_t>(bytes);
        return Frame{static_cast<std::uint32_t>((address - window_.start.raw()) / page_size)};
    }

    [[nodiscard]] Slot window_slot(Frame frame) const {
        return Slot{window_.first_leaf * leaf_slots + index(frame)};
    }

    [[nodiscard]] Slot home_slot(Frame frame) const {
        return Slot{(window_.first_leaf + window_.leaf_count) * leaf_slots + index(frame)};
    }

    [[nodiscard]] bool is_home(Slot slot) const {
        return frame_of_home(slot) < Frame{window_.leaf_count * leaf_slots};
    }

    [[nodiscard]] Frame frame_of_home(Slot slot) const {
        return Frame{static_cast<std::uint32_t>(slot) -
                     static_cast<std::uint32_t>(home_slot(Frame{0}))};
    }

    /// For the checker.
    [[nodiscard]] FrameGroup const& group_of(Frame frame) const {
        return books_.groups[index(frame) / group_frames];
    }

private:
    static constexpr std::uint32_t none = 0xffff'ffff;

    struct List {
        std::uint32_t first{none};
        std::uint32_t last{none};
    };

    [[nodiscard]] List& list(PageGroup kind, bool zeroed) {
        return lists_[static_cast<std::size_t>(kind)][zeroed ? 1 : 0];
    }

    [[nodiscard]] List const& list(PageGroup kind, bool zeroed) const {
        return lists_[static_cast<std::size_t>(kind)][zeroed ? 1 : 0];
    }

    [[nodiscard]] Frame pick(PageGroup kind, bool zeroed, std::uint32_t count = 1);
    FrameRecord& assign(Frame frame, FrameState state, SpaceNumber owner);
    void add(Frame frame, bool zeroed);
    void zero(Frame frame);
    [[nodiscard]] Result<> make_group(PageGroup kind);
    [[nodiscard]] Result<> make_frames(Frame first);
    [[nodiscard]] Result<> hold_leaves(Frame first);
    void release_leaves(Frame first);
    [[nodiscard]] Result<> make_leaf(std::uint32_t leaf, Frame& frame);
    void break_group(std::uint32_t number);
    void link(std::uint32_t number, bool zeroed, bool last);
    void unlink(std::uint32_t number, bool zeroed);
    void relink(std::uint32_t number, bool zeroed);
    void enlist(std::uint32_t number, bool zeroed, bool is_first);

    KernelPort& port_;
    FrameTable& frames_;
    BlockAllocator& blocks_;
    TableSet tables_; // of the window
    FrameWindow window_{};
    PoolBooks books_{};
    std::array<std::array<List, 2>, 2> lists_{}; // by PageGroup, then used and zeroed
    std::uint64_t zeroed_frames_{0};             // of clients'
    std::uint64_t idle_groups_{0};
};

} // namespace pager
