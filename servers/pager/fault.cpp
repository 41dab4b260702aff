// SPDX-License-Identifier: BSD-2-Clause
//
// The life of a page fault, from the address that was touched to the page that is there.

#include <base/scope_guard.hpp>
#include <pager/address_space.hpp>

#include <algorithm>
#include <cstring>

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
    Region* const region = regions_.find(fault.address);
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

Result<> AddressSpace::serve(Region& region, Fault fault, policy::Policy const& policy) {
    UserAddr const page = fault.address.aligned_down(api::page_bits);
    TRY(reserve(policy));
    std::uint32_t const streak = region.stream.follow(page);
    auto const content = TRY(fill(region, page, fault.kind, policy));
    map_around(region, page,
               policy.map_around({.space = number_,
                                  .region = region.kind,
                                  .access = region.access,
                                  .kind = fault.kind,
                                  .page = (page - region.start) / page_size,
                                  .pages = region.size() / page_size},
                                 content, streak),
               fault.kind, content);
    return {};
}

/// The page itself. The answer is what was found behind it.
Result<policy::Content> AddressSpace::fill(Region const& region, UserAddr page, FaultKind kind,
                                           policy::Policy const& policy) {
    PageView const view = pages_.get(page);
    bool const is_write = kind == FaultKind::Write;
    if (view.state == PageState::Private && is_write) {
        TRY(pages_.own_for_write(page, region.access));
        return policy::Content::Frame;
    }
    if (view.state == PageState::Private || view.state == PageState::Buffer ||
        (view.state != PageState::Absent && !is_write)) {
        TRY(pages_.map_again(page, region.access));
        return policy::Content::Frame;
    }
    PageContent const content = content_of(region, page);
    if (content.size == 0) {
        TRY(place_zeroes(region, page, kind, policy));
        return policy::Content::Zeroes;
    }
    if (is_write || !content.is_archive_page()) {
        TRY(fill_private(region, page));
    } else {
        TRY(pages_.place_file(page, content.offset, region.access));
    }
    return policy::Content::File;
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

/// A frame of the client's own. What of it does not come from a file is zero: no client ever sees
/// what another one left behind.
Result<> AddressSpace::fill_private(Region const& region, UserAddr page) {
    Frame const frame = TRY(memory_.pool.take(PageGroup::Clients, FrameState::Anonymous, number_));
    base::ScopeGuard give{[&] { memory_.pool.give(frame); }};
    if (PageContent const content = content_of(region, page); content.size > 0) {
        std::memcpy(memory_.pool.bytes(frame) + content.at,
                    memory_.archive.bytes.data() + content.offset, content.size);
    }
    TRY(pages_.place_frame(page, frame, region.access));
    give.disarm();
    return {};
}

/// Neighbours are a favour: when one fails, the rest is left out.
void AddressSpace::map_around(Region& region, UserAddr page, policy::Neighbours neighbours,
                              FaultKind kind, policy::Content like) {
    if (neighbours.before + std::uint64_t{neighbours.behind} > policy::max_neighbours) {
        ++refused_advice_;
        neighbours.before = std::min(neighbours.before, policy::max_neighbours);
        neighbours.behind = std::min(neighbours.behind, policy::max_neighbours - neighbours.before);
    }
    std::uint64_t const before = std::min(neighbours.before * page_size, page - region.start);
    std::uint64_t const behind = std::min((neighbours.behind + 1) * page_size, region.end - page);
    region.stream.below = page - before - page_size;
    region.stream.above = page + behind;
    for (UserAddr at = page - before; at < page + behind; at = at + page_size) {
        if (at != page && !map_neighbour(region, at, kind, like)) {
            return;
        }
    }
}

/// A page that nobody asked for yet, if there is the same behind it as behind the one that was
/// touched. It may cost a capability, but a frame only if there is one in stock, and nothing is
/// copied. False: it is time to stop.
bool AddressSpace::map_neighbour(Region const& region, UserAddr page, FaultKind kind,
                                 policy::Content like) {
    PageView const view = pages_.get(page);
    if (view.is_mapped) {
        return true;
    }
    if (view.state != PageState::Absent) {
        return pages_.map_again(page, region.access).has_value();
    }
    PageContent const content = content_of(region, page);
    if (like == policy::Content::File && content.is_archive_page()) {
        return pages_.place_file(page, content.offset, region.access).has_value();
    }
    if (like != policy::Content::Zeroes || content.size > 0) {
        return true;
    }
    if (kind != FaultKind::Write) {
        return pages_.place_zero(page, region.access).has_value();
    }
    return memory_.pool.zeroed_frames() > 0 && fill_private(region, page).has_value();
}

} // namespace pager
