// SPDX-License-Identifier: BSD-2-Clause
//
// MemoryMap: what is where in physical memory at boot, and what of it is still free.
#pragma once

#include <api/boot_info.hpp>
#include <api/object.hpp>
#include <kernel/boot/region_list.hpp>

namespace kernel::boot {

class MemoryMap {
public:
    /// A bank of RAM, before anything is reserved. What lies outside of whole mappable blocks, or
    /// beyond the kernel's window, is left alone: to programs it is like a device.
    [[nodiscard]] BootResult<> add_ram(base::PhysRange bank);

    /// Of RAM or not: nobody else gets it. What was free until now is described.
    [[nodiscard]] BootResult<> reserve(base::PhysRange range, api::MemoryUse use);

    /// Registers that the kernel keeps to itself.
    [[nodiscard]] BootResult<> claim_device(base::PhysRange registers);

    [[nodiscard]] std::span<base::PhysRange const> ram() const { return ram_.regions(); }
    [[nodiscard]] std::span<base::PhysRange const> free_ram() const { return free_.regions(); }

    /// Everything else below `top` that may be given to programs.
    [[nodiscard]] BootResult<RegionList> devices(base::PhysAddr top) const;

    /// Banks and reservations, in the order in which they became known. Every byte of RAM that is
    /// not free is in exactly one of those that are not Ram.
    [[nodiscard]] std::span<api::MemoryDescription const> descriptions() const {
        return std::span{descriptions_}.first(description_count_);
    }

private:
    [[nodiscard]] BootResult<> add_new_ram(base::PhysRange bank);
    [[nodiscard]] BootResult<> describe(base::PhysRange range, api::MemoryUse use);

    RegionList banks_; // as found
    RegionList ram_;   // of these, what the kernel maps
    RegionList free_;
    RegionList not_devices_;
    std::array<api::MemoryDescription, RegionList::capacity> descriptions_{};
    std::size_t description_count_{0};
};

} // namespace kernel::boot
