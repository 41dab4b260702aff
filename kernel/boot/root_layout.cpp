// SPDX-License-Identifier: BSD-2-Clause
//
// Placement of the root task's objects.

#include <kernel/boot/root_layout.hpp>

#include <algorithm>
#include <array>

namespace kernel::boot {

using base::PhysAddr;
using base::PhysRange;
using base::UserAddr;

BootResult<RootAddresses> RootAddresses::make(UserAddr image, Word image_size, Word extra_size) {
    auto const needed = image_size + 2 * api::page_size + extra_size;
    constexpr auto top = api::user_top + 1;
    if (image.raw() >= top || image_size >= top || extra_size >= top ||
        needed > top - image.raw()) {
        return refuse("the root task's image does not fit into user space");
    }
    auto const ipc_buffer = image + image_size;
    return RootAddresses{
        .image = image,
        .ipc_buffer = ipc_buffer,
        .boot_info = ipc_buffer + api::page_size,
        .extra = ipc_buffer + 2 * api::page_size,
        .end = ipc_buffer + 2 * api::page_size + extra_size,
    };
}

namespace {

struct Item {
    PhysAddr RootObjects::* place;
    Word size; // of each
    Word count;

    [[nodiscard]] Word total() const { return size * count; }
};

constexpr std::size_t item_count = 9;
using Items = std::array<Item, item_count>;

/// Larger ones first, so that all are aligned without gaps. Among equals the order is as here.
Items items_by_size(unsigned cnode_radix, Word extra_size, Word page_table_count) {
    using base::bit;
    Items items{{
        {&RootObjects::extra, extra_size, 1},
        {&RootObjects::vspace, bit(api::vspace_bits), 1},
        {&RootObjects::cnode, bit(cnode_radix + api::slot_bits), 1},
        {&RootObjects::asid_pool, bit(api::asid_pool_bits), 1},
        {&RootObjects::ipc_buffer, api::page_size, 1},
        {&RootObjects::boot_info, api::page_size, 1},
        {&RootObjects::page_tables, bit(api::page_table_bits), page_table_count},
        {&RootObjects::tcb, bit(api::tcb_bits), 1},
        {&RootObjects::sched_context, bit(api::min_sched_context_bits), 1},
    }};
    for (auto item = items.begin(); item != items.end(); ++item) {
        auto const position = std::ranges::upper_bound(items.begin(), item, item->size,
                                                       std::ranges::greater{}, &Item::size);
        std::rotate(position, item, item + 1);
    }
    return items;
}

/// The last place in `region` for `size` bytes; an empty range if there is none.
PhysRange last_place(PhysRange region, Word size, unsigned alignment_bits) {
    if (region.size() < size) {
        return {};
    }
    auto const begin = (region.end - size).aligned_down(alignment_bits);
    return begin >= region.begin ? PhysRange{begin, begin + size} : PhysRange{};
}

} // namespace

BootResult<RootObjects> RootObjects::place(std::span<PhysRange const> free, unsigned cnode_radix,
                                           Word extra_size, Word page_table_count) {
    auto const items = items_by_size(cnode_radix, extra_size, page_table_count);
    Word total = 0;
    for (auto const& item : items) {
        total += item.total();
    }
    auto const alignment_bits = base::log2_ceil(items.front().size);

    RootObjects objects{};
    for (auto index = free.size(); index > 0 && objects.memory.empty(); --index) {
        objects.memory = last_place(free[index - 1], total, alignment_bits);
    }
    if (objects.memory.empty()) {
        return refuse("there is not enough memory for the root task");
    }
    auto at = objects.memory.begin;
    for (auto const& item : items) {
        objects.*item.place = at;
        at = at + item.total();
    }
    return objects;
}

} // namespace kernel::boot
