// SPDX-License-Identifier: BSD-2-Clause
//
// SlotAllocator: groups move between three places: all free, some free, none free.

#include <pager/slot_allocator.hpp>

#include <algorithm>
#include <bit>

namespace pager {

void SlotAllocator::move_to(std::span<SlotGroup> groups) {
    std::ranges::copy(groups_, groups.begin() + first_group_);
    groups_ = groups;
    first_group_ = 0;
}

std::optional<std::uint32_t> SlotAllocator::next_leaf() const {
    if (hole_ != none) {
        return hole_;
    }
    if (leaves_ * leaf_groups - first_group_ >= groups_.size()) {
        return std::nullopt;
    }
    return leaves_;
}

void SlotAllocator::add_leaf(Frame frame, std::uint32_t used) {
    std::uint32_t const number = hole_ != none ? hole_ : leaves_++;
    std::uint32_t const first = number * leaf_groups;
    if (hole_ == number) {
        hole_ = at(first).next;
    }
    at(first).whole_groups = 0;
    at(first).leaf_frame = frame;
    used_ += used;
    for (std::uint32_t i = leaf_groups; i-- > 0;) {
        std::uint32_t const taken = std::clamp(used, i * group_slots, (i + 1) * group_slots);
        auto const low = static_cast<std::uint16_t>(base::low_mask(taken - i * group_slots));
        at(first + i).free = static_cast<std::uint16_t>(all_free ^ low);
        if (at(first + i).free != 0) {
            link(first + i);
        }
    }
}

std::optional<Frame> SlotAllocator::remove_empty_leaf() {
    std::uint32_t const number = empty_.first;
    if (number == none) {
        return std::nullopt;
    }
    std::uint32_t const first = number * leaf_groups;
    Frame const frame = at(first).leaf_frame;
    for (std::uint32_t i = 0; i < leaf_groups; ++i) { // the first ends its time as an empty leaf
        unlink(first + i);
        at(first + i).free = 0;
    }
    at(first).next = hole_;
    hole_ = number;
    return frame;
}

void SlotAllocator::link_empty(std::uint32_t leaf) {
    next_empty(leaf) = empty_.first;
    previous_empty(leaf) = none;
    if (empty_.first != none) {
        previous_empty(empty_.first) = leaf;
    }
    empty_.first = leaf;
    ++empty_.size;
}

void SlotAllocator::unlink_empty(std::uint32_t leaf) {
    std::uint32_t const next = next_empty(leaf);
    std::uint32_t const previous = previous_empty(leaf);
    (previous != none ? next_empty(previous) : empty_.first) = next;
    if (next != none) {
        previous_empty(next) = previous;
    }
    --empty_.size;
}

Result<Slot> SlotAllocator::take() {
    std::uint32_t const number = partial_.first != none ? partial_.first : whole_.first;
    if (number == none) {
        return base::fail(Error::OutOfMemory);
    }
    return take_from(number);
}

Slot SlotAllocator::take_from(std::uint32_t number) {
    SlotGroup& group = at(number);
    unlink(number);
    auto const lowest = static_cast<unsigned>(std::countr_zero(group.free));
    group.free = static_cast<std::uint16_t>(group.free ^ base::bit(lowest));
    if (group.free != 0) {
        link(number);
    }
    ++used_;
    return Slot{number * group_slots + lowest};
}

Result<Slot> SlotAllocator::take_group() {
    std::uint32_t const number = whole_.first;
    if (number == none) {
        return base::fail(Error::OutOfMemory);
    }
    unlink(number);
    at(number).free = 0;
    used_ += group_slots;
    return Slot{number * group_slots};
}

void SlotAllocator::give(Slot slot) {
    std::uint32_t const number = static_cast<std::uint32_t>(slot) / group_slots;
    unsigned const position = static_cast<std::uint32_t>(slot) % group_slots;
    SlotGroup& group = at(number);
    if (group.free != 0) {
        unlink(number);
    }
    group.free = static_cast<std::uint16_t>(group.free | base::bit(position));
    link(number);
    --used_;
}

void SlotAllocator::link(std::uint32_t number) {
    SlotGroup& group = at(number);
    List& list = list_of(group);
    group.previous = none;
    group.next = list.first;
    if (list.first != none) {
        at(list.first).previous = number;
    }
    list.first = number;
    ++list.size;
    if (&list == &whole_) {
        SlotGroup& leaf = leaf_of(number);
        ++leaf.whole_groups;
        if (is_empty(leaf)) {
            link_empty(number / leaf_groups);
        }
    }
}

void SlotAllocator::unlink(std::uint32_t number) {
    SlotGroup const& group = at(number);
    List& list = list_of(group);
    (group.previous != none ? at(group.previous).next : list.first) = group.next;
    if (group.next != none) {
        at(group.next).previous = group.previous;
    }
    --list.size;
    if (&list == &whole_) {
        SlotGroup& leaf = leaf_of(number);
        if (is_empty(leaf)) {
            unlink_empty(number / leaf_groups);
        }
        --leaf.whole_groups;
    }
}

} // namespace pager
