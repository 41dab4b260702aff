// SPDX-License-Identifier: BSD-2-Clause
//
// The life of a page fault, from the address that was touched to the page that is there.

#include <base/scope_guard.hpp>
#include <pager/address_space.hpp>

#include <algorithm>
#include <cstring>

namespace pager {

namespace {

/// Whether the page has what the access needs, so that it is only to be mapped.
bool is_there(PageView const& view, FaultKind kind) {
    return view.state == PageState::Private || view.state == PageState::Buffer ||
           (view.state != PageState::Absent && kind != FaultKind::Write);
}

policy::Content content_behind(PageView const& view, PageContent const& content, FaultKind kind) {
    bool const is_copied = view.state == PageState::Private && !view.is_exclusive;
    if (is_copied && kind == FaultKind::Write) {
        return policy::Content::Shared;
    }
    if (is_there(view, kind)) {
        return policy::Content::Frame;
    }
    return content.size == 0 ? policy::Content::Zeroes : policy::Content::File;
}

/// Of neighbours that may become frames, those up to the next page with bytes of a file.
policy::Neighbours up_to_file(Region const& region, UserAddr page, policy::Neighbours wanted) {
    policy::Neighbours zeroes{};
    auto const is_zero = [&](UserAddr at) { return content_of(region, at).size == 0; };
    while (zeroes.before < wanted.before && is_zero(page - (zeroes.before + 1) * page_size)) {
        ++zeroes.before;
    }
    while (zeroes.behind < wanted.behind && is_zero(page + (zeroes.behind + 1) * page_size)) {
        ++zeroes.behind;
    }
    return zeroes;
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

PageContent content_of(Region const& region, UserAddr page) {
    UserAddr const begin = std::max(page, region.file.begin);
    UserAddr const end = std::min(page + page_size, region.file.end);
    if (begin >= end) {
        return {};
    }
    return {.at = begin - page,
            .offset = region.file.offset + (begin - region.file.begin),
            .size = end - begin};
}

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
    if (region->kind == RegionKind::Stack) {
        if (auto const reason = grow_stack(fault.address.aligned_down(api::page_bits))) {
            return Stop{.reason = *reason, .region = region};
        }
    }
    ++faults_.served;
    if (auto const served = serve(*region, fault, policy); !served) {
        bool const quota = served.error() == Error::QuotaExceeded;
        return Stop{.reason = quota ? StopReason::QuotaExceeded : StopReason::OutOfMemory,
                    .region = region};
    }
    return std::nullopt;
}

Result<> AddressSpace::serve(Region& region, Fault fault, policy::Policy const& policy) {
    UserAddr const page = fault.address.aligned_down(api::page_bits);
    TRY(reserve(policy));
    if (region.kind == RegionKind::Device) {
        faults_.count(Resolution::Again);
        return place_contiguous(region, page);
    }
    std::uint32_t const streak = region.stream.follow(page);
    policy::Touch const touch{.space = number_,
                              .region = region.kind,
                              .access = region.access,
                              .kind = fault.kind,
                              .page = (page - region.start) / page_size,
                              .pages = region.size() / page_size,
                              .advice = region.advice,
                              .is_downwards = region.stream.is_downwards};
    PageView const view = pages_.get(page);
    if (view.state == PageState::Absent && charged() > quota_.pages) {
        return base::fail(Error::QuotaExceeded); // by tables: frames are counted one by one
    }
    PageContent const content = content_of(region, page);
    auto const found =
        region.kind == RegionKind::Shared
            ? (is_in_memory(region, page) ? policy::Content::Frame : policy::Content::Zeroes)
            : content_behind(view, content, fault.kind);
    auto const neighbours =
        within_growth(region, page, checked(policy.map_around(touch, found, streak), touch));
    region.stream.below = page - (neighbours.before + 1) * page_size;
    region.stream.above = page + (neighbours.behind + 1) * page_size;
    if (region.kind == RegionKind::Shared) {
        return serve_shared(region, page, neighbours);
    }
    if (found == policy::Content::Zeroes && wants_frame(touch, policy)) {
        return place_frames(region, page, neighbours);
    }
    if (found == policy::Content::Shared) {
        return place_copies(region, page, neighbours);
    }
    bool const is_file = found == policy::Content::File && fault.kind != FaultKind::Write;
    auto const placed = is_file ? place_files(region, page, neighbours) : FilesPlaced{};
    if (placed.has_touched) {
        faults_.count(Resolution::File);
    } else {
        TRY(fill(region, page, view, content, fault.kind));
    }
    if (placed.count <= neighbours.before + neighbours.behind) {
        map_around(region, page, neighbours, found);
    }
    return {};
}

/// Advice about neighbours, cut to what may be.
policy::Neighbours AddressSpace::checked(policy::Neighbours advice, policy::Touch const& touch) {
    if (advice.before + std::uint64_t{advice.behind} > policy::max_neighbours) {
        ++faults_.refused_advice;
        advice.before = std::min(advice.before, policy::max_neighbours);
        advice.behind = std::min(advice.behind, policy::max_neighbours - advice.before);
    }
    std::uint64_t const behind = touch.pages - 1 - touch.page;
    return {.before =
                static_cast<std::uint32_t>(std::min<std::uint64_t>(advice.before, touch.page)),
            .behind = static_cast<std::uint32_t>(std::min<std::uint64_t>(advice.behind, behind))};
}

/// Whether untouched memory becomes a frame, or shows the page of zeroes.
bool AddressSpace::wants_frame(policy::Touch const& touch, policy::Policy const& policy) {
    bool const is_write = touch.kind == FaultKind::Write;
    bool const wants = policy.fill_zeroes(touch) == policy::ZeroFill::OwnFrame;
    faults_.refused_advice += is_write && !wants ? 1 : 0;
    return is_write || wants;
}

/// Frames for untouched memory. The first must be; those of neighbours come out of the stock, if
/// they do.
Result<> AddressSpace::place_frames(Region const& region, UserAddr page,
                                    policy::Neighbours neighbours) {
    if (!region.file.is_empty()) {
        neighbours = up_to_file(region, page, neighbours);
    }
    std::uint32_t const wanted = within_quota(1 + neighbours.behind);
    std::uint32_t const placed =
        region.access != Access::ReadExecute ? pages_.place_new(page, wanted, region.access) : 0;
    if (placed == 0) {
        TRY(fill_private(region, page, {}));
    }
    faults_.count(Resolution::Frame);
    faults_.ahead += placed > 1 ? placed - 1 : 0;
    if (neighbours.before > 0 && region.access != Access::ReadExecute) {
        std::uint32_t const more = within_quota(neighbours.before);
        faults_.ahead += pages_.place_new(page - more * page_size, more, region.access);
    }
    return {};
}

/// What others share and the client writes becomes its own. Only what it touched must; neighbours,
/// which it will write if it goes on like that, are copied into frames that are in stock.
Result<> AddressSpace::place_copies(Region const& region, UserAddr page,
                                    policy::Neighbours neighbours) {
    std::uint32_t const behind = within_quota(neighbours.behind);
    std::uint32_t placed = behind > 0 ? pages_.own_run(page, 1 + behind, region.access) : 0;
    if (placed == 0) {
        TRY(pages_.own_for_write(page, region.access));
        placed = 1;
    }
    std::uint32_t const before =
        within_quota(std::min(neighbours.before, Leaf::index_of(page))); // in the same table
    if (before > 0) {
        placed += pages_.own_run(page - before * page_size, before, region.access);
    }
    faults_.count(Resolution::Copy);
    faults_.ahead += placed - 1;
    return {};
}

/// Pages of the boot archive that are not there yet, by as few calls of the kernel as can be: how
/// many came, and whether the one that was touched is among them.
AddressSpace::FilesPlaced AddressSpace::place_files(Region const& region, UserAddr page,
                                                    policy::Neighbours neighbours) {
    FilesPlaced placed{};
    UserAddr const end = page + (neighbours.behind + 1) * page_size;
    for (UserAddr at = page - neighbours.before * page_size; at < end;) {
        PageContent const content = content_of(region, at);
        std::uint32_t run = 0;
        if (content.is_archive_page()) {
            auto const pages = (std::min(end, region.file.end) - at) / page_size;
            run = pages_.place_files(at, content.offset, static_cast<std::uint32_t>(pages),
                                     region.access);
        }
        UserAddr const next = at + std::max(run, 1u) * page_size;
        placed.has_touched = placed.has_touched || (run > 0 && at <= page && page < next);
        placed.count += run;
        at = next;
    }
    faults_.ahead += placed.count - (placed.has_touched ? 1 : 0);
    return placed;
}

/// The page itself, if it does not become a frame of zeroes.
Result<> AddressSpace::fill(Region const& region, UserAddr page, PageView const& view,
                            PageContent const& content, FaultKind kind) {
    bool const is_write = kind == FaultKind::Write;
    if (view.state == PageState::Private && is_write) {
        faults_.count(view.is_exclusive ? Resolution::Again : Resolution::Copy);
        return pages_.own_for_write(page, region.access);
    }
    if (is_there(view, kind)) {
        faults_.count(Resolution::Again);
        return pages_.map_again(page, region.access);
    }
    if (content.size == 0) {
        faults_.count(Resolution::Zero);
        return pages_.place_zero(page, region.access);
    }
    faults_.count(Resolution::File);
    if (is_write || !content.is_archive_page()) {
        return fill_private(region, page, content);
    }
    return pages_.place_file(page, content.offset, region.access);
}

/// A frame of the client's own. What of it does not come from a file is zero: no client ever sees
/// what another one left behind.
Result<> AddressSpace::fill_private(Region const& region, UserAddr page,
                                    PageContent const& content) {
    if (within_quota(1) == 0) {
        return base::fail(Error::QuotaExceeded);
    }
    Frame const frame = TRY(memory_.pool.take(PageGroup::Clients, FrameState::Anonymous, number_));
    base::ScopeGuard give{[&] { memory_.pool.give(frame); }};
    if (content.size > 0) {
        std::memcpy(memory_.pool.bytes(frame) + content.at,
                    memory_.archive.bytes.data() + content.offset, content.size);
    }
    TRY(pages_.place_frame(page, frame, region.access));
    give.disarm();
    return {};
}

/// Neighbours are a favour: when one fails, the rest is left out.
void AddressSpace::map_around(Region const& region, UserAddr page, policy::Neighbours neighbours,
                              policy::Content like) {
    UserAddr const end = page + (neighbours.behind + 1) * page_size;
    for (UserAddr at = page - neighbours.before * page_size; at < end; at = at + page_size) {
        if (at != page && !map_neighbour(region, at, like)) {
            return;
        }
    }
}

/// A page that nobody asked for yet, if there is the same behind it as behind the one that was
/// touched. It costs a capability at most. False: it is time to stop.
bool AddressSpace::map_neighbour(Region const& region, UserAddr page, policy::Content like) {
    PageView const view = pages_.get(page);
    PageContent const content = content_of(region, page);
    bool const is_there = view.state != PageState::Absent;
    bool const is_file = like == policy::Content::File && content.is_archive_page();
    bool const is_zeroes = like == policy::Content::Zeroes && content.size == 0;
    if (view.is_mapped || (!is_there && !is_file && !is_zeroes)) {
        return true;
    }
    auto const mapped = is_there  ? pages_.map_again(page, region.access)
                        : is_file ? pages_.place_file(page, content.offset, region.access)
                                  : pages_.place_zero(page, region.access);
    faults_.ahead += mapped ? 1 : 0;
    return mapped.has_value();
}

} // namespace pager
