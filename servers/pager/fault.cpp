// SPDX-License-Identifier: BSD-2-Clause
//
// The life of a page fault, from the address that was touched to the page that is there.

#include <base/scope_guard.hpp>
#include <pager/address_space.hpp>

#include <algorithm>

namespace pager {

namespace {

/// The part of a page that comes from the boot archive; the rest is zeroes.
struct PageContent {
    std::uint64_t at;     // where in the page it begins
    std::uint64_t offset; // where in the archive
    std::uint64_t size;   // 0: all zeroes

    /// Whether a page of the archive is exactly this page.
    [[nodiscard]] bool is_archive_page() const {
        return size == page_size && base::is_aligned(offset, api::page_bits);
    }
};

PageContent content_of(Region const& region, UserAddr page) {
    UserAddr const begin = std::max(page, region.file.begin);
    UserAddr const end = std::min(page + page_size, region.file.end);
    if (region.kind != RegionKind::File || begin >= end) {
        return {};
    }
    return {.at = begin - page,
            .offset = region.file.offset + (begin - region.file.begin),
            .size = end - begin};
}

constexpr bool allows(Access access, FaultKind kind) {
    switch (kind) {
    case FaultKind::Read: return access != Access::None;
    case FaultKind::Write: return access == Access::ReadWrite;
    case FaultKind::Execute: return access == Access::ReadExecute;
    case FaultKind::Other: return false;
    }
    return false;
}

} // namespace

FaultOutcome AddressSpace::fault(Fault fault, policy::Policy const& policy) {
    Region const* const region = regions_.find(fault.address);
    if (region == nullptr) {
        return Stop{.reason = StopReason::NoRegion};
    }
    if (region->kind == RegionKind::Guard) {
        return Stop{.reason = StopReason::GuardHit, .region = region};
    }
    if (!allows(region->access, fault.kind)) {
        return Stop{.reason = StopReason::Forbidden, .region = region};
    }
    ++faults_;
    if (!serve(*region, fault, policy)) {
        return Stop{.reason = StopReason::OutOfMemory, .region = region};
    }
    return std::nullopt;
}

Result<> AddressSpace::serve(Region const& region, Fault fault, policy::Policy const& policy) {
    UserAddr const page = fault.address.aligned_down(api::page_bits);
    PageEntry const entry = pages_.get(page);
    bool const is_write = fault.kind == FaultKind::Write;
    if (entry.mapped() && (entry.has_frame() || !is_write)) {
        return pages_.remap(page, region.access); // another thread was first; nothing is taken
    }
    TRY(reserve(policy));
    if (entry.has_frame()) {
        return pages_.remap(page, region.access); // it was parked
    }
    PageContent const content = content_of(region, page);
    if (content.size == 0) {
        return place_zeroes(region, page, fault.kind, policy);
    }
    if (is_write || !content.is_archive_page()) {
        return fill_private(region, page);
    }
    TRY(pages_.place_file(page, content.offset, region.access));
    map_around(region, page,
               policy.map_around({.space = number_,
                                  .region = region.kind,
                                  .access = region.access,
                                  .kind = fault.kind,
                                  .page = (page - region.start) / page_size,
                                  .pages = region.size() / page_size}));
    return {};
}

Result<> AddressSpace::place_zeroes(Region const& region, UserAddr page, FaultKind kind,
                                    policy::Policy const& policy) {
    auto advice = policy.fill_zeroes({.space = number_,
                                      .region = region.kind,
                                      .access = region.access,
                                      .kind = kind,
                                      .page = (page - region.start) / page_size,
                                      .pages = region.size() / page_size});
    if (kind == FaultKind::Write && advice == policy::ZeroFill::SharedPage) {
        ++refused_advice_;
        advice = policy::ZeroFill::OwnFrame;
    }
    if (advice == policy::ZeroFill::SharedPage) {
        return pages_.place_zero(page, region.access);
    }
    return fill_private(region, page);
}

/// A frame of the client's own. It is zeroed by the kernel when it is made, so no client ever sees
/// what another one left behind.
Result<> AddressSpace::fill_private(Region const& region, UserAddr page) {
    Frame const frame =
        TRY(memory_.make(api::ObjectType::SmallPage, FrameState::Anonymous, number_));
    base::ScopeGuard destroy{[&] { memory_.destroy(frame); }};
    PageContent const content = content_of(region, page);
    if (content.size > 0) {
        Slot const capability = memory_.capability(frame);
        PageBytes const bytes = TRY(memory_.port.open_window(capability));
        std::ranges::copy(memory_.archive.bytes.subspan(content.offset, content.size),
                          bytes.begin() + static_cast<std::ptrdiff_t>(content.at));
        memory_.port.close_window(capability);
    }
    TRY(pages_.place_private(page, frame, region.access));
    destroy.disarm();
    return {};
}

/// Neighbours that are in memory anyway. They are a favour: when one fails, the rest is left out.
void AddressSpace::map_around(Region const& region, UserAddr page, policy::Neighbours neighbours) {
    if (neighbours.before + std::uint64_t{neighbours.behind} > policy::max_neighbours) {
        ++refused_advice_;
        neighbours.before = std::min(neighbours.before, policy::max_neighbours);
        neighbours.behind = std::min(neighbours.behind, policy::max_neighbours - neighbours.before);
    }
    std::uint64_t const before = std::min(neighbours.before * page_size, page - region.start);
    std::uint64_t const behind = std::min((neighbours.behind + 1) * page_size, region.end - page);
    for (UserAddr at = page - before; at < page + behind; at = at + page_size) {
        PageContent const content = content_of(region, at);
        if (!content.is_archive_page() || pages_.get(at).present()) {
            continue;
        }
        if (!pages_.place_file(at, content.offset, region.access)) {
            return;
        }
    }
}

} // namespace pager
