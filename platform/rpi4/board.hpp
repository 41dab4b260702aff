// SPDX-License-Identifier: BSD-2-Clause
//
// Raspberry Pi 4 (BCM2711), low-peripheral mode; also QEMU's `raspi4b`.
#pragma once

#include <platform/board_contract.hpp>

struct Board {
    using At = base::PhysAddr;
    using Range = base::PhysRange;

    static constexpr std::string_view name = "Raspberry Pi 4";
    static constexpr At kernel_load_address{0x20'0000};
    // Every model has this much; the rest of the first GiB is the VideoCore's.
    static constexpr Range assumed_ram{At{0}, At{0x3b40'0000}};
    static constexpr Range firmware_ram{At{0}, At{0x1000}}; // parked cores spin here
    static constexpr At uart{0xfe20'1000};
    static constexpr std::uint32_t uart_clock = 48'000'000;
    static constexpr unsigned uart_irq = 153;
    static constexpr At mini_uart{0xfe21'5000};
    static constexpr At gpio{0xfe20'0000};
    static constexpr At power{0xfe10'0000};
    static constexpr std::string_view clock_name = "bcm2711-system-timer";
    static constexpr At clock{0xfe00'3000};
    static constexpr Range gic_distributor{At{0xff84'1000}, At{0xff84'2000}};
    static constexpr Range gic_cpu_interface{At{0xff84'2000}, At{0xff84'3000}};
    static constexpr Range gic_redistributor{};
    static constexpr unsigned max_irq = 216;
    static constexpr Range private_device{At{0xff80'0000}, At{0xff80'1000}}; // local interrupts
    static constexpr Range ram_window{At{0}, At{0xfc00'0000}};
};

static_assert(platform::BoardContract<Board>);
