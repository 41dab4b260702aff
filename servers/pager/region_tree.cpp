// SPDX-License-Identifier: BSD-2-Clause
//
// RegionTree: regions are cut where a change begins or ends, and joined where they became alike.

#include <pager/region_tree.hpp>

#include <algorithm>

namespace pager {

void Region::summarise(Region const* left, Region const* right) {
    lowest = left != nullptr ? left->lowest : start;
    highest = right != nullptr ? right->highest : end;
    widest_gap = 0;
    if (left != nullptr) {
        widest_gap = std::max(left->widest_gap, start - left->highest);
    }
    if (right != nullptr) {
        widest_gap = std::max({widest_gap, right->widest_gap, right->lowest - end});
    }
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

Region* RegionTree::find(UserAddr address) const {
    if (last_ != nullptr && last_->contains(address)) {
        return last_;
    }
    Region* const region = tree_.at_or_below(address.raw());
    if (region == nullptr || !region->contains(address)) {
        return nullptr;
    }
    last_ = region;
    return region;
}

Region const* RegionTree::first_ending_above(UserAddr address) const {
    Region const* const region = find(address);
    return region != nullptr ? region : tree_.at_or_above(address.raw());
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
    Region const* const behind = find(end);
    return (first != nullptr && first->start < start) || (behind != nullptr && behind->start < end);
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
    UserAddr free_from = low;
    UserAddr const gap = gap_before(tree_.root(), size, free_from).value_or(free_from);
    return gap <= high && high - gap >= size ? std::optional{gap} : std::nullopt;
}

void RegionTree::insert(Region const& region) {
    Region* const lower = region.start.raw() == 0 ? nullptr : find(region.start - 1);
    Region* const upper = find(region.end);
    if (lower != nullptr && lower->is_like(region)) {
        lower->end = region.end;
        if (upper == nullptr || !join(*lower, *upper)) {
            tree_.refresh(*lower);
        }
    } else if (upper != nullptr && upper->is_like(region)) {
        upper->start = region.start; // the order of the regions stays the same
        tree_.refresh(*upper);
    } else {
        add(region);
    }
}

std::uint64_t RegionTree::remove(UserAddr start, UserAddr end) {
    std::uint64_t removed = 0;
    if (makes_hole(start, end)) {
        cut(end);
    }
    Region* region = find(start);
    if (region != nullptr && region->start < start) {
        removed += region->end - start;
        region->end = start;
        tree_.refresh(*region);
    }
    region = tree_.at_or_above(start.raw());
    for (; region != nullptr && region->end <= end; region = tree_.at_or_above(start.raw())) {
        removed += region->size();
        erase(*region);
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
    Region* lower = start.raw() == 0 ? nullptr : tree_.at_or_below(start.raw() - 1);
    if (lower == nullptr || lower->end < start) {
        lower = find(start);
    }
    while (lower != nullptr && lower->end <= end) {
        Region* const upper = tree_.next(*lower);
        lower = upper != nullptr && join(*lower, *upper) ? lower : upper;
    }
}

/// Makes `at` a border between two regions, if it lies inside one.
void RegionTree::cut(UserAddr at) {
    Region* const region = find(at);
    if (region == nullptr || region->start == at) {
        return;
    }
    Region upper = *region;
    upper.start = at;
    region->end = at; // the tree comes by, and sums it up anew, on the way to where the other goes
    add(upper);
}

/// The opposite: like regions that meet become one, in the place of the lower. Whether they did.
bool RegionTree::join(Region& lower, Region& upper) {
    if (lower.end != upper.start || !lower.is_like(upper)) {
        return false;
    }
    UserAddr const end = upper.end;
    erase(upper);
    lower.end = end;
    tree_.refresh(lower);
    return true;
}

void RegionTree::add(Region const& region) {
    tree_.insert(*new Region{region});
    ++size_;
}

void RegionTree::erase(Region& region) {
    tree_.remove(region);
    last_ = nullptr;
    delete &region;
    --size_;
}

} // namespace pager
