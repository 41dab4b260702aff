// SPDX-License-Identifier: BSD-2-Clause
//
// BCM2711 GPIO: puts the PL011 on pins 14 and 15 of the Raspberry Pi's header.
#pragma once

#include <base/mmio.hpp>

namespace drivers {

template <base::RegisterIo Io>
class Bcm2711Gpio {
public:
    explicit constexpr Bcm2711Gpio(Io io) : regs_{io} {}

    /// Alternate function 0 on both pins; the transmit pin floats, the receive pin is pulled up, so
    /// that an open line is silent.
    void route_uart0() {
        using F = FunctionSelect1;
        auto functions = regs_.template read<F>();
        functions = F::Pin14::set(functions, alternate_0);
        regs_.template write<F>(F::Pin15::set(functions, alternate_0));
        using P = Pulls0;
        auto pulls = regs_.template read<P>();
        pulls = P::Pin14::set(pulls, no_pull);
        regs_.template write<P>(P::Pin15::set(pulls, pull_up));
    }

private:
    using Word = std::uint32_t;
    static constexpr Word alternate_0 = 4;
    static constexpr Word no_pull = 0;
    static constexpr Word pull_up = 1;

    struct FunctionSelect1 : base::Register<0x04, Word> {
        using Pin14 = base::Bits<Word, 12, 3>;
        using Pin15 = base::Bits<Word, 15, 3>;
    };
    struct Pulls0 : base::Register<0xe4, Word> {
        using Pin14 = base::Bits<Word, 28, 2>;
        using Pin15 = base::Bits<Word, 30, 2>;
    };

    base::RegisterBlock<Io> regs_;
};

} // namespace drivers
