// SPDX-License-Identifier: BSD-2-Clause
//
// What the kernel tells the root task: the boot-info page, the extra chunks behind it, and the
// capability slots the root task starts with.
#pragma once

#include <api/types.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace api {

/// A half-open run of slots of the root CNode.
struct SlotRegion {
    Word start;
    Word end;
};

struct UntypedDescription {
    Word paddr;
    std::uint8_t size_bits;
    std::uint8_t is_device;
    std::array<std::uint8_t, 6> padding;
};

inline constexpr std::size_t max_boot_untypeds = 230;

struct BootInfo {
    Word extra_length; // bytes of the extra area, 0 = none
    Word node_id;
    Word node_count;
    Word io_page_table_levels;
    Word ipc_buffer; // virtual address
    SlotRegion empty;
    SlotRegion shared_frames;
    SlotRegion user_image_frames;
    SlotRegion user_image_paging;
    SlotRegion io_space_caps;
    SlotRegion extra_boot_info_pages;
    Word root_cnode_bits;
    Word root_domain;
    SlotRegion sched_control;
    SlotRegion untyped;
    std::array<UntypedDescription, max_boot_untypeds> untyped_list;
};

static_assert(sizeof(BootInfo) == 3864);
static_assert(offsetof(BootInfo, untyped_list) == 184);

/// Before each chunk of the extra area; the length counts the header.
struct BootInfoHeader {
    Word id;
    Word length;
};

inline constexpr Word boot_info_padding = 0;
inline constexpr Word boot_info_fdt = 6;
/// Quire's own: an array of MemoryDescription: the RAM there is, and where what is in no untyped
/// went. Parts do not overlap: everything but Ram adds up with the RAM untypeds to Ram.
inline constexpr Word boot_info_memory_map = 0x5155'0001;
/// Quire's own: a SlotRegion, the frames that the kernel counts in (kernel_counters.hpp), one for
/// each core. The capabilities may only be read through. Programs that do not ask for them do not
/// meet them: they are the last slots of the root CNode, behind those that are said to be empty.
inline constexpr Word boot_info_kernel_counters = 0x5155'0002;

enum class MemoryUse : Word {
    Kernel = 1,      // the kernel's image
    DeviceTree = 2,  // the device tree handed over at boot
    RootImage = 3,   // the root task's image and what was loaded with it
    RootObjects = 4, // CNode, tables, TCB... of the root task, boot info
    Firmware = 5,    // reserved by the device tree or the board
    Ram = 6,         // a bank of RAM as the device tree describes it, or as the board is assumed
    Unused = 7,      // RAM in no whole block, or beyond what the kernel can map
};

struct MemoryDescription {
    Word paddr;
    Word size;
    MemoryUse use;

    friend constexpr bool operator==(MemoryDescription const&, MemoryDescription const&) = default;
};

/// Slots of the root CNode.
namespace initial_slot {
inline constexpr Word tcb = 1, cnode = 2, vspace = 3, irq_control = 4, asid_control = 5,
                      asid_pool = 6, boot_info_frame = 9, ipc_buffer = 10, domain = 11,
                      sched_context = 14, smc = 15, first_free = 16;
}

} // namespace api
