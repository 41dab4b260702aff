// SPDX-License-Identifier: BSD-2-Clause
//
// The root task, in the order in which its slots are filled.

#include <arch/boot.hpp>
#include <arch/firmware.hpp>
#include <kernel/boot/extra_info.hpp>
#include <kernel/boot/root_space.hpp>
#include <kernel/boot/root_task.hpp>
#include <kernel/boot/root_thread.hpp>
#include <kernel/boot/untypeds.hpp>
#include <kernel/kernel_state.hpp>

#include <new>

namespace kernel::boot {

using base::PhysAddr;
using base::PhysRange;

namespace {

/// Where everything goes, decided before anything is written.
struct Plan {
    Word extra_size; // bytes that mean something
    RootAddresses addresses;
    RootObjects objects;
};

BootResult<Plan> make_plan(MemoryMap& memory, BootArguments const& arguments) {
    constexpr std::size_t root_objects = 1; // will be described too
    auto const extra_size =
        extra_info_size(arguments.device_tree, memory.descriptions().size() + root_objects);
    auto const extra_area = base::bit(std::max(api::page_bits, base::log2_ceil(extra_size)));
    auto const addresses =
        TRY(RootAddresses::make(arguments.image_address(), arguments.image.size(), extra_area));
    Word tables = 0;
    for (unsigned level = arch::root_level + 1; level <= arch::last_level; ++level) {
        tables += addresses.table_count(level);
    }
    auto const objects =
        TRY(RootObjects::place(memory.free_ram(), config::root_cnode_bits, extra_area, tables));
    TRY(memory.reserve(objects.memory, api::MemoryUse::RootObjects));
    auto const begin = arch::kernel_address(objects.memory.begin);
    arch::zero_memory(begin.as_pointer<void>(), objects.memory.size());
    return Plan{extra_size, addresses, objects};
}

/// The capabilities that stand for the kernel's own services.
void set_control_caps(RootCNode& cnode) {
    cnode.set(api::initial_slot::irq_control, Capability::control(CapKind::IrqControl));
    cnode.set(api::initial_slot::asid_control, Capability::control(CapKind::AsidControl));
    cnode.set(api::initial_slot::domain, Capability::control(CapKind::Domain));
    if (config::allow_smc && arch::firmware_available()) {
        cnode.set(api::initial_slot::smc, Capability::smc());
    }
}

/// The right to look at what the kernel counts.
void give_counters(KernelState& kernel, RootCNode& cnode) {
    auto& page = kernel.core.counters;
    page.size = sizeof(api::KernelCounters);
    cnode.append_at_end(Capability::frame(arch::image_address(&page), FrameSize::Small, false,
                                          FrameRights::ReadOnly));
}

/// The pages behind the image, and the image.
BootResult<> map_root_task(RootSpace& space, RootCNode& cnode, api::BootInfo& info,
                           Plan const& plan, PhysRange image) {
    auto const& [extra_size, addresses, objects] = plan;
    auto const first_table = cnode.next();
    TRY(space.add_tables(addresses, objects.page_tables));
    info.user_image_paging = cnode.since(first_table);

    cnode.set(api::initial_slot::ipc_buffer,
              space.map_page(objects.ipc_buffer, addresses.ipc_buffer, Contents::Data));
    cnode.set(api::initial_slot::boot_info_frame,
              space.map_page(objects.boot_info, addresses.boot_info, Contents::Data));

    auto const first_extra = cnode.next();
    auto const extra_end = (objects.extra + extra_size).aligned_up(api::page_bits);
    TRY(space.map_pages({objects.extra, extra_end}, addresses.extra));
    info.extra_boot_info_pages = cnode.since(first_extra);

    auto const first_control = cnode.next();
    TRY(cnode.append(Capability::sched_control(0)));
    info.sched_control = cnode.since(first_control);

    auto const first_frame = cnode.next();
    TRY(space.map_pages(image, addresses.image));
    info.user_image_frames = cnode.since(first_frame);
    return {};
}

enum class MemoryKind : bool { Ram, Device };

/// As many untypeds as the boot info and the CNode have room for.
void give_memory(RootCNode& cnode, api::BootInfo& info, PhysRange range, MemoryKind kind) {
    cut_into_untypeds(range, [&](PhysAddr address, unsigned bits) {
        auto const index = cnode.next() - info.untyped.start;
        if (index == api::max_boot_untypeds || cnode.full()) {
            return;
        }
        bool const is_device = kind == MemoryKind::Device;
        (void)cnode.append(Capability::untyped(address, bits, is_device));
        info.untyped_list[index] = {address.raw(), static_cast<std::uint8_t>(bits), is_device, {}};
    });
}

BootResult<> give_all_memory(RootCNode& cnode, api::BootInfo& info, MemoryMap const& memory) {
    info.untyped.start = cnode.next();
    auto const devices = TRY(memory.devices(arch::physical_top()));
    for (auto const range : devices.regions()) {
        give_memory(cnode, info, range, MemoryKind::Device);
    }
    give_memory(cnode, info, arch::kernel_boot_image(), MemoryKind::Ram);
    for (auto const range : memory.free_ram()) {
        give_memory(cnode, info, range, MemoryKind::Ram);
    }
    info.untyped = cnode.since(info.untyped.start);
    return {};
}

} // namespace

BootResult<> start_root_task(KernelState& kernel, MemoryMap& memory,
                             BootArguments const& arguments) {
    auto const plan = TRY(make_plan(memory, arguments));
    auto const& objects = plan.objects;
    constexpr auto radix = config::root_cnode_bits;

    RootCNode cnode{objects.cnode, radix};
    kernel.boot_slots = cnode.slots();
    cnode.set(api::initial_slot::cnode,
              Capability::cnode(objects.cnode, radix, api::word_bits - radix, 0));
    set_control_caps(cnode);
    give_counters(kernel, cnode);
    RootSpace space{kernel, objects, cnode};

    auto& info = *new (arch::kernel_address(objects.boot_info).as_pointer<void>()) api::BootInfo{};
    info.extra_length = plan.extra_size;
    info.node_count = 1;
    info.ipc_buffer = plan.addresses.ipc_buffer.raw();
    info.root_cnode_bits = radix;
    TRY(map_root_task(space, cnode, info, plan, arguments.image));
    TRY(give_all_memory(cnode, info, memory));
    info.empty = cnode.rest();
    write_extra_info(arch::kernel_address(objects.extra).as_pointer<std::byte>(),
                     {.device_tree = arguments.device_tree,
                      .memory = memory.descriptions(),
                      .counters = cnode.at_end()});

    start_root_thread(kernel, objects, cnode,
                      {
                          .entry = arguments.image_entry,
                          .boot_info = plan.addresses.boot_info,
                      });
    return {};
}

} // namespace kernel::boot
