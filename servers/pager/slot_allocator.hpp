// SPDX-License-Identifier: BSD-2-Clause
//
// SlotAllocator: which slots of the pager's CSpace are free. The CSpace is a root of leaves; a
// leaf is a CNode of one page. Slots are kept in groups of 16: single slots come from groups that
// are in use already, so that whole groups stay free for retyping sixteen objects at once.
#pragma once

#include <pager/startup.hpp>
#include <pager/types.hpp>

#include <optional>
#include <span>

namespace pager {

inline constexpr unsigned group_bits = 4;
inline constexpr std::uint32_t group_slots = 1u << group_bits;
inline constexpr std::uint32_t leaf_slots = 1u << startup::leaf_bits;
inline constexpr std::uint32_t leaf_groups = leaf_slots / group_slots;

/// Sixteen slots. A fresh record, all zero, says that all of them are in use.
struct SlotGroup {
    std::uint32_t next;
    std::uint32_t previous;
    std::uint16_t free;         // one bit for each slot
    std::uint16_t whole_groups; // first group of a leaf: how many groups of it are all free
    union {
        Frame leaf_frame;    // first group of a leaf: what the leaf is made of
        std::uint32_t other; // second and third: the empty leaves in front of it and behind it
    };
};

class SlotAllocator {
public:
    /// Of leaf `first_leaf` and those behind it. All slots of leaves before it are in use.
    explicit SlotAllocator(std::span<SlotGroup> groups, std::uint32_t first_leaf = 0)
        : groups_{groups}, first_group_{first_leaf * leaf_groups}, leaves_{first_leaf} {}

    /// Continue in bigger, zeroed memory that begins with leaf 0; what is known moves along.
    void move_to(std::span<SlotGroup> groups);

    /// The number the next new leaf gets; nothing if the CSpace's root is full.
    [[nodiscard]] std::optional<std::uint32_t> next_leaf() const;

    /// Leaf next_leaf() exists now, made of `frame`; its first `used` slots are taken. Leaves that
    /// others made have no_frame, and stay.
    void add_leaf(Frame frame, std::uint32_t used = 0);

    /// Forget a leaf none of whose slots is in use. The caller frees the frame.
    [[nodiscard]] std::optional<Frame> remove_empty_leaf();

    /// No slot is left: OutOfMemory.
    [[nodiscard]] Result<Slot> take();
    /// Sixteen slots in a row.
    [[nodiscard]] Result<Slot> take_group();

    void give(Slot slot);

    [[nodiscard]] std::uint32_t free_groups() const { return whole_.size; }
    /// Slots that may still be taken, those of leaves that can be made included.
    [[nodiscard]] std::uint64_t free() const { return groups_.size() * group_slots - used_; }
    [[nodiscard]] std::uint64_t used() const { return used_; }
    [[nodiscard]] std::uint32_t empty_leaves() const { return empty_.size; }

private:
    static constexpr std::uint32_t none = 0xffff'ffff;
    static constexpr std::uint16_t all_free = 0xffff;

    struct List {
        std::uint32_t first{none};
        std::uint32_t size{0};
    };

    [[nodiscard]] List& list_of(SlotGroup const& group) {
        return group.free == all_free ? whole_ : partial_;
    }

    [[nodiscard]] SlotGroup& at(std::uint32_t number) { return groups_[number - first_group_]; }

    [[nodiscard]] SlotGroup& leaf_of(std::uint32_t number) {
        return at(number / leaf_groups * leaf_groups);
    }

    [[nodiscard]] bool is_empty(SlotGroup const& leaf) const {
        return leaf.whole_groups == leaf_groups && leaf.leaf_frame != no_frame;
    }

    [[nodiscard]] std::uint32_t& next_empty(std::uint32_t leaf) {
        return at(leaf * leaf_groups + 1).other;
    }
    [[nodiscard]] std::uint32_t& previous_empty(std::uint32_t leaf) {
        return at(leaf * leaf_groups + 2).other;
    }
    void link_empty(std::uint32_t leaf);
    void unlink_empty(std::uint32_t leaf);

    void link(std::uint32_t number);
    void unlink(std::uint32_t number);
    [[nodiscard]] Slot take_from(std::uint32_t number);

    std::span<SlotGroup> groups_;
    std::uint32_t first_group_; // number of the first one described
    List whole_;                // groups all of whose slots are free
    List partial_;              // groups some of whose slots are free
    std::uint64_t used_{0};
    std::uint32_t leaves_;     // highest leaf ever made, plus one
    std::uint32_t hole_{none}; // a leaf given back; `next` of its first group leads on
    List empty_;               // leaves that remove_empty_leaf() can take
};

} // namespace pager
