// SPDX-License-Identifier: BSD-2-Clause
//
// The requests that change nothing for clients: sums over all memory and of one space, the map of
// one region, work done ahead.

#include <pager/books.hpp>

#include <algorithm>

namespace pager {

using ipc::pager::Caller;

namespace {

bool may_inspect(api::Badge caller) {
    return Caller::MayInspect::get(static_cast<api::Word>(caller));
}

char letter(Region const& region, PageView page) {
    if (region.kind == RegionKind::Guard) {
        return '-';
    }
    switch (page.state) {
    case PageState::Absent: return '.';
    case PageState::Zero: return 'z';
    case PageState::File: return 'f';
    case PageState::Private: return page.is_exclusive ? 'a' : 's';
    case PageState::Buffer:
        return region.kind == RegionKind::Device && region.block->frames() == 0 ? 'd' : 'b';
    case PageState::Shared: return 'S';
    }
    return '?';
}

} // namespace

Pager::Answer<ipc::pager::Statistics> Pager::handle(api::Badge caller,
                                                    ipc::pager::Statistics const&) {
    if (!may_inspect(caller)) {
        return base::fail(Error::PermissionDenied);
    }
    FrameTable const& frames = memory_.frames;
    return ipc::pager::Statistics::Reply{
        .total = frames.total(),
        .free = frames.unused(),
        .anonymous = frames.bytes(FrameState::Anonymous),
        .shared = frames.bytes(FrameState::Shared),
        .shared_zero = frames.bytes(FrameState::SharedZero),
        .buffers = frames.bytes(FrameState::Buffer),
        .page_tables = frames.bytes(FrameState::PageTable),
        .kernel_objects = frames.bytes(FrameState::KernelObject),
        .pager = frames.bytes(FrameState::Pager),
        .file_mapped = memory_.file_mapped * page_size,
        .zero_mapped = memory_.zero_mapped * page_size,
        .faults = faults_,
        .zeroed = memory_.pool.zeroed_frames(),
        .zeroed_wanted = memory_.stock_wanted(),
    };
}

Pager::Answer<ipc::pager::SpaceStatistics>
Pager::handle(api::Badge caller, ipc::pager::SpaceStatistics const& request) {
    if (!may_inspect(caller)) {
        return base::fail(Error::PermissionDenied);
    }
    AddressSpace const* const space =
        request.after == ~api::Word{0} ? nullptr : spaces_.at_or_above(request.after + 1);
    if (space == nullptr) {
        return base::fail(Error::NotFound);
    }
    PageMapper const& pages = space->pages();
    return ipc::pager::SpaceStatistics::Reply{
        .space = static_cast<api::Word>(space->number()),
        .pid = space->pid(),
        .reserved = space->reserved(),
        .anonymous = pages.private_pages() * page_size,
        .buffers = pages.mappings(MappingKind::Buffer) * page_size,
        .file = pages.mappings(MappingKind::File) * page_size,
        .zero = pages.mappings(MappingKind::Zero) * page_size,
        .page_tables = pages.tables() * page_size,
        .faults = space->faults().served,
        .name = space->name(),
    };
}

Pager::Answer<ipc::pager::CopyOnWrite> Pager::handle(api::Badge caller,
                                                     ipc::pager::CopyOnWrite const&) {
    if (!may_inspect(caller)) {
        return base::fail(Error::PermissionDenied);
    }
    CopyStatistics const& now = memory_.arrays.statistics;
    return ipc::pager::CopyOnWrite::Reply{
        .clones = now.clones,
        .cloned = now.cloned,
        .breaks = now.breaks,
        .upgrades = now.upgrades,
        .saved_now = now.saved_now,
        .saved_peak = now.saved_peak,
    };
}

Pager::Answer<ipc::pager::LazyStatistics> Pager::handle(api::Badge caller,
                                                        ipc::pager::LazyStatistics const& request) {
    auto const space = inspected_space(caller, request.pid);
    if (!space) {
        return base::fail(space.error());
    }
    PageMapper const& pages = (*space)->pages();
    FaultCounts const& faults = (*space)->faults();
    return ipc::pager::LazyStatistics::Reply{
        .reserved = (*space)->reserved() / page_size,
        .resident = pages.private_pages() + pages.mappings(MappingKind::File) +
                    pages.mappings(MappingKind::Zero),
        .faults = faults.served,
        .zero = faults.of(Resolution::Zero),
        .frames = faults.of(Resolution::Frame),
        .file = faults.of(Resolution::File),
        .copies = faults.of(Resolution::Copy),
        .again = faults.of(Resolution::Again),
        .ahead = faults.ahead,
        .refused = faults.refused_advice,
    };
}

Pager::Answer<ipc::pager::Check> Pager::handle(api::Badge caller, ipc::pager::Check const&) {
    if (!may_inspect(caller)) {
        return base::fail(Error::PermissionDenied);
    }
    auto const discrepancy = find_discrepancy(*this, fixed_slots_);
    return ipc::pager::Check::Reply{.discrepancy = ipc::Text<120>::of(discrepancy.value_or(""))};
}

Pager::Answer<ipc::pager::ProtectPage> Pager::handle(api::Badge caller,
                                                     ipc::pager::ProtectPage const& request) {
    auto const protect = [&]() -> Result<ipc::pager::ProtectPage::Reply> {
        AddressSpace* const space = TRY(inspected_space(caller, request.pid));
        TRY(space->protect_page(UserAddr{request.address}, request.protect != 0, policy_));
        return ipc::pager::ProtectPage::Reply{};
    };
    return protect();
}

Pager::Answer<ipc::pager::WorkAhead> Pager::handle(api::Badge caller,
                                                   ipc::pager::WorkAhead const&) {
    if (!may_inspect(caller)) {
        return base::fail(Error::PermissionDenied);
    }
    bool const more = memory_.work_ahead();
    if (!more) {
        for (AddressSpace* space = first_space(); space != nullptr; space = next_space(*space)) {
            space->drop_idle_tables();
        }
        worker_sleeps_ = true; // if it was not the worker who asked, it is woken once too often
    }
    return ipc::pager::WorkAhead::Reply{.more = more ? api::Word{1} : 0};
}

Pager::Answer<ipc::pager::SetTracing> Pager::handle(api::Badge caller,
                                                    ipc::pager::SetTracing const& request) {
    auto const set = [&]() -> Result<ipc::pager::SetTracing::Reply> {
        if (!may_inspect(caller)) {
            return base::fail(Error::PermissionDenied);
        }
        if (static_cast<api::Word>(request.tracing) > static_cast<api::Word>(Tracing::Clear)) {
            return base::fail(Error::BadMessage);
        }
        TRY(trace_.set(request.tracing));
        return ipc::pager::SetTracing::Reply{};
    };
    return set();
}

Pager::Answer<ipc::pager::TracedFaults> Pager::handle(api::Badge caller,
                                                      ipc::pager::TracedFaults const& request) {
    if (!may_inspect(caller)) {
        return base::fail(Error::PermissionDenied);
    }
    return trace_.read(request.from);
}

Pager::Answer<ipc::pager::PageMap> Pager::handle(api::Badge caller,
                                                 ipc::pager::PageMap const& request) {
    auto const space = inspected_space(caller, request.pid);
    if (!space) {
        return base::fail(space.error());
    }
    Region const* const region = (*space)->regions().first_ending_above(UserAddr{request.address});
    if (region == nullptr) {
        return base::fail(Error::NotFound);
    }
    ipc::pager::PageMap::Reply reply{};
    reply.start = region->start.raw();
    reply.end = region->end.raw();
    reply.kind = region->kind;
    reply.access = region->access;
    std::uint64_t const pages = region->size() / page_size;
    std::uint64_t const first = std::min(request.from_page, pages);
    reply.pages.length = std::min<std::uint64_t>(pages - first, ipc::pager::PageMap::max_pages);
    for (std::uint64_t i = 0; i < reply.pages.length; ++i) {
        UserAddr const page = region->start + (first + i) * page_size;
        reply.pages.bytes[i] = letter(*region, (*space)->pages().get(page));
    }
    return reply;
}

} // namespace pager
