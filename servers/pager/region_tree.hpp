// SPDX-License-Identifier: BSD-2-Clause
//
// RegionTree: the regions of one address space, ordered, never overlapping. Finding the region of
// an address and finding a gap take time logarithmic in their number.
#pragma once

#include <pager/region.hpp>

#include <optional>

namespace pager {

class RegionTree {
public:
    RegionTree() = default;
    ~RegionTree();
    RegionTree(RegionTree const&) = delete;
    RegionTree& operator=(RegionTree const&) = delete;

    [[nodiscard]] Region* find(UserAddr address) const {
        bool const is_last = last_ != nullptr && last_->contains(address);
        return is_last ? last_ : find_again(address);
    }

    /// The region with the lowest end above `address`.
    [[nodiscard]] Region* first_ending_above(UserAddr address) const;

    /// The first region, or the one behind `region`; null: there is none.
    [[nodiscard]] Region const* first() const { return tree_.first(); }
    [[nodiscard]] static Region const* next(Region const& region) { return region.neighbours.next; }

    [[nodiscard]] std::uint64_t size() const { return size_; }

    [[nodiscard]] bool overlaps(UserAddr start, UserAddr end) const;

    /// An address in [low, high) with `size` free bytes behind it, all below `high`: where
    /// something was removed last, if there is room, because the page tables are often still there;
    /// otherwise the lowest.
    [[nodiscard]] std::optional<UserAddr> find_gap(std::uint64_t size, UserAddr low,
                                                   UserAddr high) const;

    /// Add a region; nothing may be there yet. One like its neighbour becomes part of it.
    void insert(Region const& region);

    /// Forget [start, end); how many bytes that was. Only a hole in a region takes memory.
    std::uint64_t remove(UserAddr start, UserAddr end);
    [[nodiscard]] bool makes_hole(UserAddr start, UserAddr end) const;

    /// Forget up to `count` regions; whether none is left.
    [[nodiscard]] bool erase_some(unsigned count);

    /// Calls `change(Region&)` for all of [start, end), which is covered. Of its ends it cuts those
    /// that lie inside a region; that takes memory.
    void change(UserAddr start, UserAddr end, auto change);
    [[nodiscard]] unsigned cuts(UserAddr start, UserAddr end) const {
        Region const* const first = find(start);
        bool const is_within = first != nullptr && first->end >= end;
        bool const cuts_first = first != nullptr && first->start < start;
        bool const cuts_last = is_within ? first->end > end : cuts_at(end);
        return (cuts_first ? 1 : 0) + (cuts_last ? 1 : 0);
    }

private:
    Region& cut(Region& region, UserAddr at);
    [[nodiscard]] bool join(Region& lower, Region& upper);
    void erase(Region& region);

    [[nodiscard]] bool cuts_at(UserAddr end) const;
    [[nodiscard]] Region* find_again(UserAddr address) const;
    [[nodiscard]] Region* at_or_below(UserAddr address) const;
    [[nodiscard]] Region* behind(Region const* region) const {
        return region != nullptr ? region->neighbours.next : list_.front();
    }

    void note_gap_before(Region* region);
    void add(Region* lower, Region& added);
    void join_all(Region* first, UserAddr end);

    OrderedTree<Region, &Region::link> tree_;
    base::IntrusiveList<Region, &Region::neighbours> list_;
    std::uint64_t size_{0};
    mutable Region* last_{nullptr}; // found, or changed
    UserAddr last_hole_{};          // where the last one begins that was made
};

void RegionTree::change(UserAddr start, UserAddr end, auto change) {
    Region* first = find(start);
    if (first->start < start) {
        first = &cut(*first, start);
    }
    for (Region* region = first; region != nullptr && region->start < end;
         region = region->neighbours.next) {
        if (region->end > end) {
            cut(*region, end);
        }
        change(*region);
    }
    join_all(first, end);
}

} // namespace pager
