// SPDX-License-Identifier: BSD-2-Clause
//
// Boot: memory first, then interrupts, then the root task.

#include <arch/boot.hpp>
#include <arch/cpu.hpp>
#include <kernel/boot/boot.hpp>
#include <kernel/boot/device_tree.hpp>
#include <kernel/boot/root_task.hpp>
#include <kernel/debug/assert.hpp>
#include <kernel/debug/print.hpp>
#include <kernel/kernel_state.hpp>

namespace kernel::boot {

namespace {

constexpr std::string_view no_tables = "RAM is in too many places to map";

BootResult<> check_arguments(BootArguments const& arguments) {
    bool const whole_pages = arguments.image.begin.is_aligned(api::page_bits) &&
                             arguments.image.end.is_aligned(api::page_bits);
    if (arguments.image.empty() || !whole_pages ||
        !arguments.image_address().is_aligned(api::page_bits)) {
        return refuse("the loader names no root task image of whole pages");
    }
    // Neither need be in RAM that the kernel knows of.
    for (auto const range : {arguments.image, arguments.device_tree}) {
        if (range.end > base::PhysAddr{arch::window_size}) {
            return refuse("the loader put something where the kernel cannot reach it");
        }
        if (!range.empty() && !arch::map_memory(range)) {
            return refuse(no_tables);
        }
    }
    return {};
}

/// What the loader placed is not free, wherever it is.
BootResult<> reserve_loaded(MemoryMap& memory, BootArguments const& arguments) {
    TRY(memory.reserve(arch::kernel_image(), api::MemoryUse::Kernel));
    // Of any size; the rest of its last page is too little for anybody else.
    TRY(memory.reserve({arguments.device_tree.begin.aligned_down(api::page_bits),
                        arguments.device_tree.end.aligned_up(api::page_bits)},
                       api::MemoryUse::DeviceTree));
    TRY(memory.reserve(arguments.image, api::MemoryUse::RootImage));
    return {};
}

BootResult<> map_ram(MemoryMap const& memory) {
    for (auto const bank : memory.ram()) {
        if (!arch::map_memory(bank)) {
            return refuse(no_tables);
        }
    }
    return {};
}

BootResult<> start_machine(KernelState& kernel, MemoryMap& memory, Machine const& machine) {
    arch::set_firmware_conduit(machine.firmware);
    if (!arch::start_interrupts(machine.controller)) {
        return refuse("the interrupt controller is not where the device tree says");
    }
    kernel.irqs.set_state(arch::timer_irq, IrqState::Reserved);
    TRY(memory.claim_device(machine.controller.distributor));
    TRY(memory.claim_device(machine.controller.core_interface));
    return {};
}

BootResult<> try_start(KernelState& kernel, BootArguments const& arguments) {
    TRY(check_arguments(arguments));
    MemoryMap memory;
    auto const machine = TRY(discover_machine(arguments.device_tree, memory));
    TRY(reserve_loaded(memory, arguments));
    TRY(map_ram(memory));
    TRY(start_machine(kernel, memory, machine));
    arch::synchronise_instructions(arguments.image);
    TRY(start_root_task(kernel, memory, arguments));
    kernel_assert(arch::kernel_map_is_safe());
    return {};
}

} // namespace

void start(KernelState& kernel, BootArguments const& arguments) {
    if (auto const started = try_start(kernel, arguments); !started) {
        print("quire kernel: ", started.error());
        arch::halt();
    }
}

} // namespace kernel::boot
