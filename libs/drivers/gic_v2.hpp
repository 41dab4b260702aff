// SPDX-License-Identifier: BSD-2-Clause
//
// Arm Generic Interrupt Controller, version 2 (Arm IHI 0048), and the GIC-400: all interrupts in
// one group, one core. Group registers are left alone but for one write: on a board they are
// read-as-zero from the non-secure side, and on a model without security they must be 0.
#pragma once

#include <base/mmio.hpp>

#include <optional>

namespace drivers {

template <base::RegisterIo Io>
class GicV2 {
public:
    constexpr GicV2(Io distributor, Io cpu_interface)
        : distributor_{distributor}, cpu_{cpu_interface} {}

    /// Everything masked and forgotten, shared interrupts level-triggered and for this core.
    void start() {
        distributor_.template write<Control>(0);
        auto const words = distributor_.template read<Type, typename Type::Lines>() + 1;
        auto const this_core = distributor_.template read<Targets>(0);
        for (Word word = 0; word < words; ++word) {
            distributor_.template write<Disable>(~Word{0}, word);
            distributor_.template write<ClearPending>(~Word{0}, word);
            distributor_.template write<ClearActive>(~Word{0}, word);
            distributor_.template write<Group>(0, word);
        }
        for (Word word = 0; word < words * fields_of_8; ++word) {
            distributor_.template write<Priority>(0, word);
        }
        for (Word word = first_shared / fields_of_8_per_word; word < words * fields_of_8; ++word) {
            distributor_.template write<Targets>(this_core, word);
        }
        for (Word word = first_shared / fields_of_2_per_word; word < words * 2; ++word) {
            distributor_.template write<Configuration>(0, word);
        }
        distributor_.template write<Control>(1);
        cpu_.template write<PriorityMask>(0xf0);
        cpu_.template write<CpuControl>(1);
    }

    /// The pending interrupt, which is active from now until end().
    [[nodiscard]] std::optional<std::uint32_t> acknowledge() {
        last_ = cpu_.template read<Acknowledge>();
        auto const irq = Acknowledge::Number::get(last_);
        return irq >= first_special ? std::nullopt : std::optional{irq};
    }

    /// Ends the interrupt that was acknowledged last.
    void end(std::uint32_t irq) {
        // Of an SGI the sender must be given back, too.
        cpu_.template write<EndOf>(Acknowledge::Number::get(last_) == irq ? last_ : irq);
    }

    void mask(std::uint32_t irq) { distributor_.template write<Disable>(in_word(irq), irq / 32); }
    void unmask(std::uint32_t irq) { distributor_.template write<Enable>(in_word(irq), irq / 32); }

    /// Shared interrupts only; what a core's own are is fixed.
    void set_edge(std::uint32_t irq, bool edge) {
        if (irq < first_shared) {
            return;
        }
        auto const index = irq / fields_of_2_per_word;
        auto const bit = static_cast<Word>(base::bit(irq % fields_of_2_per_word * 2 + 1));
        auto const word = distributor_.template read<Configuration>(index);
        distributor_.template write<Configuration>(edge ? word | bit : word & ~bit, index);
    }

    /// To the cores in the bit set `targets`.
    void send_sgi(std::uint32_t number, std::uint32_t targets) {
        using S = SoftwareInterrupt;
        distributor_.template write<S>(S::Targets::set(S::Number::set(Word{0}, number), targets));
    }

private:
    using Word = std::uint32_t;
    static constexpr Word first_shared = 32;
    static constexpr Word first_special = 1020;
    static constexpr Word fields_of_8 = 8; // words of 8-bit fields for 32 interrupts
    static constexpr Word fields_of_8_per_word = 4;
    static constexpr Word fields_of_2_per_word = 16;

    static constexpr Word in_word(Word irq) { return static_cast<Word>(base::bit(irq % 32)); }

    struct Control : base::Register<0x000, Word> {};
    struct Type : base::Register<0x004, Word, base::Access::ReadOnly> {
        using Lines = base::Bits<Word, 0, 5>; // in 32s, minus one
    };
    struct Group : base::Register<0x080, Word> {};
    struct Enable : base::Register<0x100, Word> {};
    struct Disable : base::Register<0x180, Word> {};
    struct ClearPending : base::Register<0x280, Word> {};
    struct ClearActive : base::Register<0x380, Word> {};
    struct Priority : base::Register<0x400, Word> {};
    struct Targets : base::Register<0x800, Word> {};
    struct Configuration : base::Register<0xc00, Word> {};
    struct SoftwareInterrupt : base::Register<0xf00, Word, base::Access::WriteOnly> {
        using Number = base::Bits<Word, 0, 4>;
        using Targets = base::Bits<Word, 16, 8>;
    };

    struct CpuControl : base::Register<0x00, Word> {};
    struct PriorityMask : base::Register<0x04, Word> {};
    struct Acknowledge : base::Register<0x0c, Word, base::Access::ReadOnly> {
        using Number = base::Bits<Word, 0, 10>;
    };
    struct EndOf : base::Register<0x10, Word, base::Access::WriteOnly> {};

    base::RegisterBlock<Io> distributor_;
    base::RegisterBlock<Io> cpu_;
    Word last_{0};
};

} // namespace drivers
