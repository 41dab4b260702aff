// SPDX-License-Identifier: BSD-2-Clause
//
// BCM2711 power management: reset by way of the watchdog. Halting is a reset into the boot ROM's
// "partition 63", which stops there.
#pragma once

#include <base/mmio.hpp>

namespace drivers {

template <base::RegisterIo Io>
class Bcm2711Power {
public:
    explicit constexpr Bcm2711Power(Io io) : regs_{io} {}

    void reboot() { reset(0); }
    void power_off() { reset(halt_partition); }

private:
    using Word = std::uint32_t;
    static constexpr Word password = 0x5a00'0000;
    static constexpr Word halt_partition = 0x555;
    static constexpr Word full_reset = 0x20;
    static constexpr Word watchdog_ticks = 10; // of 1/65536 s

    struct Control : base::Register<0x1c, Word> {};
    struct Status : base::Register<0x20, Word> {};
    struct Watchdog : base::Register<0x24, Word> {};

    void reset(Word partition) {
        regs_.template write<Status>(password | partition);
        regs_.template write<Watchdog>(password | watchdog_ticks);
        regs_.template write<Control>(password | full_reset);
    }

    base::RegisterBlock<Io> regs_;
};

} // namespace drivers
