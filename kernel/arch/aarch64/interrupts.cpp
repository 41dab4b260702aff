// SPDX-License-Identifier: BSD-2-Clause
//
// Interrupts: the controller that the machine has, behind one set of functions.

#include "gic_cpu_interface.hpp"
#include "kernel_map.hpp"
#include "system_register.hpp"
#include <arch/boot.hpp>
#include <arch/interrupts.hpp>
#include <arch/timer.hpp>
#include <base/mmio.hpp>
#include <drivers/gic_v2.hpp>

#include <limits>
#include <variant>

namespace arch {

namespace {

using base::MappedIo;
using base::PhysRange;
using GicV2 = drivers::GicV2<MappedIo>;
using GicV3 = drivers::GicV3<MappedIo, GicSystemRegisters>;

/// Chosen once, at boot.
constinit std::variant<std::monostate, GicV2, GicV3> controller{};

template <typename Use>
auto with_controller(Use use) {
    if (auto* const v2 = std::get_if<GicV2>(&controller)) {
        return use(*v2);
    }
    return use(*std::get_if<GicV3>(&controller));
}

std::uint32_t number(Word irq) {
    return static_cast<std::uint32_t>(irq);
}

MappedIo map(PhysRange registers) {
    return MappedIo{map_device(registers).raw()};
}

/// The last page of either distributor ends in a register that says which version it is.
bool is_version(MappedIo distributor, std::uint64_t size, std::uint32_t version) {
    struct Identification : base::Register<0, std::uint32_t, base::Access::ReadOnly> {
        using Version = base::Bits<std::uint32_t, 4, 4>;
    };
    constexpr std::uint64_t offset_from_end = 0x18;
    auto const word = distributor.load<std::uint32_t>(size - offset_from_end);
    return Identification::Version::get(word) == version;
}

/// MPIDR_EL1: the four levels of affinity.
std::uint64_t affinity() {
    using Low = base::Bits<std::uint64_t, 0, 24>;
    using High = base::Bits<std::uint64_t, 32, 8>;
    auto const id = READ_REGISTER(mpidr_el1);
    return High::set(Low::get(id), High::get(id));
}

bool start_v2(InterruptController const& description) {
    constexpr std::uint64_t distributor_size = 0x1000;
    auto const distributor =
        map({description.distributor.begin, description.distributor.begin + distributor_size});
    if (!is_version(distributor, distributor_size, 2)) {
        return false;
    }
    controller.emplace<GicV2>(distributor, map(description.core_interface)).start();
    return true;
}

bool start_v3(InterruptController const& description) {
    constexpr std::uint64_t distributor_size = 0x1'0000;
    constexpr std::uint64_t redistributor_size = 0x2'0000; // of one core: the first is ours
    auto const distributor =
        map({description.distributor.begin, description.distributor.begin + distributor_size});
    if (!is_version(distributor, distributor_size, 3)) {
        return false;
    }
    auto const redistributor = map(
        {description.core_interface.begin, description.core_interface.begin + redistributor_size});
    controller.emplace<GicV3>(distributor, redistributor, GicSystemRegisters{}).start(affinity());
    return true;
}

void start_timer() {
    set_deadline(std::numeric_limits<std::uint64_t>::max());
    WRITE_REGISTER(cntv_ctl_el0, 1u);
    unmask(timer_irq);
}

} // namespace

bool start_interrupts(InterruptController const& description) {
    bool const started =
        description.kind == ControllerKind::GicV2 ? start_v2(description) : start_v3(description);
    if (started) {
        start_timer();
    }
    return started;
}

std::optional<Word> pending() {
    return with_controller([](auto& gic) { return gic.acknowledge(); });
}

void end(Word irq) {
    with_controller([=](auto& gic) { gic.end(number(irq)); });
}

void mask(Word irq) {
    with_controller([=](auto& gic) { gic.mask(number(irq)); });
}

void unmask(Word irq) {
    with_controller([=](auto& gic) { gic.unmask(number(irq)); });
}

void set_trigger(Word irq, Trigger trigger) {
    with_controller([=](auto& gic) { gic.set_edge(number(irq), trigger == Trigger::Edge); });
}

bool interrupt_waiting() {
    using Interrupt = base::Bits<bool, 7>;
    return Interrupt::get(READ_REGISTER(isr_el1));
}

bool valid_sgi_target(Word target) {
    return target < (std::holds_alternative<GicV2>(controller) ? 8u : 16u);
}

void send_sgi(Word irq, Word target) {
    auto const targets = number(base::bit(static_cast<unsigned>(target)));
    with_controller([=](auto& gic) { gic.send_sgi(number(irq), targets); });
}

} // namespace arch
