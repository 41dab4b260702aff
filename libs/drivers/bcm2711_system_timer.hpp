// SPDX-License-Identifier: BSD-2-Clause
//
// The system timer of the BCM2711 (BCM2711 ARM Peripherals, chapter 10): microseconds since it was
// switched on.
#pragma once

#include <base/mmio.hpp>

#include <cstdint>

namespace drivers {

template <base::RegisterIo Io>
class Bcm2711SystemTimer {
public:
    explicit constexpr Bcm2711SystemTimer(Io io) : regs_{io} {}

    [[nodiscard]] std::uint64_t microseconds() {
        for (auto high = regs_.template read<High>();;) {
            auto const low = regs_.template read<Low>();
            auto const now = regs_.template read<High>();
            if (now == high) {
                return std::uint64_t{high} << 32 | low;
            }
            high = now; // the lower half began anew in between
        }
    }

private:
    struct Low : base::Register<0x04, std::uint32_t, base::Access::ReadOnly> {};
    struct High : base::Register<0x08, std::uint32_t, base::Access::ReadOnly> {};

    base::RegisterBlock<Io> regs_;
};

} // namespace drivers
