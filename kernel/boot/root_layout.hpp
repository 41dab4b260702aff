// SPDX-License-Identifier: BSD-2-Clause
//
// Where the root task and its kernel objects go: virtual addresses behind its image, and one run
// of physical memory. Other systems' tools compute the same places, so they are part of the ABI.
#pragma once

#include <api/object.hpp>
#include <arch/page_table_entry.hpp>
#include <kernel/boot/region_list.hpp>

namespace kernel::boot {

using api::Word;

/// The address space of the root task: image, IPC buffer, boot info, extra boot info.
struct RootAddresses {
    base::UserAddr image;
    base::UserAddr ipc_buffer; // also the end of the image
    base::UserAddr boot_info;
    base::UserAddr extra;

    /// `extra_size` is a power of two, or 0. Error: it does not fit below the end of user space.
    static BootResult<RootAddresses> make(base::UserAddr image, Word image_size, Word extra_size);

    /// Tables below the root are needed for everything from `image` to this.
    base::UserAddr end;

    /// Page tables of one level (1 to 3); a table of level n is an entry of one of level n - 1.
    [[nodiscard]] Word table_count(unsigned level) const {
        auto const bits = arch::level_bits(level - 1);
        return (end.aligned_up(bits) - image.aligned_down(bits)) >> bits;
    }
};

/// The physical places of the objects. All are aligned to their sizes.
struct RootObjects {
    base::PhysRange memory;
    base::PhysAddr extra;
    base::PhysAddr vspace;
    base::PhysAddr cnode;
    base::PhysAddr asid_pool;
    base::PhysAddr ipc_buffer;
    base::PhysAddr boot_info;
    base::PhysAddr page_tables; // all, one behind the other
    base::PhysAddr tcb;
    base::PhysAddr sched_context;

    /// In the highest free region that has room. Error: none has.
    static BootResult<RootObjects> place(std::span<base::PhysRange const> free,
                                         unsigned cnode_radix, Word extra_size,
                                         Word page_table_count);
};

} // namespace kernel::boot
