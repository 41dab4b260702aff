// SPDX-License-Identifier: BSD-2-Clause
//
// Arm PrimeCell UART (PL011), DDI 0183. Shared by the loader, the kernel's debug console and the
// console server.
#pragma once

#include <base/mmio.hpp>

#include <cstdint>
#include <optional>

namespace drivers {

/// What a PL011 may interrupt for. `receive` covers a FIFO that fills and one that was left alone
/// with a few characters in it.
struct Pl011Interrupts {
    bool receive{false};
    bool transmit{false};

    friend constexpr bool operator==(Pl011Interrupts, Pl011Interrupts) = default;
};

template <base::RegisterIo Io>
class Pl011 {
public:
    explicit constexpr Pl011(Io io) : regs_{io} {}

    /// 8 bits, no parity, one stop bit; FIFOs on, interrupts off. What is being sent is sent first.
    void start(std::uint32_t clock_hz, std::uint32_t baud) {
        drain();
        regs_.template write<Control>(0); // the line may only be set up while the UART is off
        regs_.template write<InterruptMask>(0);
        regs_.template write<InterruptClear>(Events::all);

        // The divisor clock / (16 * baud) has 6 fractional bits.
        auto const divisor =
            static_cast<std::uint32_t>((std::uint64_t{clock_hz} * 4 + baud / 2) / baud);
        regs_.template write<IntegerDivisor>(Divisor::Integer::get(divisor));
        regs_.template write<FractionalDivisor>(Divisor::Fraction::get(divisor));
        // Writing the line control register is what makes the divisor take effect.
        regs_.template write<LineControl>(LineControl::FifoEnable::set(
            LineControl::WordLength::set(0u, LineControl::eight_bits), true));
        regs_.template write<FifoLevels>(0); // interrupt when 1/8 full, or down to 1/8
        regs_.template write<Control>(Control::enabled);
    }

    /// Whether put() would not have to wait.
    [[nodiscard]] bool can_put() {
        return !regs_.template read<Flags, typename Flags::TransmitFull>();
    }

    /// Waits until there is room.
    void put(char c) {
        while (!can_put()) {
        }
        regs_.template write<Data>(static_cast<unsigned char>(c));
    }

    /// Waits until all is on the wire.
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

    void enable_interrupts(Pl011Interrupts which) {
        regs_.template write<InterruptMask>(Events::of(which));
    }

    void acknowledge(Pl011Interrupts which) {
        regs_.template write<InterruptClear>(Events::of(which));
    }

private:
    struct Data : base::Register<0x00, std::uint32_t> {
        using Byte = base::Bits<char, 0, 8>; // above it: what went wrong on the wire
    };

    struct Flags : base::Register<0x18, std::uint32_t, base::Access::ReadOnly> {
        using Busy = base::Bits<bool, 3>;
        using ReceiveEmpty = base::Bits<bool, 4>;
        using TransmitFull = base::Bits<bool, 5>;
    };

    struct IntegerDivisor : base::Register<0x24, std::uint32_t> {};
    struct FractionalDivisor : base::Register<0x28, std::uint32_t> {};

    struct Divisor {
        using Fraction = base::Bits<std::uint32_t, 0, 6>;
        using Integer = base::Bits<std::uint32_t, 6, 16>;
    };

    struct LineControl : base::Register<0x2c, std::uint32_t> {
        using FifoEnable = base::Bits<bool, 4>;
        using WordLength = base::Bits<std::uint32_t, 5, 2>;
        static constexpr std::uint32_t eight_bits = 3;
    };

    struct Control : base::Register<0x30, std::uint32_t> {
        using Enable = base::Bits<bool, 0>;
        using TransmitEnable = base::Bits<bool, 8>;
        using ReceiveEnable = base::Bits<bool, 9>;
        static constexpr auto enabled =
            Enable::set(TransmitEnable::set(ReceiveEnable::set(0u, true), true), true);
    };

    struct FifoLevels : base::Register<0x34, std::uint32_t> {};
    struct InterruptMask : base::Register<0x38, std::uint32_t> {};
    struct InterruptClear : base::Register<0x44, std::uint32_t, base::Access::WriteOnly> {};

    /// One layout for the mask and the clear register.
    struct Events {
        using Receive = base::Bits<bool, 4>;
        using Transmit = base::Bits<bool, 5>;
        using ReceiveTimeout = base::Bits<bool, 6>;
        static constexpr std::uint32_t all = 0x7ff;

        static constexpr std::uint32_t of(Pl011Interrupts which) {
            auto const receive =
                ReceiveTimeout::set(Receive::set(0u, which.receive), which.receive);
            return Transmit::set(receive, which.transmit);
        }
    };

    base::RegisterBlock<Io> regs_;
};

} // namespace drivers
