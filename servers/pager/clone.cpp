// SPDX-License-Identifier: BSD-2-Clause
//
// Clones, of a whole space and of a range of one: the same page arrays under other tables.

#include <pager/address_space.hpp>

#include <algorithm>

namespace pager {

namespace {

constexpr unsigned max_clone_step = 8; // tables; each takes as long as some tens of pages
constexpr std::uint64_t table_span = std::uint64_t{1} << Leaf::span_bits;

/// Of a device there is one, and what is shared is not to be copied.
bool can_be_cloned(Region const& region) {
    switch (region.kind) {
    case RegionKind::Guard:
    case RegionKind::Buffer:
    case RegionKind::Device:
    case RegionKind::Shared: return false;
    default: return true;
    }
}

/// What grows by itself where it is does not do so elsewhere.
RegionKind kind_of_clone(RegionKind kind) {
    return kind == RegionKind::Stack || kind == RegionKind::Heap ? RegionKind::Anonymous : kind;
}

} // namespace

Result<bool> AddressSpace::clone_into(AddressSpace& clone, policy::Policy const& policy) {
    if (!TRY(clone_regions(clone, policy))) {
        return false;
    }
    for (unsigned count = 0; count < max_clone_step; ++count) {
        TRY(clone.reserve(policy));
        auto const next =
            TRY(pages_.share_leaf(clone.pages_, {clone.clone_progress_.pages, user_end}, 0));
        if (!next) {
            ++memory_.arrays.statistics.clones;
            return true;
        }
        clone.clone_progress_.pages = *next;
        clone.clear_gaps(*next - base::bit(Leaf::span_bits), *next);
    }
    return false;
}

/// What the source mapped after its regions were cloned came along with what else its table maps.
void AddressSpace::clear_gaps(UserAddr start, UserAddr end) {
    while (start < end) {
        Region const* const region = regions_.first_ending_above(start);
        UserAddr const gap_end = region != nullptr ? std::min(region->start, end) : end;
        if (start < gap_end && pages_.first_present(start, gap_end)) {
            pages_.clear(start, gap_end);
        }
        start = region != nullptr ? region->end : end;
    }
}

Result<bool> AddressSpace::clone_regions(AddressSpace& clone, policy::Policy const& policy) {
    UserAddr& at = clone.clone_progress_.regions;
    clone.layout_ = layout_;
    clone.heap_end_ = heap_end_;
    clone.quota_ = quota_;
    clone.access_policy_ = access_policy_;
    clone.growth_ = growth_;
    for (unsigned count = 0; count < max_step; ++count) {
        Region const* const region = regions_.first_ending_above(at);
        if (region == nullptr) {
            return true;
        }
        if (region->kind != RegionKind::Buffer && region->kind != RegionKind::Device) {
            TRY(clone.reserve(policy));
            TRY(clone.check_free(region->start, region->end));
            Region copy = *region;
            if (region->kind == RegionKind::Shared) {
                copy.grant = memory_.shared.copy(*region->grant.get(), clone.holder_);
            }
            clone.add_region(copy);
            clone.copy_stack(find_stack(region->start));
        }
        at = region->end;
    }
    return false;
}

/// The region that all of [address, address + size) lies in, if it can be cloned.
Result<Region const*> AddressSpace::clonable(UserAddr address, std::uint64_t size) const {
    TRY(check_range(address, size));
    Region const* const region = regions_.find(address);
    if (region == nullptr || region->end < address + size) {
        return base::fail(Error::RegionNotFound);
    }
    if (!can_be_cloned(*region)) {
        return base::fail(Error::PermissionDenied);
    }
    return region;
}

Result<AddressSpace::RangeClone> AddressSpace::clone_range(UserAddr address, std::uint64_t size,
                                                           RangeClone const& so_far,
                                                           policy::Policy const& policy) {
    Region const& source = *TRY(clonable(address, size));
    if (so_far.target == UserAddr{}) {
        return begin_range_clone(source, address, size, policy);
    }
    TRY(clonable(so_far.target, size));
    std::uint64_t const shift = so_far.target.raw() - address.raw(); // modulo 2^64
    if (!base::is_aligned(shift, Leaf::span_bits) ||
        !base::is_aligned(so_far.done, api::page_bits) || so_far.done > size) {
        return base::fail(Error::NotAligned);
    }
    UserAddr at = address + so_far.done;
    UserAddr const end = address + size;
    for (unsigned count = 0; count < max_clone_step; ++count) {
        TRY(reserve(policy));
        auto const next = TRY(pages_.share_leaf(pages_, {at, end}, shift));
        if (!next) {
            return RangeClone{.target = so_far.target, .done = size};
        }
        // What else the table maps came along.
        UserAddr const table = UserAddr{next->raw() - table_span + shift};
        pages_.clear(table, std::max(table, so_far.target));
        pages_.clear(std::min(so_far.target + size, table + table_span), table + table_span);
        if (charged() > quota_.pages) {
            pages_.clear(table, table + table_span);
            return base::fail(Error::QuotaExceeded);
        }
        at = *next;
    }
    return RangeClone{.target = so_far.target, .done = std::min(at, end) - address};
}

/// The clone lies as far into its tables as the source does, which nothing else is in.
Result<AddressSpace::RangeClone> AddressSpace::begin_range_clone(Region const& source,
                                                                 UserAddr address,
                                                                 std::uint64_t size,
                                                                 policy::Policy const& policy) {
    TRY(check_region_quota(1));
    UserAddr const first_table = address.aligned_down(Leaf::span_bits);
    std::uint64_t const room = (address + size).aligned_up(Leaf::span_bits) - first_table;
    UserAddr const tables =
        TRY(find_place(room + table_span - page_size)).aligned_up(Leaf::span_bits);
    UserAddr const target = tables + (address - first_table);
    TRY(reserve(policy));
    pages_.drop_idle();
    Region copy{.start = target,
                .end = target + size,
                .kind = kind_of_clone(source.kind),
                .access = source.access,
                .file = source.file,
                .advice = source.advice};
    if (!copy.file.is_empty()) {
        copy.file.begin = UserAddr{copy.file.begin.raw() + (target.raw() - address.raw())};
        copy.file.end = UserAddr{copy.file.end.raw() + (target.raw() - address.raw())};
    }
    add_region(copy);
    return RangeClone{.target = target, .done = 0};
}

} // namespace pager
