// SPDX-License-Identifier: BSD-2-Clause
//
// MemoryMap: RAM minus what is in use.

#include <arch/boot.hpp>
#include <kernel/boot/memory_map.hpp>

#include <algorithm>

namespace kernel::boot {

using base::PhysAddr;
using base::PhysRange;

BootResult<> MemoryMap::describe(api::MemoryDescription const& description) {
    if (description_count_ == descriptions_.size()) {
        return refuse("memory is in more pieces than the kernel can remember");
    }
    descriptions_[description_count_++] = description;
    return {};
}

BootResult<> MemoryMap::add_ram(PhysRange bank) {
    PhysRange const usable{
        bank.begin.aligned_up(arch::memory_block_bits),
        std::min(bank.end, PhysAddr{arch::window_size}).aligned_down(arch::memory_block_bits),
    };
    if (usable.empty()) {
        return {};
    }
    TRY(describe({usable.begin.raw(), usable.size(), api::MemoryUse::Ram}));
    TRY(ram_.add(usable));
    TRY(not_devices_.add(usable));
    return free_.add(usable);
}

BootResult<> MemoryMap::reserve(PhysRange range, api::MemoryUse use) {
    api::MemoryDescription const description{range.begin.raw(), range.size(), use};
    bool const known = std::ranges::find(descriptions(), description) != descriptions().end();
    if (range.empty() || known) {
        return {};
    }
    TRY(describe(description));
    TRY(not_devices_.add(range));
    return free_.remove(range);
}

BootResult<> MemoryMap::claim_device(PhysRange registers) {
    if (registers.empty()) {
        return {};
    }
    return not_devices_.add(
        {registers.begin.aligned_down(api::page_bits), registers.end.aligned_up(api::page_bits)});
}

BootResult<RegionList> MemoryMap::devices(PhysAddr top) const {
    RegionList gaps;
    TRY(gaps.add({PhysAddr{0}, top}));
    for (auto const range : not_devices_.regions()) {
        TRY(gaps.remove(range));
    }
    return gaps;
}

} // namespace kernel::boot
