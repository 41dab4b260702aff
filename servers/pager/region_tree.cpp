// SPDX-License-Identifier: BSD-2-Clause
//
// RegionTree: regions are cut where a change begins or ends, and joined where they became alike.

#include <pager/region_tree.hpp>

#include <algorithm>
#include <utility>

namespace pager {

bool Region::summarise(Region const* left, Region const* right) {
    std::uint64_t const gap = std::max({start - free_from(), left != nullptr ? left->widest_gap : 0,
                                        right != nullptr ? right->widest_gap : 0});
    return std::exchange(widest_gap, gap) != gap;
}

RegionTree::~RegionTree() {
    while (!erase_some(1)) {
    }
}

bool RegionTree::erase_some(unsigned count) {
    for (; count > 0 && !list_.empty(); --count) {
        erase(*list_.front());
    }
    note_gap_before(list_.front());
    return list_.empty();
}

/// The last region that starts there or in front of it.
Region* RegionTree::at_or_below(UserAddr address) const {
    Region const* const next = behind(last_);
    bool const is_last =
        last_ != nullptr && last_->start <= address && (next == nullptr || address < next->start);
    if (!is_last) {
        last_ = tree_.at_or_below(address.raw());
    }
    return last_;
}

Region* RegionTree::find_again(UserAddr address) const {
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

/// Whether `end` lies inside a region.
bool RegionTree::cuts_at(UserAddr end) const {
    Region const* const region = find(end);
    return region != nullptr && region->start < end;
}

namespace {

/// The first region with `size` free bytes in front of it that lie above `low`. Enters only
/// subtrees that may have one.
Region const* first_behind_gap(Region const* top, std::uint64_t size, UserAddr low) {
    using Tree = OrderedTree<Region, &Region::link>;
    if (top == nullptr || top->widest_gap < size) {
        return nullptr;
    }
    if (top->start > low) {
        if (auto const* const found = first_behind_gap(Tree::left(*top), size, low)) {
            return found;
        }
        if (top->start - std::max(top->free_from(), low) >= size) {
            return top;
        }
    }
    return first_behind_gap(Tree::right(*top), size, low);
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
    Region const* const behind = first_behind_gap(tree_.root(), size, low);
    Region const* const before = behind != nullptr ? behind->neighbours.prev : list_.back();
    UserAddr const gap = before != nullptr ? std::max(before->end, low) : low;
    return gap <= high && high - gap >= size ? std::optional{gap} : std::nullopt;
}

void RegionTree::insert(Region const& region) {
    Region* const lower = at_or_below(region.start);
    Region* const upper = behind(lower);
    bool const continues = lower != nullptr && lower->end == region.start;
    bool const goes_on = upper != nullptr && upper->start == region.end;
    if (continues && lower->is_like(region)) {
        lower->end = region.end;
        if (goes_on && join(*lower, *upper)) {
            return;
        }
    } else if (goes_on && upper->is_like(region)) {
        upper->start = region.start; // the order of the regions stays the same
    } else {
        add(lower, *new Region{region});
    }
    note_gap_before(upper);
}

std::uint64_t RegionTree::remove(UserAddr start, UserAddr end) {
    std::uint64_t removed = 0;
    last_hole_ = start;
    Region* region = first_ending_above(start);
    if (region != nullptr && region->start < start) {
        if (region->end > end) {
            cut(*region, end);
        }
        removed += region->end - start;
        region->end = start;
        region = region->neighbours.next;
    }
    while (region != nullptr && region->end <= end) {
        removed += region->size();
        erase(*std::exchange(region, region->neighbours.next));
    }
    if (region != nullptr && region->start < end) {
        removed += end - region->start;
        region->start = end; // the order of the regions stays the same
    }
    note_gap_before(region);
    return removed;
}

/// Where regions from `first` to `end`, or at one of its ends, became alike.
void RegionTree::join_all(Region* first, UserAddr end) {
    Region* const before = first->neighbours.prev;
    Region* lower = before != nullptr ? before : first;
    while (lower != nullptr && lower->end <= end) {
        Region* const upper = lower->neighbours.next;
        lower = upper != nullptr && join(*lower, *upper) ? lower : upper;
    }
}

/// Makes `at`, which lies inside the region, a border between two: the upper one.
Region& RegionTree::cut(Region& region, UserAddr at) {
    auto* const upper = new Region{region.from(at)};
    region.end = at;
    add(&region, *upper);
    return *upper;
}

/// The opposite: like regions that meet become one, in the place of the lower. Whether they did.
bool RegionTree::join(Region& lower, Region& upper) {
    if (lower.end != upper.start || !lower.is_like(upper)) {
        return false;
    }
    lower.end = upper.end;
    erase(upper); // no gap is wider or smaller now
    return true;
}

/// Tells the tree that the gap in front of `region`, if that is one, is not what it was.
void RegionTree::note_gap_before(Region* region) {
    if (region != nullptr) {
        tree_.refresh(*region);
    }
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
    last_ = region.neighbours.prev;
    tree_.remove(region);
    list_.remove(region);
    delete &region;
    --size_;
}

} // namespace pager
