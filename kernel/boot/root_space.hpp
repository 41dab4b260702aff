// SPDX-License-Identifier: BSD-2-Clause
//
// The root task's address space: page tables, then everything that is mapped.
#pragma once

#include <kernel/boot/root_cnode.hpp>
#include <kernel/boot/root_layout.hpp>

namespace kernel {
struct KernelState;
}

namespace kernel::boot {

/// The first ASID; there is no other before the root task makes some.
inline constexpr std::uint16_t root_asid = 1;

enum class Contents { Code, Data };

class RootSpace {
public:
    /// Makes the root table usable, and puts its capability into its slot.
    RootSpace(KernelState& kernel, RootObjects const& objects, RootCNode& cnode);

    /// Page tables for all of `addresses`; their capabilities go to the next slots.
    [[nodiscard]] BootResult<> add_tables(RootAddresses const& addresses, base::PhysAddr memory);

    /// Maps a page for reading and writing, and returns the capability that says so.
    [[nodiscard]] Capability map_page(base::PhysAddr page, base::UserAddr address,
                                      Contents contents);

    /// Maps whole pages one behind the other; their capabilities go to the next slots.
    [[nodiscard]] BootResult<> map_pages(base::PhysRange pages, base::UserAddr address);

private:
    KernelState& kernel_;
    RootCNode& cnode_;
    base::PhysAddr root_;
};

} // namespace kernel::boot
