// SPDX-License-Identifier: BSD-2-Clause
//
// The kernel's half of the address space:
//
//   ffffff80'00000000   physical memory, at its address      RW-   1 GiB and 2 MiB blocks
//   ffffffff'c0000000   image: code, constants, data         R-X, R--, RW-   pages
//   ffffffff'ffe00000   the devices the kernel drives        RW-   pages
#pragma once

#include <api/object.hpp>
#include <base/address.hpp>
#include <board.hpp>

namespace arch {

inline constexpr std::uint64_t device_window = 0xffff'ffff'ffe0'0000;

/// Of the debug console: the first device that is mapped.
inline constexpr base::KernelAddr console_registers{
    device_window + (Board::uart - Board::uart.aligned_down(api::page_bits))};

/// Of the UART that repeats what the console says, if the board has one: the second device.
inline constexpr bool has_second_console = Board::mini_uart != base::PhysAddr{};
inline constexpr base::KernelAddr second_console_registers{device_window + api::page_size};

/// Maps the registers of a device, whole pages. The kernel needs few; it stops if they do not fit.
[[nodiscard]] base::KernelAddr map_device(base::PhysRange registers);

/// A root table without entries.
[[nodiscard]] base::PhysAddr empty_root_table();

} // namespace arch
