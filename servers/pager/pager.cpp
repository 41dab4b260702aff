// SPDX-License-Identifier: BSD-2-Clause
//
// Pager: messages, faults, and the table of spaces.

#include <pager/pager.hpp>

#include <utility>

namespace pager {

using ipc::pager::Caller;

namespace {

SpaceNumber space_of(api::Badge badge) {
    return SpaceNumber{
        static_cast<std::uint32_t>(Caller::Space::get(static_cast<api::Word>(badge)))};
}

} // namespace

Pager::~Pager() {
    while (AddressSpace* const space = spaces_.root()) {
        spaces_.remove(*space);
        delete space;
    }
}

ipc::Packet Pager::on_message(api::Badge badge, ipc::Packet const& packet) {
    attachment_ = no_slot;
    if (Caller::IsFault::get(static_cast<api::Word>(badge))) {
        return ipc::Packet{on_fault(badge, decode_fault(packet.label, packet.words))};
    }
    using namespace ipc::pager;
    auto const answer =
        ipc::dispatch<Map, Unmap, Protect, Advise, Break, Query, Written, MapShared, Share, Attach,
                      Revoke, MapArchiveFile, CloneRange, TrimStack, MapContiguous, CreateSpace,
                      CloneSpace, DestroySpace, MapFile, MapStack, WatchStack, MapDevice, MapBuffer,
                      SetQuota, SetAccessPolicy, TakeUntyped, ReturnUntyped, TakeReport, Statistics,
                      SpaceStatistics, PageMap, CopyOnWrite, LazyStatistics, Check, ProtectPage,
                      Growth, SetGrowth, WorkAhead, SetTracing, TracedFaults>(*this, badge, packet);
    return answer ? *answer : ipc::refusal(Error::Interrupted); // no handler puts an answer off
}

api::Word Pager::on_fault(api::Badge badge, FaultMessage const& fault) {
    AddressSpace* const space = spaces_.find(static_cast<std::uint64_t>(space_of(badge)));
    if (space == nullptr) {
        return stay; // its end overtook its fault
    }
    return trace_.is_on() ? serve_traced(*space, fault) : serve(*space, fault);
}

/// Not a part of on_fault(), which has nothing to save for it then.
[[gnu::noinline]] api::Word Pager::serve_traced(AddressSpace& space, FaultMessage const& fault) {
    trace_.begin(space);
    auto const answer = serve(space, fault);
    trace_.end(space, {.address = UserAddr{fault.address}, .kind = fault.kind}, fault.instruction);
    return answer;
}

api::Word Pager::serve(AddressSpace& space, FaultMessage const& fault) {
    if (fault.kind == FaultKind::Other) {
        stop(space, fault, {.reason = fault.reason});
        return stay;
    }
    ++faults_;
    Fault const access{.address = UserAddr{fault.address}, .kind = fault.kind};
    auto outcome = space.fault(access, policy_);
    while (outcome && outcome->reason == StopReason::OutOfMemory && trim_somebody()) {
        outcome = space.fault(access, policy_);
    }
    if (outcome) {
        stop(space, fault, *outcome);
        return stay;
    }
    return go_on;
}

void Pager::finish() {
    if (brings_capability_) {
        memory_.port.erase(Slot{startup::slot::received});
        brings_capability_ = false;
    }
    memory_.trim();
    finish_fault();
}

void Pager::wake_worker() {
    worker_sleeps_ = false;
    memory_.port.wake_worker();
}

/// A space has one report at a time: the first trouble is what its owner wants to know, and a
/// client cannot make the pager keep more.
void Pager::stop(AddressSpace& space, FaultMessage const& fault, Stop const& stop) {
    trace_.note_stop(stop.reason);
    if (space.report) {
        return;
    }
    Report report{};
    report.space = static_cast<api::Word>(space.number());
    report.pid = space.pid();
    report.reason = stop.reason;
    report.kind = fault.kind;
    report.address = fault.address;
    report.instruction = fault.instruction;
    if (stop.region != nullptr) {
        report.region_kind = stop.region->kind;
        report.region_access = stop.region->access;
        report.region_start = stop.region->start.raw();
        report.region_end = stop.region->end.raw();
    }
    space.report = report;
    reports_.push_back(space);
    memory_.port.signal_report();
}

Result<AddressSpace*> Pager::own_space(api::Badge caller) const {
    AddressSpace* const space = spaces_.find(static_cast<std::uint64_t>(space_of(caller)));
    if (space == nullptr) {
        return base::fail(Error::PermissionDenied);
    }
    return space;
}

Result<AddressSpace*> Pager::managed_space(api::Badge caller, api::Word number) const {
    if (!Caller::MayManage::get(static_cast<api::Word>(caller))) {
        return base::fail(Error::PermissionDenied);
    }
    AddressSpace* const space = spaces_.find(number);
    if (space == nullptr) {
        return base::fail(Error::NotFound);
    }
    return space;
}

/// Numbers are not used again until all others were, so that a badge that outlived its space does
/// not soon mean another one.
Result<SpaceNumber> Pager::new_number() {
    do {
        ++last_number_;
    } while (last_number_ == 0 || spaces_.find(last_number_) != nullptr);
    return SpaceNumber{last_number_};
}

Result<AddressSpace*> Pager::inspected_space(api::Badge caller, api::Word pid) const {
    if (!Caller::MayInspect::get(static_cast<api::Word>(caller))) {
        return base::fail(Error::PermissionDenied);
    }
    for (AddressSpace* space = spaces_.first(); space != nullptr; space = spaces_.next(*space)) {
        if (space->pid() == pid) {
            return space;
        }
    }
    return base::fail(Error::NotFound);
}

Result<AddressSpace*> Pager::create_space(api::Word pid, Name const& name) {
    TRY(memory_.reserve());
    SpaceNumber const number = TRY(new_number());
    auto space = TRY(AddressSpace::create(memory_, number, pid, Name::of(name.view())));
    attachment_ = space->vspace();
    spaces_.insert(*space);
    return space.release();
}

/// A new space stays if the next step fails: whoever asked knows its number only from an answer, so
/// the first step does nothing else.
Result<ipc::pager::CloneSpace::Reply> Pager::clone_space(AddressSpace& source,
                                                         ipc::pager::CloneSpace const& request) {
    using Reply = ipc::pager::CloneSpace::Reply;
    if (request.target == 0) {
        AddressSpace const* const clone = TRY(create_space(request.pid, request.name));
        return Reply{.space = static_cast<api::Word>(clone->number()), .done = 0};
    }
    AddressSpace* const clone = spaces_.find(request.target);
    if (clone == nullptr || clone == &source) {
        return base::fail(Error::NotFound);
    }
    bool const done = TRY(source.clone_into(*clone, policy_));
    return Reply{.space = request.target, .done = done ? api::Word{1} : 0};
}

Pager::Answer<ipc::pager::DestroySpace> Pager::handle(api::Badge caller,
                                                      ipc::pager::DestroySpace const& request) {
    auto const space = managed_space(caller, request.space);
    if (!space) {
        return base::fail(space.error());
    }
    if (!(*space)->wind_up()) {
        return ipc::pager::DestroySpace::Reply{.ended = 0};
    }
    if ((*space)->report) {
        reports_.remove(**space);
    }
    spaces_.remove(**space);
    delete *space;
    return ipc::pager::DestroySpace::Reply{.ended = 1};
}

Result<ipc::pager::TakeUntyped::Reply> Pager::take_untyped(api::Word size_bits) {
    if (size_bits < api::page_bits || size_bits > api::large_page_bits) {
        return base::fail(Error::InvalidSize);
    }
    TRY(memory_.reserve());
    auto const order = static_cast<unsigned>(size_bits - api::page_bits);
    Frame const block = TRY(memory_.blocks.take(order, FrameState::KernelObject));
    attachment_ = memory_.frames[block].untyped;
    return ipc::pager::TakeUntyped::Reply{.id = index(block) + api::Word{1}};
}

Result<> Pager::return_untyped(api::Word id) {
    // Blocks that were lent are the only ones of this state without an object of the pager's. A
    // frame inside a block says Free, so only the first one answers to this.
    if (id == 0 || !memory_.frames.contains(id - 1)) {
        return base::fail(Error::NotFound);
    }
    Frame const block{static_cast<std::uint32_t>(id - 1)};
    if (memory_.frames.state(block) != FrameState::KernelObject ||
        memory_.objects.capability(block) != no_slot) {
        return base::fail(Error::NotFound);
    }
    memory_.blocks.give(block);
    return {};
}

Pager::Answer<ipc::pager::TakeReport> Pager::handle(api::Badge caller,
                                                    ipc::pager::TakeReport const&) {
    if (!Caller::MayManage::get(static_cast<api::Word>(caller))) {
        return base::fail(Error::PermissionDenied);
    }
    AddressSpace* const space = reports_.pop_front();
    if (space == nullptr) {
        return base::fail(Error::NotFound);
    }
    return std::exchange(space->report, std::nullopt).value_or(Report{});
}

} // namespace pager
