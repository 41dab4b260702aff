// SPDX-License-Identifier: BSD-2-Clause
//
// Arm Generic Interrupt Controller, version 3 (Arm IHI 0069), for one core: the distributor, this
// core's redistributor, and the CPU interface, which is system registers. Access to those is a
// parameter, so that a test can script them.
#pragma once

#include <base/mmio.hpp>

#include <concepts>
#include <optional>

namespace drivers {

/// The system registers of the CPU interface (ICC_*_EL1).
template <typename T>
concept GicCpuInterface = requires(T cpu, std::uint64_t value) {
    cpu.enable(); // ICC_SRE_EL1.SRE, PMR open, no split of priority drop, group 1 on
    { cpu.acknowledge() } -> std::same_as<std::uint64_t>; // ICC_IAR1_EL1
    cpu.end(value);                                       // ICC_EOIR1_EL1
    cpu.generate_sgi(value);                              // ICC_SGI1R_EL1
};

template <base::RegisterIo Io, GicCpuInterface Cpu>
class GicV3 {
public:
    constexpr GicV3(Io distributor, Io redistributor, Cpu cpu)
        : distributor_{distributor}, redistributor_{redistributor}, cpu_{cpu} {}

    /// Everything masked and forgotten, shared interrupts level-triggered and for this core, whose
    /// affinity is `affinity` (as in MPIDR_EL1 bits 39:0).
    void start(std::uint64_t affinity) {
        start_distributor(affinity);
        start_redistributor();
        cpu_.enable();
    }

    [[nodiscard]] std::optional<std::uint32_t> acknowledge() {
        auto const irq = cpu_.acknowledge();
        return irq >= first_special ? std::nullopt : std::optional{static_cast<std::uint32_t>(irq)};
    }

    void end(std::uint32_t irq) { cpu_.end(irq); }

    /// When it returns, the interrupt cannot come any more.
    void mask(std::uint32_t irq) {
        if (irq < first_shared) {
            redistributor_.template write<OwnDisable>(in_word(irq));
            wait_for_redistributor();
        } else {
            distributor_.template write<Disable>(in_word(irq), irq / 32);
            wait_for_distributor();
        }
    }

    void unmask(std::uint32_t irq) {
        if (irq < first_shared) {
            redistributor_.template write<OwnEnable>(in_word(irq));
        } else {
            distributor_.template write<Enable>(in_word(irq), irq / 32);
        }
    }

    /// Shared interrupts only.
    void set_edge(std::uint32_t irq, bool edge) {
        if (irq < first_shared) {
            return;
        }
        auto const index = irq / fields_of_2_per_word;
        auto const bit = static_cast<Word>(base::bit(irq % fields_of_2_per_word * 2 + 1));
        auto const word = distributor_.template read<Configuration>(index);
        distributor_.template write<Configuration>(edge ? word | bit : word & ~bit, index);
    }

    /// To the cores of the first cluster in the bit set `targets`.
    void send_sgi(std::uint32_t number, std::uint32_t targets) {
        using Targets = base::Bits<std::uint64_t, 0, 16>;
        using Number = base::Bits<std::uint64_t, 24, 4>;
        cpu_.generate_sgi(Number::set(Targets::set(std::uint64_t{0}, targets), number));
    }

private:
    using Word = std::uint32_t;
    static constexpr Word first_shared = 32;
    static constexpr Word first_special = 1020;
    static constexpr Word fields_of_2_per_word = 16;
    static constexpr Word fields_of_8 = 8; // words of 8-bit fields for 32 interrupts

    static constexpr Word in_word(Word irq) { return static_cast<Word>(base::bit(irq % 32)); }

    void start_distributor(std::uint64_t affinity) {
        using C = Control;
        distributor_.template write<C>(0);
        wait_for_distributor();
        auto const words = distributor_.template read<Type, typename Type::Lines>() + 1;
        for (Word word = 1; word < words; ++word) {
            distributor_.template write<Disable>(~Word{0}, word);
            distributor_.template write<ClearPending>(~Word{0}, word);
            distributor_.template write<ClearActive>(~Word{0}, word);
            distributor_.template write<Group>(~Word{0}, word);
        }
        for (Word word = fields_of_8; word < words * fields_of_8; ++word) {
            distributor_.template write<Priority>(0, word);
        }
        for (Word word = 2; word < words * 2; ++word) {
            distributor_.template write<Configuration>(0, word);
        }
        wait_for_distributor();
        distributor_.template write<C>(
            C::AffinityRouting::set(C::Group1::set(Word{0}, true), true));
        for (Word irq = first_shared; irq < words * 32 && irq < first_special; ++irq) {
            distributor_.template write<Route>(Affinity::LowHalf::get(affinity), irq * 2);
            distributor_.template write<Route>(Affinity::HighHalf::get(affinity), irq * 2 + 1);
        }
    }

    void start_redistributor() {
        using W = Waker;
        auto const waker = redistributor_.template read<W>();
        redistributor_.template write<W>(W::Asleep::set(waker, false));
        while (redistributor_.template read<W, typename W::ChildrenAsleep>()) {
        }
        redistributor_.template write<OwnDisable>(~Word{0});
        redistributor_.template write<OwnClearPending>(~Word{0});
        redistributor_.template write<OwnClearActive>(~Word{0});
        redistributor_.template write<OwnGroup>(~Word{0});
        for (Word word = 0; word < fields_of_8; ++word) {
            redistributor_.template write<OwnPriority>(0, word);
        }
        wait_for_redistributor();
    }

    void wait_for_distributor() {
        while (distributor_.template read<Control, typename Control::WritePending>()) {
        }
    }

    void wait_for_redistributor() {
        using R = RedistributorControl;
        while (redistributor_.template read<R, typename R::WritePending>()) {
        }
    }

    /// Aff3 in one half; Aff2, Aff1 and Aff0 in the other.
    struct Affinity {
        using LowHalf = base::Bits<Word, 0, 24>;
        using HighHalf = base::Bits<Word, 32, 8>;
    };

    struct Control : base::Register<0x0000, Word> {
        using Group1 = base::Bits<bool, 1>;
        using AffinityRouting = base::Bits<bool, 4>;
        using WritePending = base::Bits<bool, 31>;
    };
    struct Type : base::Register<0x0004, Word, base::Access::ReadOnly> {
        using Lines = base::Bits<Word, 0, 5>;
    };
    struct Group : base::Register<0x0080, Word> {};
    struct Enable : base::Register<0x0100, Word> {};
    struct Disable : base::Register<0x0180, Word> {};
    struct ClearPending : base::Register<0x0280, Word> {};
    struct ClearActive : base::Register<0x0380, Word> {};
    struct Priority : base::Register<0x0400, Word> {};
    struct Configuration : base::Register<0x0c00, Word> {};
    struct Route : base::Register<0x6000, Word> {}; // pairs of words, by interrupt number

    struct RedistributorControl : base::Register<0x0000, Word, base::Access::ReadOnly> {
        using WritePending = base::Bits<bool, 3>;
    };
    struct Waker : base::Register<0x0014, Word> {
        using Asleep = base::Bits<bool, 1>;
        using ChildrenAsleep = base::Bits<bool, 2>;
    };
    static constexpr std::size_t own = 0x1'0000; // the SGI and PPI frame
    struct OwnGroup : base::Register<own + 0x0080, Word> {};
    struct OwnEnable : base::Register<own + 0x0100, Word> {};
    struct OwnDisable : base::Register<own + 0x0180, Word> {};
    struct OwnClearPending : base::Register<own + 0x0280, Word> {};
    struct OwnClearActive : base::Register<own + 0x0380, Word> {};
    struct OwnPriority : base::Register<own + 0x0400, Word> {};

    base::RegisterBlock<Io> distributor_;
    base::RegisterBlock<Io> redistributor_;
    Cpu cpu_;
};

} // namespace drivers
