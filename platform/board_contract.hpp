// SPDX-License-Identifier: BSD-2-Clause
//
// What a board must say of itself. Each board.hpp ends by proving that it does.
#pragma once

#include <base/address.hpp>

#include <concepts>
#include <cstdint>
#include <span>
#include <string_view>

namespace platform {

template <typename T>
concept BoardContract = requires {
    { T::name } -> std::convertible_to<std::string_view>;
    // Where the kernel's image is placed.
    { T::kernel_load_address } -> std::convertible_to<base::PhysAddr>;
    // The RAM to work with when no device tree says better.
    { T::assumed_ram } -> std::convertible_to<base::PhysRange>;
    // RAM that firmware or parked cores use; may be empty.
    { T::firmware_ram } -> std::convertible_to<base::PhysRange>;
    // The PL011 that people talk to: its registers, input clock in Hz, interrupt.
    { T::uart } -> std::convertible_to<base::PhysAddr>;
    { T::uart_clock } -> std::convertible_to<std::uint32_t>;
    { T::uart_irq } -> std::convertible_to<unsigned>;
    // A second UART that firmware may have set up in place of the first: the registers of a
    // BCM2711's auxiliary devices; 0 where there are none.
    { T::mini_uart } -> std::convertible_to<base::PhysAddr>;
    // GPIO registers if the UART's pins have to be set up through them; 0 if not.
    { T::gpio } -> std::convertible_to<base::PhysAddr>;
    // Power management registers for reset and halt; 0 where the firmware does it.
    { T::power } -> std::convertible_to<base::PhysAddr>;
    // A device that counts time, which a program drives: what it is, and its page of registers. An
    // empty name: there is none.
    { T::clock_name } -> std::convertible_to<std::string_view>;
    { T::clock } -> std::convertible_to<base::PhysAddr>;
    // The interrupt controller, and what version 3 has in place of the CPU interface.
    { T::gic_distributor } -> std::convertible_to<base::PhysRange>;
    { T::gic_cpu_interface } -> std::convertible_to<base::PhysRange>;
    { T::gic_redistributor } -> std::convertible_to<base::PhysRange>;
    // The highest interrupt number.
    { T::max_irq } -> std::convertible_to<unsigned>;
    // More device memory that programs must not have; may be empty.
    { T::private_device } -> std::convertible_to<base::PhysRange>;
    // RAM lies nowhere else.
    { T::ram_window } -> std::convertible_to<base::PhysRange>;
};

} // namespace platform
