// SPDX-License-Identifier: BSD-2-Clause
//
// Memory: capabilities to pages, ASIDs, and the reserve.

#include <base/scope_guard.hpp>
#include <pager/memory.hpp>

namespace pager {

namespace {

// One operation maps at most 17 pages. They may lie astride what two top-level tables map: 6
// tables. It makes at most two groups of frames, for itself and for the books, each with two leaves
// and a table of the pager's own. It carves 2 MiB and cuts them down to single pages: 22 slots and
// two groups in a row. In all 68 slots, which is five groups, and those two.
constexpr std::uint32_t groups_needed = 7;
constexpr std::uint32_t groups_kept = 2 * groups_needed;

// And two page arrays with their mappings (two pages of the heap), the records of the arrays, their
// families and the tables, two regions, a space, a list of ASID pools, shared memory, a part of it
// and a grant: each may need a new page of the heap for the first of its size.
constexpr std::size_t pages_needed = 11;
constexpr std::size_t pages_kept = 2 * pages_needed;

/// The stock of zeroed frames: so many eighths of all memory, as long as two are free besides. It
/// costs the capabilities to them, which they would need anyway.
constexpr std::uint64_t stock_eighths = 5;

/// Of shared memory that nobody holds any more: what is given back after one request.
constexpr unsigned pages_per_tidy = 64;

/// Capabilities to the page of zeroes, for so many pages of each that there are.
constexpr std::uint64_t zero_copies_share = 64;

} // namespace

Memory::Memory(KernelPort& port, FrameTable& frames, SlotAllocator& slots, BlockAllocator& blocks,
               BootArchive archive, PageReserve& reserve)
    : port{port}, frames{frames}, slots{slots}, blocks{blocks}, archive{archive},
      files{this->archive, port, slots}, objects{port, frames, slots, blocks},
      pool{frames, blocks, objects}, halves{reserve}, arrays{frames, pool, halves},
      zeroes{objects, slots, halves}, shared{frames, pool, arrays, random}, pages_{reserve} {}

Result<> Memory::start() {
    TRY(reserve());
    return zeroes.start();
}

Result<Slot> Memory::take_capability(Frame frame) {
    FrameRecord& record = frames[frame];
    auto const home = static_cast<HomeCapability>(record.home);
    if (home == HomeCapability::InUse) {
        Slot const copy = TRY(slots.take());
        base::ScopeGuard give_slot{[&] { slots.give(copy); }};
        TRY(port.copy(pool.window_slot(frame), copy, api::Rights::ReadWrite));
        give_slot.disarm();
        ++copies_mapped;
        return copy;
    }
    Slot const slot = pool.home_slot(frame);
    if (home == HomeCapability::Unclean) {
        port.unmap_frame(slot);
    }
    record.home = static_cast<unsigned>(HomeCapability::InUse);
    return slot;
}

void Memory::give_capability(Frame frame, Slot slot, bool is_unclean) {
    if (slot == pool.home_slot(frame)) {
        frames[frame].home =
            static_cast<unsigned>(is_unclean ? HomeCapability::Unclean : HomeCapability::Spare);
        return;
    }
    --copies_mapped;
    erase_copy(slot);
}

void Memory::give_capability(Slot slot, bool is_unclean) {
    if (pool.is_home(slot)) {
        give_capability(pool.frame_of_home(slot), slot, is_unclean);
        return;
    }
    --copies_mapped;
    erase_copy(slot);
}

void Memory::erase_copy(Slot copy) {
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
    Slot const pool_slot = TRY(slots.take());
    base::ScopeGuard give_slot{[&] { slots.give(pool_slot); }};
    Frame const frame = TRY(blocks.take(0, FrameState::Pager));
    base::ScopeGuard give_frame{[&] { blocks.give(frame); }};
    TRY(port.make_asid_pool(frames[frame].untyped, pool_slot));
    give_frame.disarm();
    give_slot.disarm();
    asid_pools_.push_back(pool_slot);
    return pool_slot;
}

Result<> Memory::reserve(std::uint64_t leave) {
    while (!has_free(leave) && shared.tidy(pages_per_tidy)) {
    }
    if (!has_free(leave)) {
        return base::fail(Error::OutOfMemory);
    }
    return reserve_books();
}

Result<> Memory::reserve_books() {
    bool const enough = slots.free_groups() >= groups_kept && pages_.spare() >= pages_kept;
    return enough ? Result<>{} : refill_reserve();
}

Result<> Memory::refill_reserve() {
    while (slots.free_groups() < groups_kept && add_leaf()) {
    }
    if (pages_.refill(pages_kept) < pages_needed || slots.free_groups() < groups_needed) {
        return base::fail(Error::OutOfMemory);
    }
    return {};
}

Result<> Memory::reserve_slots(std::uint64_t count) {
    while (slots.free_groups() < groups_needed + count / group_slots + 1) {
        TRY(add_leaf());
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
    if (shared.has_untidy()) {
        shared.tidy(pages_per_tidy);
    }
    while (slots.empty_leaves() > 0 && slots.free_groups() >= groups_kept + 2 * leaf_groups) {
        if (auto const frame = slots.remove_empty_leaf()) {
            blocks.give(*frame);
        }
    }
    zeroes.trim(2 * zero_copies_wanted());
    pages_.trim(2 * pages_kept);
}

std::uint64_t Memory::stock_wanted() const {
    return frames.total() / 8 * stock_eighths / page_size;
}

std::uint64_t Memory::zero_copies_wanted() const {
    return frames.total() / zero_copies_share / page_size;
}

/// What is still in blocks is there for page tables and kernel objects, too.
bool Memory::may_make_stock() const {
    return frames.bytes(FrameState::Free) >= frames.total() / 4;
}

bool Memory::is_short_of_stock() const {
    return shared.has_untidy() ||
           (pool.zeroed_frames() < stock_wanted() / 2 && (may_make_stock() || pool.has_used()));
}

bool Memory::work_ahead() {
    return reserve() && (shared.has_untidy() || zeroes.refill(zero_copies_wanted()) ||
                         pool.refill(stock_wanted(), may_make_stock()));
}

} // namespace pager
