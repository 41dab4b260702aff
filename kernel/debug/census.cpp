// SPDX-License-Identifier: BSD-2-Clause
//
// The census: what capabilities stand for against what the kernel's own tables say. Table entries
// do not name the capability that made them; but each has one, so there must be as many of both.

#include "checks.hpp"
#include <kernel/cap/derivation.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/object/frame.hpp>

#include <algorithm>

namespace kernel {

namespace {

PageTable& table_at(PhysAddr address) {
    return *arch::kernel_address(address).as_pointer<PageTable>();
}

PageTable* space_of(KernelState const& kernel, Mapping const& mapping) {
    auto const root = kernel.asids.find(mapping.asid);
    return mapping.exists() && root ? &table_at(*root) : nullptr;
}

/// An earlier capability to the same frame stands for the same place.
bool counted_before(Slot const& slot) {
    for (auto const* before = slot.prev(); before != nullptr && same_object(before->cap, slot.cap);
         before = before->prev()) {
        if (before->cap.mapping() == slot.cap.mapping()) {
            return true;
        }
    }
    return false;
}

bool is_mapped_page(KernelState const& kernel, Slot const& slot) {
    auto* const root = space_of(kernel, slot.cap.mapping());
    return root != nullptr && find_mapping(*root, slot.cap) != nullptr && !counted_before(slot);
}

bool is_mapped_table(KernelState const& kernel, Capability const& table) {
    auto* const root = space_of(kernel, table.mapping());
    return root != nullptr && root->find(table.mapping().address, table.address()) != nullptr;
}

Word one_if(bool condition) {
    return condition ? 1 : 0;
}

/// Adds the entries of a table and of those below it.
void count_entries(PageTable const& table, unsigned level, Census& census) {
    for (auto const& entry : table.entries) {
        if (!entry.valid()) {
            continue;
        }
        if (entry.is_table(level)) {
            ++census.tables;
            count_entries(table_at(entry.address()), level + 1, census);
        } else {
            ++census.pages;
        }
    }
}

Census census_of_tables(KernelState const& kernel) {
    Census census;
    for (Word irq = 0; IrqTable::valid(irq); ++irq) {
        census.irq_handlers += one_if(kernel.irqs.state(irq) == IrqState::Signal);
    }
    for (auto const* thread = kernel.threads.front(); thread != nullptr;
         thread = kernel.threads.next(*thread)) {
        ++census.threads;
    }
    for (Word number = 0; number < base::bit(api::asid_pool_count_bits); ++number) {
        auto const* const pool = kernel.asids.pool(number << api::asid_pool_index_bits);
        if (pool == nullptr) {
            continue;
        }
        ++census.asid_pools;
        for (auto const root : pool->roots) {
            if (root != PhysAddr{}) {
                ++census.spaces;
                count_entries(table_at(root), arch::root_level, census);
            }
        }
    }
    return census;
}

} // namespace

void count(KernelState const& kernel, Slot const& slot, bool first, Census& census) {
    auto const& cap = slot.cap;
    switch (cap.kind()) {
    case CapKind::Frame: census.pages += one_if(is_mapped_page(kernel, slot)); break;
    case CapKind::Tcb: census.threads += one_if(first); break;
    case CapKind::IrqHandler: census.irq_handlers += one_if(first); break;
    case CapKind::AsidPool:
        census.asid_pools +=
            one_if(first && kernel.asids.pool(cap.asid_base()) == cap.as<AsidPool>());
        break;
    case CapKind::VSpace:
        census.spaces += one_if(first && kernel.asids.maps(cap.mapping().asid, cap.address()));
        break;
    case CapKind::PageTable: census.tables += one_if(first && is_mapped_table(kernel, cap)); break;
    default: break;
    }
}

Check check_census(KernelState const& kernel, Census const& census) {
    auto const tables = census_of_tables(kernel);
    TRY(holds(census.threads == tables.threads, "threads without capabilities, or the reverse"));
    TRY(holds(census.irq_handlers == tables.irq_handlers,
              "an interrupt is in use that nobody handles"));
    TRY(holds(census.asid_pools == tables.asid_pools, "an ASID pool without a capability is used"));
    TRY(holds(census.spaces == tables.spaces, "an ASID is that of no VSpace capability"));
    TRY(holds(census.tables == tables.tables, "an entry leads to a table without a capability"));
    return holds(census.pages == tables.pages, "memory without a capability is mapped");
}

} // namespace kernel
