// SPDX-License-Identifier: BSD-2-Clause
//
// Power management of the BCM2711 (Raspberry Pi 4): a watchdog that resets the chip. The firmware
// reads from a register that survives the reset whether to boot again or to halt.
#pragma once

#include <base/mmio.hpp>

#include <cstdint>

namespace drivers {

template <base::RegisterIo Io>
class Bcm2711Power {
public:
    explicit constexpr Bcm2711Power(Io io) : regs_{io} {}

    /// The chip resets a moment after these return; the caller must wait.
    void reboot() {
        choose_partition(boot_partition);
        reset();
    }

    void power_off() {
        choose_partition(halt_partition);
        reset();
    }

private:
    struct ResetControl : base::Register<0x1c, std::uint32_t> {
        using Configuration = base::Bits<std::uint32_t, 4, 2>;
        static constexpr std::uint32_t full_reset = 2;
    };

    struct ResetStatus : base::Register<0x20, std::uint32_t> {};

    struct Watchdog : base::Register<0x24, std::uint32_t> {}; // counts down 65536 times a second

    /// Without it in the upper byte, a write is ignored.
    using Password = base::Bits<std::uint32_t, 24, 8>;
    static constexpr std::uint32_t password = Password::set(0u, 0x5a);

    static constexpr std::uint32_t boot_partition = 0;
    static constexpr std::uint32_t halt_partition = 63; // no such partition: the firmware halts
    static constexpr std::uint32_t soon = 10;

    /// The partition number is spread over the even bits 0 to 10.
    void choose_partition(std::uint32_t number) {
        auto status = regs_.template read<ResetStatus>();
        for (unsigned i = 0; i < 6; ++i) {
            auto const mask = static_cast<std::uint32_t>(base::bit(2 * i));
            auto const is_set = (number & base::bit(i)) != 0;
            status = is_set ? status | mask : status & ~mask;
        }
        regs_.template write<ResetStatus>(Password::set(status, 0x5a));
    }

    void reset() {
        regs_.template write<Watchdog>(password | soon);
        auto const control = regs_.template read<ResetControl>();
        regs_.template write<ResetControl>(Password::set(
            ResetControl::Configuration::set(control, ResetControl::full_reset), 0x5a));
    }

    base::RegisterBlock<Io> regs_;
};

} // namespace drivers
