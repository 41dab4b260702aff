// SPDX-License-Identifier: BSD-2-Clause
//
// What the linker script and the assembly files say about the kernel's image.
#pragma once

#include <base/address.hpp>

#include <cstdint>

extern "C" {
extern char const kernel_link_address[];
extern char const ki_boot_end[];
extern char const ki_text_end[];
extern char const ki_rodata_end[];
extern char const ki_end[];

extern char const kernel_stack_guard[];
extern char const kernel_stack[];
extern char const kernel_stack_top[];
extern char const panic_stack_guard[];
extern char const panic_stack_top[];

extern std::uint64_t const kernel_physical_base;
}

namespace arch {

[[nodiscard]] inline std::uint64_t address_of(void const* pointer) {
    return reinterpret_cast<std::uint64_t>(pointer);
}

/// Where the byte at `pointer`, which lies in the image, was loaded.
[[nodiscard]] inline base::PhysAddr image_physical_address(void const* pointer) {
    return base::PhysAddr{address_of(pointer) - address_of(kernel_link_address) +
                          kernel_physical_base};
}

} // namespace arch
