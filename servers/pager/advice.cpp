// SPDX-License-Identifier: BSD-2-Clause
//
// AddressSpace: what a program tells about its memory, and what it asks.

#include <pager/address_space.hpp>

#include <algorithm>

namespace pager {

namespace {

/// Pages that one request brings, at most.
constexpr std::uint64_t max_pages_brought = 64;

} // namespace

Result<std::uint64_t> AddressSpace::advise(UserAddr address, std::uint64_t size, Advice advice,
                                           policy::Policy const& policy) {
    UserAddr const end = TRY(end_of_step(address, size));
    switch (advice) {
    case Advice::Normal:
    case Advice::Sequential:
    case Advice::Random:
    case Advice::Unlock: return mark(address, end, advice, policy);
    case Advice::WillNeed: return bring(address, end, false, policy);
    case Advice::Populate: return bring(address, end, true, policy);
    case Advice::DontNeed:
    case Advice::Free: return decommit(address, end, policy);
    case Advice::Lock: {
        std::uint64_t const done = TRY(bring(address, end, true, policy));
        return mark(address, address + done, advice, policy);
    }
    }
    return base::fail(Error::BadMessage);
}

Result<std::uint64_t> AddressSpace::mark(UserAddr start, UserAddr end, Advice advice,
                                         policy::Policy const& policy) {
    if (unsigned const cuts = regions_.cuts(start, end); cuts > 0) {
        TRY(check_region_quota(cuts));
        TRY(reserve(policy));
    }
    regions_.change(start, end, [=](Region& region) {
        if (advice == Advice::Lock || advice == Advice::Unlock) {
            region.is_locked = advice == Advice::Lock;
        } else {
            region.advice = advice;
        }
    });
    return end - start;
}

/// Maps pages without waiting for them to be touched: those that are in memory, or all of them.
Result<std::uint64_t> AddressSpace::bring(UserAddr start, UserAddr end, bool all,
                                          policy::Policy const& policy) {
    end = std::min(end, start + max_pages_brought * page_size);
    for (UserAddr page = start; page < end;) {
        TRY(reserve(policy));
        Region const& region = *regions_.find(page);
        auto const count =
            static_cast<std::uint32_t>((std::min(end, region.end) - page) / page_size);
        bool const is_plain = region.access == Access::ReadWrite && region.file.is_empty() &&
                              region.kind != RegionKind::Shared &&
                              region.kind != RegionKind::Device;
        std::uint32_t const placed =
            all && is_plain ? pages_.place_new(page, within_quota(count), region.access) : 0;
        page = page + placed * page_size;
        if (placed == 0) {
            TRY(bring_page(region, page, all));
            page = page + page_size;
        }
    }
    return end - start;
}

Result<> AddressSpace::bring_page(Region const& region, UserAddr page, bool all) {
    if (region.access == Access::None) {
        return {};
    }
    PageView const view = pages_.get(page);
    if (region.kind == RegionKind::Device) {
        return view.is_mapped ? Result<>{} : place_contiguous(region, page);
    }
    if (region.kind == RegionKind::Shared) {
        bool const is_wanted = !view.is_mapped && (all || is_in_memory(region, page));
        if (is_wanted) {
            TRY(place_shared(region, page));
        }
        return {};
    }
    bool const is_write = all && region.access == Access::ReadWrite;
    PageContent const content = content_of(region, page);
    if (view.is_mapped && (!is_write || (view.is_writable && view.state == PageState::Private))) {
        return {};
    }
    bool const is_in_memory = view.state != PageState::Absent || content.is_archive_page();
    if (!all && !is_in_memory) {
        return {};
    }
    auto const kind = is_write ? FaultKind::Write : FaultKind::Read;
    if (is_write && content.size == 0 && view.state != PageState::Private) {
        return fill_private(region, page, content);
    }
    return fill(region, page, view, content, kind);
}

Result<std::uint64_t> AddressSpace::decommit(UserAddr start, UserAddr end,
                                             policy::Policy const& policy) {
    for (Region const* region = regions_.find(start); region != nullptr && region->start < end;
         region = regions_.next(*region)) {
        if (region->is_locked || region->kind == RegionKind::Device) {
            return base::fail(Error::PermissionDenied);
        }
    }
    if (pages_.clear_needs_memory(start, end)) {
        TRY(reserve(policy));
    }
    pages_.clear(start, end);
    return end - start;
}

Result<UserAddr> AddressSpace::set_break(UserAddr end, policy::Policy const& policy) {
    if (end < layout_.heap || end > map_area) {
        return base::fail(Error::InvalidAddress);
    }
    if (end > heap_end_ && end - layout_.heap > growth_.heap) {
        return base::fail(Error::QuotaExceeded);
    }
    UserAddr const old_top = heap_end_.aligned_up(api::page_bits);
    UserAddr const top = end.aligned_up(api::page_bits);
    if (top > old_top) {
        TRY(check_free(old_top, top));
        TRY(reserve(policy));
        add_region(
            {.start = old_top, .end = top, .kind = RegionKind::Heap, .access = Access::ReadWrite});
    }
    if (top < old_top) {
        // From the top down, so that what is left is the heap however far this step goes.
        UserAddr const start = pages_.start_of_step(top, old_top);
        if (pages_.clear_needs_memory(start, old_top)) {
            TRY(reserve(policy));
        }
        pages_.clear(start, old_top);
        reserved_ -= regions_.remove(start, old_top);
        heap_end_ = std::max(start, end);
        return heap_end_;
    }
    heap_end_ = end;
    return end;
}

Result<> AddressSpace::protect_page(UserAddr address, bool protect, policy::Policy const& policy) {
    UserAddr const page = address.aligned_down(api::page_bits);
    Region const* const region = regions_.find(page);
    if (region == nullptr || pages_.get(page).state != PageState::Private) {
        return base::fail(Error::NotFound);
    }
    if (region->access == Access::None) {
        return {}; // it is noticed whatever is done
    }
    TRY(reserve(policy));
    bool const is_watched = protect && region->access == Access::ReadWrite;
    return is_watched ? pages_.watch(page) : pages_.map_again(page, region->access);
}

Result<ipc::pager::Query::Reply> AddressSpace::query(UserAddr page) const {
    TRY(check_range(page, page_size));
    Region const* const region = regions_.find(page);
    if (region == nullptr) {
        return base::fail(Error::RegionNotFound);
    }
    PageView const view = pages_.get(page);
    return ipc::pager::Query::Reply{
        .region_start = region->start.raw(),
        .region_end = region->end.raw(),
        .page = static_cast<ipc::pager::PageKind>(view.state),
        .is_mapped = view.is_mapped ? api::Word{1} : 0,
        .is_writable = view.is_writable ? api::Word{1} : 0,
        .references = view.state == PageState::Private ? memory_.arrays.sharers(view.frame) : 0,
        .region = region->kind,
        .access = region->access,
        .is_locked = region->is_locked ? api::Word{1} : 0,
    };
}

Result<std::uint64_t> AddressSpace::take_written(UserAddr address, std::uint64_t size) {
    if (size > ipc::pager::Written::max_pages * page_size) {
        return base::fail(Error::InvalidSize);
    }
    TRY(check_range(address, size));
    for (UserAddr at = address; at < address + size;) {
        Region const* const region = regions_.find(at);
        if (region == nullptr) {
            return base::fail(Error::RegionNotFound);
        }
        at = region->end;
    }
    return pages_.take_written(address, size / page_size);
}

} // namespace pager
