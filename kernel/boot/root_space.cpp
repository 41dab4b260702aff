// SPDX-License-Identifier: BSD-2-Clause
//
// The root task's address space.

#include <arch/mmu.hpp>
#include <kernel/boot/root_space.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/object/frame.hpp>
#include <kernel/object/vspace.hpp>

namespace kernel::boot {

using base::PhysAddr;
using base::PhysRange;
using base::UserAddr;

namespace {

PageTable& root_table(PhysAddr root) {
    return arch::kernel_address(root).as_pointer<VSpace>()->root;
}

} // namespace

RootSpace::RootSpace(KernelState& kernel, RootObjects const& objects, RootCNode& cnode)
    : kernel_{kernel}, cnode_{cnode}, root_{objects.vspace} {
    auto* const pool = arch::kernel_address(objects.asid_pool).as_pointer<AsidPool>();
    kernel.asids.set_pool(0, pool);
    kernel.asids.set(root_asid, root_);
    ++kernel.core.counters.asids_in_use;
    cnode.set(api::initial_slot::asid_pool, Capability::asid_pool(objects.asid_pool, 0));
    cnode.set(api::initial_slot::vspace, Capability::vspace(root_).with_mapping({root_asid, {}}));
}

BootResult<> RootSpace::add_tables(RootAddresses const& addresses, PhysAddr memory) {
    for (unsigned level = arch::root_level + 1; level <= arch::last_level; ++level) {
        auto const bits = arch::level_bits(level - 1);
        auto address = addresses.image.aligned_down(bits);
        for (auto count = addresses.table_count(level); count > 0; --count) {
            auto const position = root_table(root_).walk(address);
            position.entry = arch::PageTableEntry::table(memory);
            arch::publish_table_entry(&position.entry);
            TRY(cnode_.append(Capability::page_table(memory).with_mapping({root_asid, address})));
            memory = memory + base::bit(api::page_table_bits);
            address = address + base::bit(bits);
        }
    }
    return {};
}

Capability RootSpace::map_page(PhysAddr page, UserAddr address, Contents contents) {
    Slot frame;
    frame.cap = Capability::frame(page, FrameSize::Small, false, FrameRights::ReadWrite);
    map_frame(kernel_, root_table(root_).walk(address), frame, {root_asid, address},
              FrameRights::ReadWrite,
              {.cacheable = true, .execute_never = contents == Contents::Data});
    return frame.cap;
}

BootResult<> RootSpace::map_pages(PhysRange pages, UserAddr address) {
    for (auto page = pages.begin; page < pages.end; page = page + api::page_size) {
        TRY(cnode_.append(map_page(page, address + (page - pages.begin), Contents::Code)));
    }
    return {};
}

} // namespace kernel::boot
