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

    [[nodiscard]] Region const* find(UserAddr address) const { return find_mutable(address); }

    /// The region with the lowest end above `address`.
    [[nodiscard]] Region const* first_ending_above(UserAddr address) const;

    [[nodiscard]] Region const* next(Region const& region) const { return tree_.next(region); }

    [[nodiscard]] bool overlaps(UserAddr start, UserAddr end) const;

    /// Whether every address of [start, end) is in some region.
    [[nodiscard]] bool covers(UserAddr start, UserAddr end) const;

    /// The lowest address in [low, high) with `size` free bytes behind it, all below `high`.
    [[nodiscard]] std::optional<UserAddr> find_gap(std::uint64_t size, UserAddr low,
                                                   UserAddr high) const;

    /// Add a region; nothing may be there yet. One like its neighbour becomes part of it.
    void insert(Region const& region);

    /// Forget [start, end); what is mapped across its borders is cut.
    void remove(UserAddr start, UserAddr end);

    /// Give all of [start, end), which is covered, another access.
    void set_access(UserAddr start, UserAddr end, Access access);

private:
    [[nodiscard]] Region* find_mutable(UserAddr address) const;
    void cut(UserAddr at);
    void join(UserAddr at);
    void erase(Region& region);

    OrderedTree<Region, &Region::link> tree_;
};

} // namespace pager
