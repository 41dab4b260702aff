// SPDX-License-Identifier: BSD-2-Clause
//
// PageTable: one table of translations, and the walk from a root table down to an address.
#pragma once

#include <api/object.hpp>
#include <arch/page_table_entry.hpp>
#include <kernel/cap/capability.hpp>

#include <array>

namespace kernel {

struct KernelState;

class PageTable {
public:
    static constexpr auto cap_kind = CapKind::PageTable;
    static constexpr unsigned size_bits = api::page_table_bits;

    std::array<arch::PageTableEntry, 1u << api::table_index_bits> entries;

    /// The deepest existing entry on the path of `address`.
    struct Position {
        arch::PageTableEntry& entry;
        unsigned level;

        /// Bits of the address that the entry leaves open.
        [[nodiscard]] unsigned bits_left() const { return arch::level_bits(level); }
    };

    /// `this` is a root.
    [[nodiscard]] Position walk(base::UserAddr address);

    /// `this` is a root. The entry on the path of `address` that leads to the table `wanted`.
    [[nodiscard]] arch::PageTableEntry* find(base::UserAddr address, PhysAddr wanted);
};

static_assert(sizeof(PageTable) == 1u << PageTable::size_bits);

} // namespace kernel
