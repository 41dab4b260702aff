// SPDX-License-Identifier: BSD-2-Clause
//
// Writing is short, because every fault waits for it; reading looks for its place.

#include <pager/fault_trace.hpp>

#include <algorithm>

namespace pager {

namespace {

/// The ring may have this share of all memory, and grows only while there is more than enough.
constexpr std::uint64_t ring_share = 1024;
constexpr std::uint64_t share_left_free = 16;

} // namespace

Result<> FaultTrace::set(Tracing tracing) {
    is_on_ = false;
    if (tracing == Tracing::Clear) {
        clear();
    }
    if (tracing != Tracing::On) {
        return {};
    }
    if (page_ == nullptr) {
        page_ = make_page();
        used_ = 0;
    }
    is_on_ = page_ != nullptr;
    return is_on_ ? Result<>{} : base::fail(Error::OutOfMemory);
}

void FaultTrace::begin(AddressSpace const& space) {
    start_ = {.ticks = machine::ticks(),
              .ahead = space.faults().ahead,
              .upgrades = memory_.arrays.statistics.upgrades,
              .reason = {},
              .instructions = machine::instructions()};
}

void FaultTrace::end(AddressSpace const& space, Fault fault, api::Word instruction) {
    auto const executed = machine::instructions() - start_.instructions;
    page_->faults[used_] = {.ticks = start_.ticks,
                            .address = fault.address.raw(),
                            .instruction = instruction,
                            .pid = space.pid(),
                            .space = static_cast<std::uint32_t>(space.number()),
                            .instructions = static_cast<std::uint32_t>(executed),
                            .kind = static_cast<std::uint8_t>(fault.kind),
                            .resolution = resolution(space),
                            .reason = static_cast<std::uint16_t>(start_.reason),
                            .ahead =
                                static_cast<std::uint32_t>(space.faults().ahead - start_.ahead)};
    ++used_;
    if (used_ == Page::capacity) {
        turn_page();
    }
}

Resolution FaultTrace::resolution(AddressSpace const& space) const {
    if (start_.reason != StopReason{}) {
        return Resolution::Refused;
    }
    Resolution const how = space.faults().last;
    bool const is_upgrade =
        how == Resolution::Again && memory_.arrays.statistics.upgrades != start_.upgrades;
    return is_upgrade ? Resolution::Upgrade : how;
}

/// A new page while the ring may grow; otherwise the oldest one is written again.
void FaultTrace::turn_page() {
    auto const first = behind();
    Page* const page = pages_ < pages_wanted() ? make_page() : nullptr;
    page_ = page != nullptr ? page : page_->next;
    page_->first = first;
    used_ = 0;
}

/// In the ring behind the one that is written.
FaultTrace::Page* FaultTrace::make_page() {
    if (!memory_.reserve(memory_.frames.total() / share_left_free)) {
        return nullptr;
    }
    auto const frame = memory_.pool.take_unzeroed(PageGroup::Books, FrameState::Pager, no_space);
    if (!frame) {
        return nullptr;
    }
    auto* const page = new (memory_.pool.bytes(*frame)) Page;
    page->first = first_;
    page->next = page_ == nullptr ? page : std::exchange(page_->next, page);
    ++pages_;
    return page;
}

/// At least two, so that there is always something to read.
std::uint64_t FaultTrace::pages_wanted() const {
    return std::max<std::uint64_t>(memory_.frames.total() / ring_share / page_size, 2);
}

void FaultTrace::clear() {
    first_ = behind();
    for (; pages_ > 0; --pages_) {
        Page* const page = std::exchange(page_, page_->next);
        memory_.pool.give(memory_.pool.frame_at(reinterpret_cast<std::byte*>(page)));
    }
    page_ = nullptr;
}

ipc::pager::TracedFaults::Reply FaultTrace::read(api::Word from) const {
    ipc::pager::TracedFaults::Reply reply{};
    reply.tracing = is_on_ ? Tracing::On : Tracing::Off;
    reply.first = reply.behind = behind();
    if (page_ == nullptr || from >= reply.behind) {
        return reply;
    }
    Page const* page = page_->next;
    while (page != page_ && from >= page->first + Page::capacity) {
        page = page->next;
    }
    reply.first = std::max(from, page->first);
    auto const number = std::min<std::uint64_t>(reply.behind - reply.first, reply.faults.size());
    for (; reply.count < number; ++reply.count) {
        auto const at = reply.first + reply.count - page->first;
        reply.faults[reply.count] = page->faults[at];
        if (at + 1 == Page::capacity) {
            page = page->next;
        }
    }
    return reply;
}

} // namespace pager
