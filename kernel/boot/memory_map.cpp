// SPDX-License-Identifier: BSD-2-Clause
//
// MemoryMap: RAM minus what is in use.

#include <arch/boot.hpp>
#include <kernel/boot/memory_map.hpp>

#include <algorithm>

namespace kernel::boot {

using base::PhysAddr;
using base::PhysRange;

BootResult<> MemoryMap::describe(PhysRange range, api::MemoryUse use) {
    if (range.empty()) {
        return {};
    }
    if (description_count_ == descriptions_.size()) {
        return refuse("memory is in more pieces than the kernel can remember");
    }
    descriptions_[description_count_++] = {range.begin.raw(), range.size(), use};
    return {};
}

BootResult<> MemoryMap::add_ram(PhysRange bank) {
    RegionList fresh;
    TRY(fresh.add(bank));
    for (auto const known : banks_.regions()) {
        TRY(fresh.remove(known));
    }
    for (auto const range : fresh.regions()) {
        TRY(add_new_ram(range));
    }
    return banks_.add(bank);
}

BootResult<> MemoryMap::add_new_ram(PhysRange bank) {
    PhysRange const usable{
        bank.begin.aligned_up(arch::memory_block_bits),
        std::min(bank.end, PhysAddr{arch::window_size}).aligned_down(arch::memory_block_bits),
    };
    TRY(describe(bank, api::MemoryUse::Ram));
    if (usable.empty()) {
        return describe(bank, api::MemoryUse::Unused);
    }
    TRY(describe({bank.begin, usable.begin}, api::MemoryUse::Unused));
    TRY(describe({usable.end, bank.end}, api::MemoryUse::Unused));
    TRY(ram_.add(usable));
    TRY(not_devices_.add(usable));
    return free_.add(usable);
}

BootResult<> MemoryMap::reserve(PhysRange range, api::MemoryUse use) {
    for (auto const region : free_.regions()) {
        TRY(describe(region.intersection(range), use));
    }
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
