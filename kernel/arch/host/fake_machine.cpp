// SPDX-License-Identifier: BSD-2-Clause
//
// The pretended machine: does nothing but remember.
#include <arch/boot.hpp>
#include <arch/cpu.hpp>
#include <arch/fake.hpp>
#include <arch/firmware.hpp>
#include <arch/fpu.hpp>
#include <arch/interrupts.hpp>
#include <arch/memory.hpp>
#include <arch/mmu.hpp>
#include <kernel/debug/invariants.hpp>
#include <kernel/debug/panic.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace arch {

namespace {

constexpr std::size_t memory_alignment = std::size_t{2} << 20;

struct alignas(memory_alignment) Memory {
    std::array<std::byte, fake_memory_size> bytes;
};

Memory memory;
FakeMachine machine;

} // namespace

std::byte* fake_memory() {
    return memory.bytes.data();
}

FakeMachine& fake_machine() {
    return machine;
}

void reset_fake_machine() {
    machine = {};
    memory.bytes.fill(std::byte{0});
}

// ---- memory ------------------------------------------------------------------------------------

void zero_memory(void* begin, std::size_t size) {
    std::memset(begin, 0, size);
}

void zero_to_coherency(void* begin, std::size_t size) {
    zero_memory(begin, size);
}

void clean_to_coherency(void const*, std::size_t) {}

// ---- floating point ----------------------------------------------------------------------------

void save_fpu(FpuContext& context) {
    std::copy_n(machine.fpu_registers.begin(), context.v.size(), context.v.begin());
    context.fpcr = machine.fpu_registers[64];
    context.fpsr = machine.fpu_registers[65];
}

void restore_fpu(FpuContext const& context) {
    std::ranges::copy(context.v, machine.fpu_registers.begin());
    machine.fpu_registers[64] = context.fpcr;
    machine.fpu_registers[65] = context.fpsr;
}

void enable_fpu() {
    machine.fpu_enabled = true;
}

void allow_fpu(bool allowed) {
    machine.fpu_enabled = allowed;
}

// ---- interrupts --------------------------------------------------------------------------------

std::optional<Word> pending() {
    if (machine.pending_irqs.empty()) {
        return std::nullopt;
    }
    auto const irq = machine.pending_irqs.front();
    machine.pending_irqs.pop_front();
    return irq;
}

void end(Word irq) {
    machine.ended_irqs.push_back(irq);
}

void mask(Word irq) {
    machine.unmasked_irqs.erase(irq);
}

void unmask(Word irq) {
    machine.unmasked_irqs.insert(irq);
}

void set_trigger(Word irq, Trigger trigger) {
    if (trigger == Trigger::Edge) {
        machine.edge_irqs.insert(irq);
    } else {
        machine.edge_irqs.erase(irq);
    }
}

bool interrupt_waiting() {
    return !machine.pending_irqs.empty();
}

bool valid_sgi_target(Word target) {
    return target < 8;
}

void send_sgi(Word number, Word target) {
    machine.sent_sgis.emplace_back(number, target);
}

// ---- memory management unit --------------------------------------------------------------------

void set_address_space(base::PhysAddr root, Asid asid) {
    machine.root = root;
    machine.asid = asid;
}

void set_empty_address_space() {
    set_address_space({}, 0);
}

void publish_table_entry(void const*) {}

void flush_asid(Asid asid) {
    machine.flushed_asids.push_back(asid);
}

void flush_page(Asid asid, base::UserAddr address) {
    machine.flushed_pages.emplace_back(asid, address);
}

void maintain_cache(CacheOperation operation, base::PhysAddr, Asid, base::UserAddr begin,
                    std::uint64_t size) {
    machine.maintained.push_back({static_cast<int>(operation), begin, size});
}

// ---- the rest
// ---- boot ---------------------------------------------------------------------------------------

base::PhysRange kernel_image() {
    return {base::PhysAddr{0}, base::PhysAddr{base::bit(memory_block_bits)}};
}

base::PhysAddr image_address(void const* pointer) {
    return physical_address(pointer);
}

base::PhysRange kernel_boot_image() {
    return {};
}

bool map_memory(base::PhysRange) {
    return true;
}

base::PhysAddr physical_top() {
    return base::PhysAddr{base::bit(40)};
}

void set_firmware_conduit(FirmwareConduit conduit) {
    machine.has_firmware = conduit != FirmwareConduit::None;
}

bool start_interrupts(InterruptController const&) {
    return true;
}

void synchronise_instructions(base::PhysRange) {}

bool kernel_map_is_safe() {
    return true;
}

// ------------------------------------------------------------------------------------

bool firmware_available() {
    return machine.has_firmware;
}

FirmwareArguments call_firmware(FirmwareArguments const& arguments) {
    machine.firmware_calls.push_back(arguments);
    return arguments;
}

void put_char(char c) {
    machine.console.push_back(c);
}

void halt() {
    std::fputs(machine.console.c_str(), stderr);
    std::abort();
}

} // namespace arch

namespace kernel {

void panic(std::string_view reason) {
    std::fprintf(stderr, "panic: %.*s\n", static_cast<int>(reason.size()), reason.data());
    std::abort();
}

/// Tests ask for contradictions themselves. They also let threads run that would not have been
/// chosen.
void check_after_entry(KernelState&) {}

} // namespace kernel
