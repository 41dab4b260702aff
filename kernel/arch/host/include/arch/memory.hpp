// SPDX-License-Identifier: BSD-2-Clause
//
// Physical memory of the pretended machine: one array, which begins at physical address 0.
#pragma once

#include <base/address.hpp>

#include <cstddef>
#include <cstdint>

namespace arch {

/// Aligned so that objects lie on the host as they would on the machine.
std::byte* fake_memory();

inline constexpr std::uint64_t physical_window = 0xffff'ff80'0000'0000;

[[nodiscard]] inline base::KernelAddr kernel_address(base::PhysAddr address) {
    return base::KernelAddr{reinterpret_cast<std::uintptr_t>(fake_memory()) + address.raw()};
}

[[nodiscard]] inline base::PhysAddr physical_address(void const* pointer) {
    return base::PhysAddr{reinterpret_cast<std::uintptr_t>(pointer) -
                          reinterpret_cast<std::uintptr_t>(fake_memory())};
}

void zero_memory(void* memory, std::size_t size);

/// Both zero_memory() and clean_to_coherency().
void zero_to_coherency(void* memory, std::size_t size);
void clean_to_coherency(void const* memory, std::size_t size);

} // namespace arch
