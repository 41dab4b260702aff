// SPDX-License-Identifier: BSD-2-Clause
//
// RegionTree: regions are cut where a change begins or ends, and joined where they became alike.

#include <pager/region_tree.hpp>

#include <algorithm>
#include <utility>

namespace pager {

bool Region::summarise(Region const* left, Region const* right) {
    UserAddr const first = left != nullptr ? left->lowest : start;
    UserAddr const last = right != nullptr ? right->highest : end;
    std::uint64_t gap = 0;
    if (left != nullptr) {
        gap = std::max(left->widest_gap, start - left->highest);
    }
    if (right != nullptr) {
        gap = std::max({gap, right->widest_gap, right->lowest - end});
    }
    bool const changes = first != lowest || last != highest || gap != widest_gap;
    lowest = first;
    highest = last;
    widest_gap = gap;
    return changes;
}

RegionTree::~RegionTree() {
    while (!erase_some(1)) {
    }
}

bool RegionTree::erase_some(unsigned count) {
    for (; count > 0 && !tree_.empty(); --count) {
        erase(*tree_.root());
    }
    return tree_.empty();
}

/// The last region that starts there or in front of it.
Region* RegionTree::at_or_below(UserAddr address) const {
    if (last_ == nullptr || !last_->contains(address)) {
        last_ = tree_.at_or_below(address.raw());
    }
    return last_;
}

Region* RegionTree::find(UserAddr address) const {
    Region* const region = at_or_below(address);
    return region != nullptr && region->contains(address) ? region : nullptr;
}

Region* RegionTree::first_ending_above(UserAddr address) const {
    Region* const below = at_or_below(address);
    return below != nullptr && below->contains(address) ? below : behind(below);
}

bool RegionTree::overlaps(UserAddr start, UserAddr end) const {
    Region const* const region = first_ending_above(start);
    return region != nullptr && region->start < end;
}

bool RegionTree::makes_hole(UserAddr start, UserAddr end) const {
    Region const* const region = find(start);
    return region != nullptr && region->start < start && region->end > end;
}

bool RegionTree::cuts(UserAddr start, UserAddr end) const {
    Region const* const first = find(start);
    if (first != nullptr && (first->start < start || first->end >= end)) {
        return first->start < start || first->end > end;
    }
    Region const* const behind = find(end);
    return behind != nullptr && behind->start < end;
}

namespace {

/// Walks the tree in order but enters only subtrees that may have a wide enough gap. `free_from`
/// is the end of what has been passed already.
std::optional<UserAddr> gap_before(Region const* top, std::uint64_t size, UserAddr& free_from) {
    using Tree = OrderedTree<Region, &Region::link>;
    if (top == nullptr || top->highest <= free_from) {
        return std::nullopt;
    }
    bool const room_in_front = top->lowest > free_from && top->lowest - free_from >= size;
    if (room_in_front) {
        return free_from;
    }
    if (top->widest_gap >= size) {
        if (auto const found = gap_before(Tree::left(*top), size, free_from)) {
            return found;
        }
        if (top->start > free_from && top->start - free_from >= size) {
            return free_from;
        }
        free_from = std::max(free_from, top->end);
        return gap_before(Tree::right(*top), size, free_from);
    }
    free_from = std::max(free_from, top->highest);
    return std::nullopt;
}

} // namespace

std::optional<UserAddr> RegionTree::find_gap(std::uint64_t size, UserAddr low,
                                             UserAddr high) const {
    if (size > high - low) {
        return std::nullopt;
    }
    bool const has_room = last_hole_ >= low && last_hole_ < high && high - last_hole_ >= size;
    if (has_room && !overlaps(last_hole_, last_hole_ + size)) {
        return last_hole_;
    }
    UserAddr free_from = low;
    UserAddr const gap = gap_before(tree_.root(), size, free_from).value_or(free_from);
    return gap <= high && high - gap >= size ? std::optional{gap} : std::nullopt;
}

void RegionTree::insert(Region const& region) {
    Region* const lower = at_or_below(region.start);
    Region* const upper = behind(lower);
    bool const continues = lower != nullptr && lower->end == region.start;
    bool const goes_on = upper != nullptr && upper->start == region.end;
    if (continues && lower->is_like(region)) {
        lower->end = region.end;
        if (!goes_on || !join(*lower, *upper)) {
            tree_.refresh(*lower);
        }
    } else if (goes_on && upper->is_like(region)) {
        upper->start = region.start; // the order of the regions stays the same
        tree_.refresh(*upper);
    } else {
        add(lower, *new Region{region});
    }
}

std::uint64_t RegionTree::remove(UserAddr start, UserAddr end) {
    std::uint64_t removed = 0;
    last_hole_ = start;
    if (makes_hole(start, end)) {
        cut(end);
    }
    Region* region = first_ending_above(start);
    if (region != nullptr && region->start < start) {
        removed += region->end - start;
        region->end = start;
        tree_.refresh(*region);
        region = region->neighbours.next;
    }
    while (region != nullptr && region->end <= end) {
        removed += region->size();
        erase(*std::exchange(region, region->neighbours.next));
    }
    if (region != nullptr && region->start < end) {
        removed += end - region->start;
        region->start = end; // the order of the regions stays the same
        tree_.refresh(*region);
    }
    return removed;
}

/// Where regions in [start, end], or at one of its ends, became alike.
void RegionTree::join_all(UserAddr start, UserAddr end) {
    Region* lower = find(start);
    if (lower != nullptr && lower->neighbours.prev != nullptr) {
        lower = lower->neighbours.prev;
    }
    while (lower != nullptr && lower->end <= end) {
        Region* const upper = lower->neighbours.next;
        lower = upper != nullptr && join(*lower, *upper) ? lower : upper;
    }
}

/// Makes `at` a border between two regions, if it lies inside one.
void RegionTree::cut(UserAddr at) {
    Region* const region = find(at);
    if (region == nullptr || region->start == at) {
        return;
    }
    auto* const upper = new Region{*region};
    upper->start = at;
    region->end = at; // the tree sums it up anew: the other comes to lie below it, or just above
    add(region, *upper);
}

/// The opposite: like regions that meet become one, in the place of the lower. Whether they did.
bool RegionTree::join(Region& lower, Region& upper) {
    if (lower.end != upper.start || !lower.is_like(upper)) {
        return false;
    }
    lower.end = upper.end;
    erase(upper);
    tree_.refresh(lower);
    last_ = &lower;
    return true;
}

/// Behind `lower`, or in front of all.
void RegionTree::add(Region* lower, Region& added) {
    Region* const upper = behind(lower);
    list_.insert_before(upper, added);
    tree_.insert_between(lower, upper, added);
    last_ = &added;
    ++size_;
}

void RegionTree::erase(Region& region) {
    tree_.remove(region);
    list_.remove(region);
    last_ = nullptr;
    delete &region;
    --size_;
}

} // namespace pager
