// SPDX-License-Identifier: BSD-2-Clause
//
// The mini UART of the BCM2711 (Raspberry Pi 4), for sending only. It is set up by whoever came
// before, or not at all: its clock and its pins are the firmware's choice.
#pragma once

#include <base/mmio.hpp>

#include <cstdint>

namespace drivers {

template <base::RegisterIo Io>
class Bcm2711MiniUart {
public:
    explicit constexpr Bcm2711MiniUart(Io io) : regs_{io} {}

    /// Somebody has switched it on. While it is off its other registers must be left alone.
    [[nodiscard]] bool sends() {
        return regs_.template read<Enables, typename Enables::MiniUart>() &&
               regs_.template read<Control, typename Control::TransmitEnable>();
    }

    /// Waits until there is room; only if it sends().
    void put(char c) {
        while (!regs_.template read<LineStatus, typename LineStatus::TransmitRoom>()) {
        }
        regs_.template write<Data>(static_cast<unsigned char>(c));
    }

private:
    struct Enables : base::Register<0x04, std::uint32_t> {
        using MiniUart = base::Bits<bool, 0>;
    };

    struct Data : base::Register<0x40, std::uint32_t> {};

    struct LineStatus : base::Register<0x54, std::uint32_t, base::Access::ReadOnly> {
        using TransmitRoom = base::Bits<bool, 5>;
    };

    struct Control : base::Register<0x60, std::uint32_t> {
        using TransmitEnable = base::Bits<bool, 1>;
    };

    base::RegisterBlock<Io> regs_;
};

} // namespace drivers
