// SPDX-License-Identifier: BSD-2-Clause
//
// PageTable: walks through the tables of an address space, and the end of a table.

#include <kernel/object/finalise.hpp>
#include <kernel/object/translations.hpp>
#include <kernel/object/vspace.hpp>

namespace kernel {

namespace {

PageTable& table_at(PhysAddr address) {
    return *arch::kernel_address(address).as_pointer<PageTable>();
}

} // namespace

PageTable::Position PageTable::walk(base::UserAddr address) {
    auto* table = this;
    for (unsigned level = arch::root_level;; ++level) {
        auto& entry = table->entries[arch::level_index(address.raw(), level)];
        if (!entry.is_table(level)) {
            return {entry, level};
        }
        table = &table_at(entry.address());
    }
}

arch::PageTableEntry* PageTable::find(base::UserAddr address, PhysAddr wanted) {
    auto* table = this;
    for (unsigned level = arch::root_level;; ++level) {
        auto& entry = table->entries[arch::level_index(address.raw(), level)];
        if (!entry.is_table(level)) {
            return nullptr;
        }
        if (entry.address() == wanted) {
            return &entry;
        }
        table = &table_at(entry.address());
    }
}

void finalise_page_table(KernelState& kernel, Capability const& table) {
    auto const mapping = table.mapping();
    auto const root = kernel.asids.find(mapping.asid);
    if (!mapping.exists() || !root) {
        return;
    }
    if (auto* const entry = table_at(*root).find(mapping.address, table.address())) {
        *entry = {};
        forget_space(kernel, mapping.asid);
    }
}

} // namespace kernel
