// SPDX-License-Identifier: BSD-2-Clause
//
// Memory: objects of one page, each an untyped and the one object that fills it.

#include <base/scope_guard.hpp>
#include <pager/memory.hpp>

namespace pager {

namespace {

// One operation maps at most 16 pages. They may lie astride what two top-level tables map: 6
// tables. It carves 2 MiB and cuts them down to single pages, for itself and for the books: 22
// slots and two groups in a row. In all 44 slots, which is three groups, and those two.
constexpr std::uint32_t groups_needed = 5;
constexpr std::uint32_t groups_kept = 2 * groups_needed;

// And ten nodes of a page tree (two pages of the heap), the records of the tables, two regions, a
// space, a list of ASID pools: each may need a new page of the heap for the first of its size.
constexpr std::size_t pages_needed = 6;
constexpr std::size_t pages_kept = 2 * pages_needed;

} // namespace

Result<> Memory::start(PageReserve* reserve) {
    pages_ = reserve;
    TRY(this->reserve());
    zero_page_ = TRY(make(api::ObjectType::SmallPage, FrameState::SharedZero, no_space));
    return {};
}

Result<Frame> Memory::make(api::ObjectType type, FrameState state, SpaceNumber owner) {
    Slot const slot = TRY(slots.take());
    base::ScopeGuard give_slot{[&] { slots.give(slot); }};
    Frame const frame = TRY(blocks.take(0, state));
    base::ScopeGuard give_frame{[&] { blocks.give(frame); }};
    TRY(port.retype(frames[frame].untyped, type, 0, slot, 1));
    give_frame.disarm();
    give_slot.disarm();
    frames[frame].use = {.object = slot, .owner = owner};
    frames[frame].page = 0;
    return frame;
}

void Memory::destroy(Frame object) {
    Slot const slot = capability(object);
    blocks.give(object); // empties the slot as well
    slots.give(slot);
}

Result<Slot> Memory::copy_readable(Slot frame) {
    Slot const copy = TRY(slots.take());
    base::ScopeGuard give_slot{[&] { slots.give(copy); }};
    TRY(port.copy(frame, copy, api::Rights::Read));
    give_slot.disarm();
    return copy;
}

void Memory::drop_copy(Slot copy) {
    port.erase(copy);
    slots.give(copy);
}

Result<> Memory::assign_asid(Slot vspace) {
    auto const is_full = [](Result<> const& assigned) {
        return !assigned && assigned.error() == Error::QuotaExceeded;
    };
    auto assigned = port.assign_asid(Slot{startup::slot::asid_pool}, vspace);
    for (std::size_t i = 0; is_full(assigned) && i < asid_pools_.size(); ++i) {
        assigned = port.assign_asid(asid_pools_[i], vspace);
    }
    return is_full(assigned) ? port.assign_asid(TRY(add_asid_pool()), vspace) : assigned;
}

Result<Slot> Memory::add_asid_pool() {
    Slot const pool = TRY(slots.take());
    base::ScopeGuard give_slot{[&] { slots.give(pool); }};
    Frame const frame = TRY(blocks.take(0, FrameState::Pager));
    base::ScopeGuard give_frame{[&] { blocks.give(frame); }};
    TRY(port.make_asid_pool(frames[frame].untyped, pool));
    give_frame.disarm();
    give_slot.disarm();
    asid_pools_.push_back(pool);
    return pool;
}

Result<> Memory::reserve(std::uint64_t leave) {
    if (frames.bytes(FrameState::Free) < leave ||
        slots.free() < leave / page_size * startup::slots_per_frame) {
        return base::fail(Error::OutOfMemory);
    }
    while (slots.free_groups() < groups_kept && add_leaf()) {
    }
    std::size_t const pages = pages_ != nullptr ? pages_->refill(pages_kept) : pages_kept;
    if (pages < pages_needed || slots.free_groups() < groups_needed) {
        return base::fail(Error::OutOfMemory);
    }
    return {};
}

Result<> Memory::add_leaf() {
    auto const leaf = slots.next_leaf();
    if (!leaf) {
        return base::fail(Error::OutOfMemory);
    }
    Frame const frame = TRY(blocks.take(0, FrameState::Pager));
    base::ScopeGuard give_frame{[&] { blocks.give(frame); }};
    TRY(port.make_leaf(frames[frame].untyped, *leaf));
    give_frame.disarm();
    slots.add_leaf(frame);
    return {};
}

void Memory::trim() {
    while (slots.empty_leaves() > 0 && slots.free_groups() >= groups_kept + 2 * leaf_groups) {
        if (auto const frame = slots.remove_empty_leaf()) {
            blocks.give(*frame);
        }
    }
    if (pages_ != nullptr) {
        pages_->trim(2 * pages_kept);
    }
}

} // namespace pager
