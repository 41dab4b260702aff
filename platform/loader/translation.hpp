// SPDX-License-Identifier: BSD-2-Clause
//
// The first page tables: an identity map for the loader, and the kernel's window as the contract
// between loader and kernel wants it.
#pragma once

#include <base/address.hpp>

namespace loader {

/// Everything the loader puts somewhere lies in the GiB of the kernel's place.
inline constexpr unsigned block_1g_bits = 30;
inline constexpr unsigned block_2m_bits = 21; // by which the kernel is mapped

/// Identity map of the kernel's GiB and of those of the loader and the device tree as Normal
/// memory, of the UART's as Device; then MMU and caches on.
void start_translation(base::PhysRange loader, base::PhysAddr device_tree);

/// The identity map makes this address usable as memory.
[[nodiscard]] bool may_be_mapped(base::PhysAddr address);

/// TTBR1: 2 MiB blocks from `virtual_base` to the end of its GiB, onto `physical_base` and on.
/// Both are of the kernel's first byte, and equal modulo 2 MiB.
void map_kernel(std::uint64_t virtual_base, base::PhysAddr physical_base);

/// Drops what caches may hold of [range), which was or will be written with caches off.
void invalidate_cache(base::PhysRange range);

/// Writes caches back to memory, and makes fetching instructions see it.
void clean_cache(base::PhysRange range);

} // namespace loader
