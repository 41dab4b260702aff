// SPDX-License-Identifier: BSD-2-Clause
//
// QEMU's `virt` machine.
#pragma once

#include <platform/board_contract.hpp>

struct Board {
    using At = base::PhysAddr;
    using Range = base::PhysRange;

    static constexpr std::string_view name = "QEMU virt";
    static constexpr At kernel_load_address{0x4000'0000};
    static constexpr Range assumed_ram{At{0x4000'0000}, At{0x4800'0000}}; // QEMU's default: 128 MiB
    static constexpr Range firmware_ram{};
    static constexpr At uart{0x0900'0000};
    static constexpr std::uint32_t uart_clock = 24'000'000;
    static constexpr unsigned uart_irq = 33;
    static constexpr At mini_uart{};
    static constexpr At gpio{};
    static constexpr At power{};
    static constexpr std::string_view clock_name = "pl031";
    static constexpr At clock{0x0901'0000};
    static constexpr Range gic_distributor{At{0x0800'0000}, At{0x0800'1000}};
    static constexpr Range gic_cpu_interface{At{0x0801'0000}, At{0x0801'1000}};
    static constexpr Range gic_redistributor{At{0x080a'0000}, At{0x080c'0000}}; // of core 0
    static constexpr unsigned max_irq = 159;
    static constexpr Range private_device{};
    static constexpr Range ram_window{At{0x4000'0000}, At{0x80'0000'0000}};
};

static_assert(platform::BoardContract<Board>);
