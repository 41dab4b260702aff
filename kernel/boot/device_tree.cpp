// SPDX-License-Identifier: BSD-2-Clause
//
// The machine as the device tree describes it; what it does not say is the board's default.

#include <arch/memory.hpp>
#include <board.hpp>
#include <formats/machine_description.hpp>
#include <kernel/boot/device_tree.hpp>

namespace kernel::boot {

using base::PhysRange;

namespace {

/// For visitors, which cannot stop: does nothing more once something failed.
class FirstFailure {
public:
    void then(auto action) {
        if (result_) {
            result_ = action();
        }
    }

    [[nodiscard]] BootResult<> result() const { return result_; }

private:
    BootResult<> result_{};
};

BootResult<> read_memory(formats::fdt::Tree const& tree, MemoryMap& memory) {
    FirstFailure all;
    formats::for_each_ram(tree,
                          [&](PhysRange bank) { all.then([&] { return memory.add_ram(bank); }); });
    formats::for_each_reservation(tree, [&](PhysRange range) {
        all.then([&] { return memory.reserve(range, api::MemoryUse::Firmware); });
    });
    TRY(all.result());
    if (memory.descriptions().empty()) {
        return refuse("the device tree describes no RAM");
    }
    if (memory.ram().empty()) {
        return refuse("too little RAM: no whole block of 2 MiB");
    }
    return {};
}

arch::FirmwareConduit conduit_of(formats::FirmwareCall call) {
    switch (call) {
    case formats::FirmwareCall::None: break;
    case formats::FirmwareCall::Hvc: return arch::FirmwareConduit::Hypervisor;
    case formats::FirmwareCall::Smc: return arch::FirmwareConduit::SecureMonitor;
    }
    return arch::FirmwareConduit::None;
}

arch::InterruptController controller_of(formats::GicVersion version) {
    if (version == formats::GicVersion::V3) {
        return {arch::ControllerKind::GicV3, Board::gic_distributor, Board::gic_redistributor};
    }
    return {arch::ControllerKind::GicV2, Board::gic_distributor, Board::gic_cpu_interface};
}

BootResult<Machine> read_tree(PhysRange range, MemoryMap& memory) {
    auto const* const begin = arch::kernel_address(range.begin).as_pointer<std::byte const>();
    auto const tree = formats::fdt::Tree::parse({begin, range.size()});
    if (!tree) {
        return refuse(formats::fdt::describe(tree.error()));
    }
    TRY(read_memory(*tree, memory));
    return Machine{controller_of(formats::gic_version(*tree)),
                   conduit_of(formats::firmware_call(*tree))};
}

BootResult<Machine> assume(MemoryMap& memory) {
    TRY(memory.add_ram(Board::assumed_ram));
    return Machine{controller_of(formats::GicVersion::None), arch::FirmwareConduit::None};
}

} // namespace

BootResult<Machine> discover_machine(PhysRange tree, MemoryMap& memory) {
    auto const machine = TRY(tree.empty() ? assume(memory) : read_tree(tree, memory));
    TRY(memory.reserve(Board::firmware_ram, api::MemoryUse::Firmware));
    TRY(memory.claim_device(Board::private_device));
    return machine;
}

} // namespace kernel::boot
