// SPDX-License-Identifier: BSD-2-Clause
//
// Physical memory as the kernel reaches it: all of it, through one window, from boot on.
#pragma once

#include <base/address.hpp>

#include <cstddef>
#include <cstdint>

namespace arch {

inline constexpr std::uint64_t physical_window = 0xffff'ff80'0000'0000;

/// `address` is inside the window's 512 GiB. Or is plus there, and takes one instruction.
[[nodiscard]] inline base::KernelAddr kernel_address(base::PhysAddr address) {
    return base::KernelAddr{physical_window | address.raw()};
}

/// Only for pointers that came from kernel_address().
[[nodiscard]] inline base::PhysAddr physical_address(void const* pointer) {
    return base::PhysAddr{reinterpret_cast<std::uint64_t>(pointer) & ~physical_window};
}

void zero_memory(void* memory, std::size_t size);

/// Both zero_memory() and clean_to_coherency().
void zero_to_coherency(void* memory, std::size_t size);

/// Writes the data cache back to where uncached mappings and the table walker see it.
void clean_to_coherency(void const* memory, std::size_t size);

} // namespace arch
