// SPDX-License-Identifier: BSD-2-Clause
//
// Arm PrimeCell real time clock (PL031), DDI 0224.
#pragma once

#include <base/mmio.hpp>

#include <cstdint>

namespace drivers {

template <base::RegisterIo Io>
class Pl031 {
public:
    explicit constexpr Pl031(Io io) : regs_{io} {}

    /// Whether the registers say that they are those of a PL031.
    [[nodiscard]] bool is_there() {
        return PartLow::get(regs_.template read<Id>(0)) == 0x31 &&
               PartHigh::get(regs_.template read<Id>(1)) == 0;
    }

    /// Since whenever it was set to count from: 1970, where firmware or QEMU set it.
    [[nodiscard]] std::uint32_t seconds() { return regs_.template read<Data>(); }

private:
    struct Data : base::Register<0x000, std::uint32_t, base::Access::ReadOnly> {};

    /// Of the peripheral; eight bits of each.
    struct Id : base::Register<0xfe0, std::uint32_t, base::Access::ReadOnly> {};

    using PartLow = base::Bits<std::uint32_t, 0, 8>;
    using PartHigh = base::Bits<std::uint32_t, 0, 4>;

    base::RegisterBlock<Io> regs_;
};

} // namespace drivers
