// SPDX-License-Identifier: BSD-2-Clause
//
// What a loader hands to the kernel.
#pragma once

#include <cstdint>

/// The kernel's registers x0 to x5.
struct KernelArguments {
    std::uint64_t image_begin;
    std::uint64_t image_end;
    std::uint64_t image_offset; // physical minus virtual
    std::uint64_t image_entry;
    std::uint64_t device_tree; // 0: none
    std::uint64_t device_tree_size;
};

namespace foreign {

/// Everything at its address; then MMU and caches on.
void map_everything();

/// The kernel's image at its linked address, by blocks of 2 MiB up to the end of the GiB.
void map_kernel(std::uint64_t address, std::uint64_t physical_address);

/// What was written may be executed.
void clean_caches(std::uint64_t begin, std::uint64_t end);

} // namespace foreign
