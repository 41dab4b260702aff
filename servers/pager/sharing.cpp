// SPDX-License-Identifier: BSD-2-Clause
//
// Memory that several spaces have at once: what one asks for, and what happens when it is touched.

#include <pager/address_space.hpp>

namespace pager {

Result<UserAddr> AddressSpace::map_shared(UserAddr address, std::uint64_t size, Access access,
                                          Placement placement, policy::Policy const& policy) {
    TRY(check_shared_access(access, Access::ReadWrite));
    UserAddr const start = TRY(place(address, size, placement));
    std::uint64_t const pages = size / page_size;
    TRY(check_page_quota(pages));
    TRY(reserve(policy));
    add_region({.start = start,
                .end = start + size,
                .kind = RegionKind::Shared,
                .access = access,
                .grant = memory_.shared.make(holder_, start, pages, Access::ReadWrite)});
    return start;
}

Result<UserAddr> AddressSpace::attach(Grant& offer, UserAddr address, Access access,
                                      Placement placement, policy::Policy const& policy) {
    TRY(check_shared_access(access, offer.most));
    std::uint64_t const size = offer.pages.count * page_size;
    UserAddr const start = TRY(place(address, size, placement));
    TRY(reserve(policy));
    add_region({.start = start,
                .end = start + size,
                .kind = RegionKind::Shared,
                .access = access,
                .grant = memory_.shared.take(offer, holder_, start)});
    return start;
}

Result<std::uint64_t> AddressSpace::share(UserAddr address, std::uint64_t size, Access access,
                                          policy::Policy const& policy) {
    TRY(check_range(address, size));
    Region const* const region = regions_.find(address);
    if (region == nullptr) {
        return base::fail(Error::RegionNotFound);
    }
    if (region->kind != RegionKind::Shared) {
        return base::fail(Error::PermissionDenied);
    }
    Grant& grant = *region->grant.get();
    TRY(check_shared_access(access, grant.most));
    PageRange const pages{.first = grant.page_at(address), .count = size / page_size};
    if (pages.first + pages.count > grant.pages.first + grant.pages.count) {
        return base::fail(Error::PermissionDenied);
    }
    TRY(reserve(policy));
    return memory_.shared.offer(grant, pages, access);
}

void AddressSpace::drop_grant(Grant& grant) {
    for (unsigned count = 0; count < max_step; ++count) {
        Region const* const region = regions_.first_ending_above(grant.passed);
        if (region == nullptr) {
            return;
        }
        if (region->grant.get() != &grant) {
            grant.passed = region->end;
            continue;
        }
        UserAddr const start = region->start;
        UserAddr const end = pages_.end_of_step(start, region->end);
        pages_.clear(start, end); // takes nothing: no page array names these pages
        reserved_ -= regions_.remove(start, end);
        return; // with the last region, the grant is gone, too
    }
}

/// What is shared can be changed behind the back of whoever executes it.
Result<> AddressSpace::check_shared_access(Access access, Access most) const {
    bool const may_write = most == Access::ReadWrite && !access_policy_.forbids_shared_writing;
    bool const is_too_much =
        access == Access::ReadExecute || (access == Access::ReadWrite && !may_write);
    return is_too_much ? base::fail(Error::PermissionDenied) : Result<>{};
}

/// There is no page of zeroes here: what one reads, another writes. Neighbours are a favour: they
/// come along if they are in memory.
Result<> AddressSpace::serve_shared(Region const& region, UserAddr page,
                                    policy::Neighbours neighbours) {
    faults_.count(TRY(place_shared(region, page)));
    UserAddr const end = page + (neighbours.behind + 1) * page_size;
    for (UserAddr at = page - neighbours.before * page_size; at < end; at = at + page_size) {
        bool const is_wanted = at != page && is_in_memory(region, at) && !pages_.get(at).is_mapped;
        if (is_wanted && !place_shared(region, at)) {
            break;
        }
        faults_.ahead += is_wanted ? 1 : 0;
    }
    return {};
}

bool AddressSpace::is_in_memory(Region const& region, UserAddr page) {
    return region.grant->memory.find(region.grant->page_at(page)).has_value();
}

Result<Resolution> AddressSpace::place_shared(Region const& region, UserAddr page) {
    if (pages_.get(page).state == PageState::Shared) {
        TRY(pages_.map_again(page, region.access));
        return Resolution::Again;
    }
    SharedMemory& memory = region.grant->memory;
    std::uint64_t const before = memory.present();
    Frame const frame = TRY(memory.bring(region.grant->page_at(page)));
    TRY(pages_.place_shared(page, frame, region.access));
    return memory.present() == before ? Resolution::Again : Resolution::Frame;
}

} // namespace pager
