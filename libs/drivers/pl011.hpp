// SPDX-License-Identifier: BSD-2-Clause
//
// Arm PrimeCell UART (PL011), Arm DDI 0183. Used by the loader, the kernel's debug console and the
// console server.
#pragma once

#include <base/mmio.hpp>

#include <optional>

namespace drivers {

template <base::RegisterIo Io>
class Pl011 {
public:
    explicit constexpr Pl011(Io io) : regs_{io} {}

    /// 8 data bits, no parity, one stop bit, FIFOs on, no interrupts. `clock` in Hz.
    void set_up(std::uint32_t clock, std::uint32_t baud) {
        while (regs_.template read<Flags, typename Flags::Busy>()) {
        }
        regs_.template write<Control>(0);
        regs_.template write<InterruptMask>(0);
        regs_.template write<InterruptClear>(all_interrupts);
        // The divisor is in 64ths, rounded to the nearest.
        auto const divisor = (clock * 4 + baud / 2) / baud;
        regs_.template write<IntegerBaud>(divisor / 64);
        regs_.template write<FractionalBaud>(divisor % 64);
        using L = LineControl;
        regs_.template write<L>(L::WordLength::set(L::Fifos::set(0u, true), 3));
        using C = Control;
        regs_.template write<C>(
            C::Receive::set(C::Transmit::set(C::Enable::set(0u, true), true), true));
    }

    [[nodiscard]] bool can_put() {
        return !regs_.template read<Flags, typename Flags::TransmitFull>();
    }

    /// Waits for room.
    void put(char c) {
        while (!can_put()) {
        }
        regs_.template write<Data>(static_cast<unsigned char>(c));
    }

    /// Waits until everything has left.
    void drain() {
        while (regs_.template read<Flags, typename Flags::Busy>()) {
        }
    }

    [[nodiscard]] std::optional<char> try_get() {
        if (regs_.template read<Flags, typename Flags::ReceiveEmpty>()) {
            return std::nullopt;
        }
        return regs_.template read<Data, typename Data::Byte>();
    }

    /// Interrupt when there is input, also a little of it after a pause; and, if asked for, when
    /// the transmit FIFO runs low.
    void enable_interrupts(bool transmit) {
        using M = InterruptMask;
        auto mask = M::ReceiveTimeout::set(M::Receive::set(0u, true), true);
        regs_.template write<M>(M::Transmit::set(mask, transmit));
    }

    /// Forgets the interrupts that came so far. Do it before looking at the FIFOs: what comes
    /// later then interrupts again.
    void clear_interrupts() { regs_.template write<InterruptClear>(all_interrupts); }

private:
    using Word = std::uint32_t;
    static constexpr Word all_interrupts = 0x7ff;

    struct Data : base::Register<0x00, Word> {
        using Byte = base::Bits<char, 0, 8>;
    };

    struct Flags : base::Register<0x18, Word, base::Access::ReadOnly> {
        using Busy = base::Bits<bool, 3>;
        using ReceiveEmpty = base::Bits<bool, 4>;
        using TransmitFull = base::Bits<bool, 5>;
    };

    struct IntegerBaud : base::Register<0x24, Word> {};
    struct FractionalBaud : base::Register<0x28, Word> {};

    struct LineControl : base::Register<0x2c, Word> {
        using Fifos = base::Bits<bool, 4>;
        using WordLength = base::Bits<Word, 5, 2>; // 3: 8 bits
    };

    struct Control : base::Register<0x30, Word> {
        using Enable = base::Bits<bool, 0>;
        using Transmit = base::Bits<bool, 8>;
        using Receive = base::Bits<bool, 9>;
    };

    struct InterruptMask : base::Register<0x38, Word> {
        using Receive = base::Bits<bool, 4>;
        using Transmit = base::Bits<bool, 5>;
        using ReceiveTimeout = base::Bits<bool, 6>;
    };

    struct InterruptClear : base::Register<0x44, Word, base::Access::WriteOnly> {};

    base::RegisterBlock<Io> regs_;
};

} // namespace drivers
