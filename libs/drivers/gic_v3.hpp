// SPDX-License-Identifier: BSD-2-Clause
//
// Arm Generic Interrupt Controller, version 3 (IHI 0069), with affinity routing. All interrupts are
// in group 1, the one that a non-secure kernel handles.
#pragma once

#include <drivers/gic.hpp>

#include <concepts>
#include <cstddef>
#include <optional>

namespace drivers {

/// The registers of a core that version 3 has in place of a mapped CPU interface.
enum class GicCpuRegister {
    SystemRegisterEnable,
    PriorityMask,
    BinaryPoint,
    Control,
    GroupEnable,
    Acknowledge,
    End,
    SoftwareInterrupt,
    Affinity, // MPIDR_EL1: who this core is
};

template <typename T>
concept GicCpuRegisters = requires(T cpu, std::uint64_t value) {
    { cpu.template read<GicCpuRegister::Acknowledge>() } -> std::same_as<std::uint64_t>;
    cpu.template write<GicCpuRegister::End>(value);
};

/// One object for each core.
template <base::RegisterIo Io, GicCpuRegisters Cpu>
class GicV3 {
public:
    /// `redistributors` is where the first of them begins; `size` bytes hold them all.
    constexpr GicV3(Io distributor, Io redistributors, std::size_t size, Cpu cpu)
        : distributor_{distributor}, redistributors_{redistributors}, size_{size}, cpu_{cpu} {}

    /// Whether there is such a controller at all, and a redistributor of this core in it.
    [[nodiscard]] bool recognised() {
        auto const version =
            distributor_.template read<Identification, typename Identification::Version>();
        return (version == 3 || version == 4) && find_redistributor().has_value();
    }

    /// Every interrupt off, of normal priority and bound for this core; then lets them through.
    /// Only if recognised().
    void start() {
        start_distributor();
        start_core();
    }

    void start_distributor() {
        distributor_.template write<gic::Control>(0);
        settle();
        auto const words = distributor_.template read<gic::Type, gic::Type::Lines>() + 1;
        for (unsigned word = 1; word < words; ++word) {
            quieten(distributor_, word);
        }
        settle();
        distributor_.template write<gic::Control>(
            Enable::Group1::set(Enable::AffinityRouting::set(0u, true), true));
        settle();
        auto const here = Affinity::routing(cpu_.template read<GicCpuRegister::Affinity>());
        // 1020 and above are no interrupts, although the count is rounded up to 1024.
        for (unsigned irq = gic::first_shared; irq < words * 32 && irq < gic::first_special;
             ++irq) {
            distributor_.template write<Route>(here, irq);
        }
    }

    void start_core() {
        own_ = find_redistributor().value_or(0);
        wake();
        auto own = own_interrupts();
        quieten(own, 0);
        settle_own();
        cpu_.template write<GicCpuRegister::SystemRegisterEnable>(system_registers_only);
        cpu_.template write<GicCpuRegister::PriorityMask>(gic::lowest_priority_mask);
        cpu_.template write<GicCpuRegister::BinaryPoint>(0);
        cpu_.template write<GicCpuRegister::Control>(0); // end() also deactivates
        cpu_.template write<GicCpuRegister::GroupEnable>(1);
    }

    /// Takes the most urgent pending interrupt; it is active until end(). None if it went away.
    [[nodiscard]] std::optional<unsigned> acknowledge() {
        auto const irq = static_cast<unsigned>(cpu_.template read<GicCpuRegister::Acknowledge>());
        return irq < gic::first_special ? std::optional{irq} : std::nullopt;
    }

    void end(unsigned irq) { cpu_.template write<GicCpuRegister::End>(irq); }

    /// Afterwards the interrupt cannot come any more.
    void mask(unsigned irq) {
        if (irq < gic::first_shared) {
            own_interrupts().template write<gic::ClearEnable>(gic::bit_of(irq));
            settle_own();
            return;
        }
        distributor_.template write<gic::ClearEnable>(gic::bit_of(irq), irq / 32);
        settle();
    }

    void unmask(unsigned irq) {
        if (irq < gic::first_shared) {
            own_interrupts().template write<gic::SetEnable>(gic::bit_of(irq));
            return;
        }
        distributor_.template write<gic::SetEnable>(gic::bit_of(irq), irq / 32);
    }

    /// Edge or level; only while `irq` is masked.
    void set_edge(unsigned irq, bool edge) {
        auto const change = [&](auto block) {
            auto const old = block.template read<gic::Configuration>(irq / 16);
            block.template write<gic::Configuration>(gic::with_trigger(old, irq, edge), irq / 16);
        };
        if (irq < gic::first_shared) {
            change(own_interrupts());
        } else {
            change(distributor_);
        }
    }

    /// Software-generated interrupt `number` for core `target`: 16 to a cluster.
    void send_sgi(unsigned number, unsigned target) {
        auto const core = SoftwareInterrupt::Cores::set(std::uint64_t{0}, base::bit(target % 16));
        auto const where = SoftwareInterrupt::Cluster::set(core, target / 16);
        cpu_.template write<GicCpuRegister::SoftwareInterrupt>(
            SoftwareInterrupt::Number::set(where, number));
    }

private:
    /// A part of a larger block.
    class Part {
    public:
        constexpr Part(Io io, std::size_t start) : io_{io}, start_{start} {}

        template <std::unsigned_integral T>
        [[nodiscard]] T load(std::size_t offset) {
            return io_.template load<T>(start_ + offset);
        }

        template <std::unsigned_integral T>
        void store(std::size_t offset, T value) {
            io_.store(start_ + offset, value);
        }

    private:
        [[no_unique_address]] Io io_;
        std::size_t start_;
    };

    struct Enable {
        using Group1 = base::Bits<bool, 1>;
        using AffinityRouting = base::Bits<bool, 4>;
        using WritePending = base::Bits<bool, 31>;
    };

    struct Identification : base::Register<0xffe8, std::uint32_t, base::Access::ReadOnly> {
        using Version = base::Bits<unsigned, 4, 4>;
    };

    struct Route : base::Register<0x6000, std::uint64_t> {};

    /// A redistributor: a frame for itself, then one for the core's own interrupts.
    struct RedistributorControl : base::Register<0x00, std::uint32_t> {
        using WritePending = base::Bits<bool, 3>;
    };

    struct RedistributorType : base::Register<0x08, std::uint64_t, base::Access::ReadOnly> {
        using HasVirtualInterrupts = base::Bits<bool, 1>; // then it has four frames
        using Last = base::Bits<bool, 4>;
        using Affinity = base::Bits<std::uint64_t, 32, 32>;
    };

    struct Waker : base::Register<0x14, std::uint32_t> {
        using ProcessorSleep = base::Bits<bool, 1>;
        using ChildrenAsleep = base::Bits<bool, 2>;
    };

    static constexpr std::size_t frame_size = 0x1'0000;
    static constexpr std::uint64_t system_registers_only = 7; // and no bypass of the controller

    /// The affinity fields of MPIDR_EL1, and how other registers pack them.
    struct Affinity {
        using Low = base::Bits<std::uint64_t, 0, 24>;
        using High = base::Bits<std::uint64_t, 32, 8>;
        using PackedHigh = base::Bits<std::uint64_t, 24, 8>;

        static constexpr std::uint64_t packed(std::uint64_t core) {
            return PackedHigh::set(Low::get(core), High::get(core));
        }

        static constexpr std::uint64_t routing(std::uint64_t core) {
            return High::set(Low::get(core), High::get(core));
        }
    };

    struct SoftwareInterrupt {
        using Cores = base::Bits<std::uint64_t, 0, 16>;
        using Cluster = base::Bits<std::uint64_t, 16, 8>;
        using Number = base::Bits<std::uint64_t, 24, 4>;
    };

    base::RegisterBlock<Part> own() { return base::RegisterBlock{Part{redistributors_, own_}}; }

    base::RegisterBlock<Part> own_interrupts() {
        return base::RegisterBlock{Part{redistributors_, own_ + frame_size}};
    }

    /// The offset of the redistributor whose affinity is this core's.
    std::optional<std::size_t> find_redistributor() {
        auto const self = Affinity::packed(cpu_.template read<GicCpuRegister::Affinity>());
        for (std::size_t at = 0; at + 2 * frame_size <= size_;) {
            auto const type =
                base::RegisterBlock{Part{redistributors_, at}}.template read<RedistributorType>();
            if (RedistributorType::Affinity::get(type) == self) {
                return at;
            }
            if (RedistributorType::Last::get(type)) {
                break;
            }
            at += (RedistributorType::HasVirtualInterrupts::get(type) ? 4 : 2) * frame_size;
        }
        return std::nullopt;
    }

    void wake() {
        auto const asleep = own().template read<Waker>();
        own().template write<Waker>(Waker::ProcessorSleep::set(asleep, false));
        while (own().template read<Waker, typename Waker::ChildrenAsleep>()) {
        }
    }

    void quieten(auto& block, unsigned word) {
        block.template write<gic::ClearEnable>(~0u, word);
        block.template write<gic::ClearPending>(~0u, word);
        block.template write<gic::ClearActive>(~0u, word);
        block.template write<gic::Group>(~0u, word);
        for (unsigned four = 0; four < 8; ++four) {
            block.template write<gic::Priority>(gic::priorities_of_four, word * 8 + four);
        }
    }

    /// Waits until earlier writes to the distributor (the core's redistributor) have taken effect.
    void settle() {
        while (distributor_.template read<gic::Control, typename Enable::WritePending>()) {
        }
    }

    void settle_own() {
        while (own()
                   .template read<RedistributorControl,
                                  typename RedistributorControl::WritePending>()) {
        }
    }

    base::RegisterBlock<Io> distributor_;
    Io redistributors_;
    std::size_t size_;
    Cpu cpu_;
    std::size_t own_{0}; // the offset of this core's redistributor
};

} // namespace drivers
