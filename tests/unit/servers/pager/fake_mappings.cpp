// SPDX-License-Identifier: BSD-2-Clause
//
// FakeKernel: mappings, and clients that use them.

#include "fake_kernel.hpp"
#include <pager/slot_allocator.hpp>

#include <algorithm>

namespace pager::test {

namespace {

constexpr unsigned span_bits(unsigned level) {
    return api::page_bits + (4 - level) * api::table_index_bits;
}

constexpr std::uint32_t raw(Slot slot) {
    return static_cast<std::uint32_t>(slot);
}

std::uint64_t table_index(UserAddr address, unsigned level) {
    return address.aligned_down(span_bits(level)).raw();
}

} // namespace

/// The level of the first table missing on the way to `address`; 4 if none is.
unsigned FakeKernel::missing_level(Object const& vspace, UserAddr address) {
    unsigned level = 1;
    while (level < 4 && vspace.tables.contains({level, table_index(address, level)})) {
        ++level;
    }
    return level;
}

Result<> FakeKernel::map_frame(Slot slot, Slot vspace_slot, UserAddr address, Access access) {
    return map(slot, vspace_slot, address, access, false);
}

Result<> FakeKernel::map_uncached(Slot slot, Slot vspace_slot, UserAddr address, Access access) {
    return map(slot, vspace_slot, address, access, true);
}

Result<std::uint64_t> FakeKernel::physical_address(Slot slot) {
    auto const entry = enter();
    Capability* const frame = find(slot, api::ObjectType::SmallPage);
    if (is_refused() || frame == nullptr) {
        return base::fail(Error::OutOfMemory);
    }
    return frame->object->base;
}

bool FakeKernel::is_uncached(Slot vspace_slot, UserAddr page) {
    auto const entry = enter();
    auto const& pages = find(vspace_slot, api::ObjectType::VSpace)->object->pages;
    auto const it = pages.find(page.raw());
    return it != pages.end() && slots_.at(static_cast<std::uint32_t>(it->second)).is_uncached;
}

Result<> FakeKernel::map(Slot slot, Slot vspace, UserAddr address, Access access,
                         bool is_uncached) {
    auto const entry = enter();
    if (is_refused() || fail_maps || !may_map(slot, vspace, address, access)) {
        return base::fail(Error::OutOfMemory);
    }
    if (is_uncached && find(slot)->object->window != nullptr) {
        violation("a frame is mapped cached and uncached");
    }
    install(slot, vspace, address, access, is_uncached);
    return {};
}

Result<> FakeKernel::map_frames(Slot first, std::uint32_t count, Slot vspace, UserAddr address,
                                Access access) {
    auto const entry = enter();
    if (is_refused() || fail_maps) {
        return base::fail(Error::OutOfMemory);
    }
    UserAddr const last = address + (count - 1) * page_size;
    if (count == 0 || count > max_run ||
        raw(first) / leaf_slots != raw(first + (count - 1)) / leaf_slots ||
        table_index(address, 3) != table_index(last, 3)) {
        violation("bad run of frames");
        return base::fail(Error::OutOfMemory);
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        if (!may_map(first + i, vspace, address + i * page_size, access)) {
            return base::fail(Error::OutOfMemory);
        }
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        install(first + i, vspace, address + i * page_size, access, false);
    }
    return {};
}

/// What the kernel refuses is a mistake of the pager's.
bool FakeKernel::may_map(Slot slot, Slot vspace_slot, UserAddr address, Access access) {
    Capability* const frame = find(slot);
    Capability* const vspace = find(vspace_slot, api::ObjectType::VSpace);
    if (frame == nullptr || vspace == nullptr || !vspace->object->has_asid ||
        !address.is_aligned(frame->object->bits) || access == Access::None ||
        (frame->vspace != nullptr &&
         (frame->vspace != vspace->object || frame->address != address))) {
        violation("bad mapping");
        return false;
    }
    unsigned const needed = frame->object->bits == api::page_bits ? 4 : 3;
    if (missing_level(*vspace->object, address) != needed) {
        violation("mapping without a page table");
        return false;
    }
    if (access == Access::ReadWrite && !frame->rights.includes(api::Rights::Write)) {
        violation("a shared frame was mapped writable");
    }
    return true;
}

void FakeKernel::install(Slot slot, Slot vspace_slot, UserAddr address, Access access,
                         bool is_uncached) {
    Capability& frame = *find(slot);
    auto const vspace = find(vspace_slot)->object;
    frame.vspace = vspace;
    frame.address = address;
    frame.access = access;
    frame.is_unified = frame.object->is_unified;
    frame.is_uncached = is_uncached;
    vspace->pages[address.raw()] = slot;
    if (vspace->base == own_vspace && frame.object->bits == api::page_bits) {
        show(*frame.object, address);
    }
}

/// Whether its mapping is still there; something else may be in its place, or its table is gone.
/// The kernel looks at the frame, so it takes another capability's mapping of the same one for its
/// own.
bool FakeKernel::is_live(Capability const& cap) const {
    auto const it = cap.vspace->pages.find(cap.address.raw());
    return it != cap.vspace->pages.end() &&
           slots_.at(static_cast<std::uint32_t>(it->second)).object == cap.object;
}

void FakeKernel::unmap(Capability& cap) {
    if (cap.vspace == nullptr) {
        return;
    }
    if (is_live(cap)) {
        cap.vspace->pages.erase(cap.address.raw());
    }
    cap.vspace.reset();
}

/// The pager sees the frame at `address` of its own space, which is memory of this test.
void FakeKernel::show(Object& frame, UserAddr address) {
    auto* const window = reinterpret_cast<std::byte*>(address.raw());
    if (auto const it = memory_.find(frame.base); it != memory_.end()) {
        std::ranges::copy(*it->second, window);
        memory_.erase(it);
    } else {
        std::fill_n(window, page_size, std::byte{0});
    }
    frame.window = window;
}

std::byte* FakeKernel::content(Object& frame) {
    if (frame.window != nullptr) {
        return frame.window;
    }
    auto& page = memory_[frame.base];
    if (page == nullptr) {
        page = std::make_unique<Page>();
    }
    return page->data();
}

void FakeKernel::unmap_frame(Slot slot) {
    auto const entry = enter();
    if (Capability* const cap = find(slot)) {
        if (cap->vspace == nullptr) {
            violation("unmapped what was not mapped");
        }
        unmap(*cap);
    }
}

void FakeKernel::unify_instructions(Slot slot) {
    auto const entry = enter();
    if (Capability* const cap = find(slot)) {
        if (cap->vspace == nullptr) {
            violation("cache maintenance of a page that is not mapped");
        }
        cap->is_unified = true;
        cap->object->is_unified = cap->object->is_constant;
    }
}

Result<> FakeKernel::map_table(Slot slot, Slot vspace_slot, UserAddr address) {
    auto const entry = enter();
    if (is_refused()) {
        return base::fail(Error::OutOfMemory);
    }
    Capability* const table = find(slot, api::ObjectType::PageTable);
    Capability* const vspace = find(vspace_slot, api::ObjectType::VSpace);
    if (table == nullptr || vspace == nullptr || table->object->level != 0) {
        violation("bad page table");
        return base::fail(Error::OutOfMemory);
    }
    unsigned const level = missing_level(*vspace->object, address);
    if (level == 4) {
        violation("a page table too many");
        return base::fail(Error::OutOfMemory);
    }
    table->object->level = level;
    table->object->mapped_at = address;
    table->object->mapped_in = vspace->object->base;
    vspace->object->tables.insert({level, table_index(address, level)});
    return {};
}

void FakeKernel::detach_table(Object& table) {
    if (table.level == 0) {
        return;
    }
    auto const [first, last] = by_base_.equal_range(table.mapped_in);
    for (auto it = first; it != last; ++it) {
        Object& vspace = *slots_.at(it->second).object;
        if (vspace.type != api::ObjectType::VSpace) {
            continue;
        }
        std::uint64_t const start = table_index(table.mapped_at, table.level);
        std::uint64_t const end = start + base::bit(span_bits(table.level));
        vspace.pages.erase(vspace.pages.lower_bound(start), vspace.pages.lower_bound(end));
        vspace.tables.erase({table.level, start});
        return;
    }
}

Result<> FakeKernel::assign_asid(Slot pool_slot, Slot vspace_slot) {
    auto const entry = enter();
    if (is_refused()) {
        return base::fail(Error::OutOfMemory);
    }
    Capability* const pool = find(pool_slot);
    Capability* const vspace = find(vspace_slot, api::ObjectType::VSpace);
    if (pool == nullptr || !pool->object->is_pool || vspace == nullptr ||
        vspace->object->has_asid) {
        violation("bad ASID assignment");
        return base::fail(Error::OutOfMemory);
    }
    if (pool->object->asids == 0) {
        return base::fail(Error::QuotaExceeded);
    }
    --pool->object->asids;
    vspace->object->has_asid = true;
    vspace->object->pool = pool->object;
    return {};
}

Result<> FakeKernel::make_asid_pool(Slot untyped, Slot pool) {
    auto const entry = enter();
    if (is_refused()) {
        return base::fail(Error::OutOfMemory);
    }
    if (find(untyped, api::ObjectType::Untyped) == nullptr || !is_free(pool)) {
        return base::fail(Error::OutOfMemory);
    }
    place_asid_pool(pool, std::size_t{1} << api::asid_pool_index_bits);
    return {};
}

std::byte* FakeKernel::touch(Slot vspace_slot, UserAddr address, FaultKind kind) {
    Capability const* const vspace = find(vspace_slot, api::ObjectType::VSpace);
    auto const it = vspace->object->pages.find(address.aligned_down(api::page_bits).raw());
    if (it == vspace->object->pages.end() || missing_level(*vspace->object, address) != 4) {
        return nullptr;
    }
    Capability const& cap = slots_.at(static_cast<std::uint32_t>(it->second));
    bool const allowed = kind == FaultKind::Read ||
                         (kind == FaultKind::Write && cap.access == Access::ReadWrite) ||
                         (kind == FaultKind::Execute && cap.access == Access::ReadExecute);
    if (!allowed) {
        return nullptr;
    }
    if (kind == FaultKind::Execute && !cap.is_unified) {
        violation("instructions fetched from a page that was not unified");
    }
    return content(*cap.object) + (address - address.aligned_down(api::page_bits));
}

} // namespace pager::test
