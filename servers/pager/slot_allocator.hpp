// SPDX-License-Identifier: BSD-2-Clause
//
// SlotAllocator: which slots of the pager's CSpace are free. The CSpace is a root of leaves; a
// leaf is a CNode of one page. Slots are kept in groups of 16: single slots come from groups that
// are in use already, so that whole groups stay free for retyping sixteen objects at once.
#pragma once

#include <pager/startup.hpp>
#include <pager/types.hpp>

#include <array>
#include <optional>
#include <span>

namespace pager {

inline constexpr unsigned group_bits = 4;
inline constexpr std::uint32_t group_slots = 1u << group_bits;
inline constexpr std::uint32_t leaf_slots = 1u << startup::leaf_bits;
inline constexpr std::uint32_t leaf_groups = leaf_slots / group_slots;

/// A leaf of the CSpace. A fresh record, all zero, says that it is not there, or all in use.
struct SlotLeaf {
    std::uint32_t next; // in the list of its kind; not there: of holes
    std::uint32_t previous;
    Frame frame;                                 // what it is made of
    std::uint8_t whole;                          // a bit for each group: all of its slots are free
    std::uint8_t partial;                        // ... some of its slots are free
    std::array<std::uint16_t, leaf_groups> free; // for each group: a bit for each slot
};

static_assert(sizeof(SlotLeaf) == 32 && leaf_groups == 8);

class SlotAllocator {
public:
    /// Of leaf `first_leaf` and those behind it. All slots of leaves before it are in use.
    explicit SlotAllocator(std::span<SlotLeaf> records, std::uint32_t first_leaf = 0)
        : records_{records}, first_leaf_{first_leaf}, leaves_{first_leaf} {}

    /// Continue in bigger, zeroed memory that begins with leaf 0; what is known moves along.
    void move_to(std::span<SlotLeaf> records);

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

    [[nodiscard]] std::uint32_t free_groups() const { return whole_groups_; }
    /// Slots that may still be taken, those of leaves that can be made included.
    [[nodiscard]] std::uint64_t free() const { return records_.size() * leaf_slots - used_; }
    [[nodiscard]] std::uint64_t used() const { return used_; }
    [[nodiscard]] std::uint32_t empty_leaves() const { return list(Kind::Empty).size; }

private:
    static constexpr std::uint32_t none = 0xffff'ffff;
    static constexpr std::uint16_t all_free = 0xffff;
    static constexpr std::uint8_t all_whole = 0xff;

    /// Leaves that take() prefers come first: so the others stay as whole as they are.
    enum class Kind : std::uint8_t {
        Partial, // has partial groups only, besides full ones
        Mixed,   // has both partial and whole groups
        Whole,   // has whole groups only, besides full ones
        Empty,   // nothing of it is in use: remove_empty_leaf() can take it
        Full,    // in no list
    };

    struct List {
        std::uint32_t first{none};
        std::uint32_t size{0};
    };

    [[nodiscard]] SlotLeaf& at(std::uint32_t leaf) { return records_[leaf - first_leaf_]; }
    [[nodiscard]] List& list(Kind kind) { return lists_[static_cast<std::size_t>(kind)]; }
    [[nodiscard]] List const& list(Kind kind) const {
        return lists_[static_cast<std::size_t>(kind)];
    }

    [[nodiscard]] static Kind kind_of(SlotLeaf const& leaf);
    [[nodiscard]] std::optional<std::uint32_t> first_from(Kind kind) const;
    void set_free(std::uint32_t leaf, std::uint32_t group, std::uint16_t free);
    void link(std::uint32_t leaf, Kind kind);
    void unlink(std::uint32_t leaf, Kind kind);

    std::span<SlotLeaf> records_;
    std::uint32_t first_leaf_; // number of the first one described
    std::array<List, static_cast<std::size_t>(Kind::Full)> lists_{};
    std::uint32_t whole_groups_{0};
    std::uint64_t used_{0};
    std::uint32_t leaves_;     // highest leaf ever made, plus one
    std::uint32_t hole_{none}; // a leaf given back; its `next` leads on
};

} // namespace pager
