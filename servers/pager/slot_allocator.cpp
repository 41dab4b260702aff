// SPDX-License-Identifier: BSD-2-Clause
//
// SlotAllocator: a leaf is in the list of its kind, which changes when a group becomes whole or
// full, or ceases to be.

#include <pager/slot_allocator.hpp>

#include <algorithm>
#include <bit>

namespace pager {

void SlotAllocator::move_to(std::span<SlotLeaf> records) {
    std::ranges::copy(records_, records.begin() + first_leaf_);
    records_ = records;
    first_leaf_ = 0;
}

std::optional<std::uint32_t> SlotAllocator::next_leaf() const {
    if (hole_ != none) {
        return hole_;
    }
    if (leaves_ - first_leaf_ >= records_.size()) {
        return std::nullopt;
    }
    return leaves_;
}

void SlotAllocator::add_leaf(Frame frame, std::uint32_t used) {
    std::uint32_t const number = hole_ != none ? hole_ : leaves_++;
    if (hole_ == number) {
        hole_ = at(number).next;
    }
    at(number) = {};
    at(number).frame = frame;
    used_ += used;
    for (std::uint32_t i = 0; i < leaf_groups; ++i) {
        std::uint32_t const taken = std::clamp(used, i * group_slots, (i + 1) * group_slots);
        auto const low = static_cast<std::uint16_t>(base::low_mask(taken - i * group_slots));
        set_free(number, i, static_cast<std::uint16_t>(all_free ^ low));
    }
}

std::optional<Frame> SlotAllocator::remove_empty_leaf() {
    std::uint32_t const number = list(Kind::Empty).first;
    if (number == none) {
        return std::nullopt;
    }
    unlink(number, Kind::Empty);
    whole_groups_ -= leaf_groups;
    Frame const frame = at(number).frame;
    at(number) = {};
    at(number).next = hole_;
    hole_ = number;
    return frame;
}

Result<Slot> SlotAllocator::take() {
    auto const leaf = first_from(Kind::Partial);
    if (!leaf) {
        return base::fail(Error::OutOfMemory);
    }
    SlotLeaf const& record = at(*leaf);
    auto const group = static_cast<std::uint32_t>(
        std::countr_zero(record.partial != 0 ? record.partial : record.whole));
    std::uint16_t const free = record.free[group];
    auto const lowest = static_cast<std::uint32_t>(std::countr_zero(free));
    set_free(*leaf, group, static_cast<std::uint16_t>(free & (free - 1)));
    ++used_;
    return Slot{*leaf * leaf_slots + group * group_slots + lowest};
}

Result<Slot> SlotAllocator::take_group() {
    auto const leaf = first_from(Kind::Mixed);
    if (!leaf) {
        return base::fail(Error::OutOfMemory);
    }
    auto const group = static_cast<std::uint32_t>(std::countr_zero(at(*leaf).whole));
    set_free(*leaf, group, 0);
    used_ += group_slots;
    return Slot{*leaf * leaf_slots + group * group_slots};
}

void SlotAllocator::give(Slot slot) {
    auto const number = static_cast<std::uint32_t>(slot);
    std::uint32_t const leaf = number / leaf_slots;
    std::uint32_t const group = number % leaf_slots / group_slots;
    std::uint16_t const free = at(leaf).free[group];
    set_free(leaf, group, static_cast<std::uint16_t>(free | base::bit(number % group_slots)));
    --used_;
}

SlotAllocator::Kind SlotAllocator::kind_of(SlotLeaf const& leaf) {
    if (leaf.whole == 0) {
        return leaf.partial != 0 ? Kind::Partial : Kind::Full;
    }
    if (leaf.partial != 0) {
        return Kind::Mixed;
    }
    return leaf.whole == all_whole && leaf.frame != no_frame ? Kind::Empty : Kind::Whole;
}

/// A leaf of `kind`, or of one that follows it.
std::optional<std::uint32_t> SlotAllocator::first_from(Kind kind) const {
    for (auto i = static_cast<std::size_t>(kind); i < lists_.size(); ++i) {
        if (lists_[i].first != none) {
            return lists_[i].first;
        }
    }
    return std::nullopt;
}

/// The one place where a group changes, so that the counts and the lists stay right.
void SlotAllocator::set_free(std::uint32_t leaf, std::uint32_t group, std::uint16_t free) {
    SlotLeaf& record = at(leaf);
    Kind const before = kind_of(record);
    auto const bit = static_cast<std::uint8_t>(base::bit(group));
    whole_groups_ -= (record.whole & bit) != 0 ? 1 : 0;
    record.free[group] = free;
    record.whole = static_cast<std::uint8_t>(record.whole & ~bit);
    record.partial = static_cast<std::uint8_t>(record.partial & ~bit);
    if (free == all_free) {
        record.whole |= bit;
        ++whole_groups_;
    } else if (free != 0) {
        record.partial |= bit;
    }
    if (Kind const after = kind_of(record); after != before) {
        unlink(leaf, before);
        link(leaf, after);
    }
}

void SlotAllocator::link(std::uint32_t leaf, Kind kind) {
    if (kind == Kind::Full) {
        return;
    }
    List& in = list(kind);
    at(leaf).previous = none;
    at(leaf).next = in.first;
    if (in.first != none) {
        at(in.first).previous = leaf;
    }
    in.first = leaf;
    ++in.size;
}

void SlotAllocator::unlink(std::uint32_t leaf, Kind kind) {
    if (kind == Kind::Full) {
        return;
    }
    List& in = list(kind);
    auto const [next, previous] = std::pair{at(leaf).next, at(leaf).previous};
    (previous != none ? at(previous).next : in.first) = next;
    if (next != none) {
        at(next).previous = previous;
    }
    --in.size;
}

} // namespace pager
