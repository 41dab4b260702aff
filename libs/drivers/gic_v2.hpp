// SPDX-License-Identifier: BSD-2-Clause
//
// Arm Generic Interrupt Controller, version 2 (IHI 0048), for instance the GIC-400. Works the same
// with and without the Security Extensions, from either side of them.
#pragma once

#include <drivers/gic.hpp>

#include <optional>

namespace drivers {

/// One object for each core: it remembers the interrupt that this core is handling.
template <base::RegisterIo Io>
class GicV2 {
public:
    constexpr GicV2(Io distributor, Io cpu_interface)
        : distributor_{distributor}, cpu_{cpu_interface} {}

    /// Whether there is such a controller at all.
    [[nodiscard]] bool recognised() {
        return distributor_.template read<Identification, typename Identification::Version>() == 2;
    }

    /// Every interrupt off, of normal priority and bound for this core; then lets them through.
    void start() {
        start_distributor();
        start_cpu_interface();
    }

    void start_distributor() {
        distributor_.template write<gic::Control>(0);
        auto const words = distributor_.template read<gic::Type, gic::Type::Lines>() + 1;
        auto const here = this_core();
        for (unsigned word = 1; word < words; ++word) {
            quieten(word);
        }
        for (unsigned irq = gic::first_shared; irq < words * 32; irq += 4) {
            distributor_.template write<Targets>(here, irq / 4);
        }
        distributor_.template write<gic::Control>(enable);
    }

    /// The first 32 interrupts and the CPU interface exist once for each core.
    void start_cpu_interface() {
        quieten(0);
        cpu_.template write<PriorityMask>(gic::lowest_priority_mask);
        cpu_.template write<BinaryPoint>(0);
        cpu_.template write<CpuControl>(enable);
    }

    /// Takes the most urgent pending interrupt; it is active until end(). None if it went away.
    [[nodiscard]] std::optional<unsigned> acknowledge() {
        auto const word = cpu_.template read<Acknowledge>();
        auto const irq = Acknowledge::Number::get(word);
        if (irq >= gic::first_special) {
            return std::nullopt;
        }
        acknowledged_ = word;
        return irq;
    }

    /// `irq` is what acknowledge() gave last.
    void end(unsigned irq) {
        // A software-generated interrupt ends by the whole word, which names its sender.
        auto const word = Acknowledge::Number::get(acknowledged_) == irq ? acknowledged_ : irq;
        cpu_.template write<End>(word);
    }

    void mask(unsigned irq) {
        distributor_.template write<gic::ClearEnable>(gic::bit_of(irq), irq / 32);
    }

    void unmask(unsigned irq) {
        distributor_.template write<gic::SetEnable>(gic::bit_of(irq), irq / 32);
    }

    /// Edge or level; only while `irq` is masked.
    void set_edge(unsigned irq, bool edge) {
        auto const old = distributor_.template read<gic::Configuration>(irq / 16);
        distributor_.template write<gic::Configuration>(gic::with_trigger(old, irq, edge),
                                                        irq / 16);
    }

    /// Software-generated interrupt `number` for the CPU interface `target`, 0 to 7.
    void send_sgi(unsigned number, unsigned target) {
        auto const cores = static_cast<std::uint32_t>(base::bit(target));
        distributor_.template write<SoftwareInterrupt>(
            SoftwareInterrupt::Number::set(SoftwareInterrupt::Cores::set(0u, cores), number));
    }

private:
    static constexpr std::uint32_t enable = 1; // of the group that this side can see

    struct Targets : base::Register<0x800, std::uint32_t> {};

    struct SoftwareInterrupt : base::Register<0xf00, std::uint32_t, base::Access::WriteOnly> {
        using Number = base::Bits<std::uint32_t, 0, 4>;
        using Cores = base::Bits<std::uint32_t, 16, 8>;
    };

    struct Identification : base::Register<0xfe8, std::uint32_t, base::Access::ReadOnly> {
        using Version = base::Bits<unsigned, 4, 4>;
    };

    struct CpuControl : base::Register<0x00, std::uint32_t> {};
    struct PriorityMask : base::Register<0x04, std::uint32_t> {};
    struct BinaryPoint : base::Register<0x08, std::uint32_t> {};

    struct Acknowledge : base::Register<0x0c, std::uint32_t, base::Access::ReadOnly> {
        using Number = base::Bits<std::uint32_t, 0, 10>;
    };

    struct End : base::Register<0x10, std::uint32_t, base::Access::WriteOnly> {};

    /// Group 0 where software may choose; from the non-secure side the register ignores it.
    void quieten(unsigned word) {
        distributor_.template write<gic::ClearEnable>(~0u, word);
        distributor_.template write<gic::ClearPending>(~0u, word);
        distributor_.template write<gic::ClearActive>(~0u, word);
        distributor_.template write<gic::Group>(0, word);
        for (unsigned four = 0; four < 8; ++four) {
            distributor_.template write<gic::Priority>(gic::priorities_of_four, word * 8 + four);
        }
    }

    /// This core's bit, once in each byte: what the first, read-only target registers show. They
    /// are zero where there is but one core.
    std::uint32_t this_core() {
        auto const own = distributor_.template read<Targets>();
        return own != 0 ? own : 0x0101'0101;
    }

    base::RegisterBlock<Io> distributor_;
    base::RegisterBlock<Io> cpu_;
    std::uint32_t acknowledged_{gic::first_special};
};

} // namespace drivers
