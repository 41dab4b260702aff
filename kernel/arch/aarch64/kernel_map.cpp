// SPDX-License-Identifier: BSD-2-Clause
//
// The kernel's translation tables, built once at boot. They lie in the image, so that building
// them needs no memory; nothing changes them after boot.

#include "kernel_map.hpp"

#include "image.hpp"
#include "translation.hpp"
#include <arch/boot.hpp>
#include <arch/memory.hpp>
#include <arch/mmu.hpp>
#include <arch/page_table_entry.hpp>
#include <kernel/debug/panic.hpp>

#include <algorithm>
#include <array>

namespace arch {

namespace {

using base::KernelAddr;
using base::PhysAddr;
using base::PhysRange;

struct alignas(4096) Table {
    std::array<PageTableEntry, 512> entries;
};

/// Memory comes in few banks, and a bank needs a table for each GiB that it covers in part.
constexpr std::size_t memory_tables = 16;

struct KernelMap {
    Table root;
    Table window; // the one entry of `root`
    Table image_blocks;
    Table image_pages;
    Table device_pages;
    std::array<Table, memory_tables> memory_blocks;
    std::size_t memory_blocks_used;

    // For the moment in which no other table is in use.
    Table identity_root;
    Table identity;

    Table empty_root;
};

constinit KernelMap map{};

constexpr PageAttributes image_code{
    .access = Access::KernelRead,
    .type = MemoryType::Normal,
    .user_execute = false,
    .kernel_execute = true,
    .global = true,
};
constexpr PageAttributes image_constants{
    .access = Access::KernelRead,
    .type = MemoryType::Normal,
    .user_execute = false,
    .global = true,
};
constexpr PageAttributes memory{
    .access = Access::KernelWrite,
    .type = MemoryType::Normal,
    .user_execute = false,
    .global = true,
};
constexpr PageAttributes device{
    .access = Access::KernelWrite,
    .type = MemoryType::DeviceEarly,
    .user_execute = false,
    .global = true,
};

PageTableEntry entry_of(Table const& table) {
    return PageTableEntry::table(image_physical_address(&table));
}

PageTableEntry& entry_in(Table& table, std::uint64_t address, unsigned level) {
    return table.entries[level_index(address, level)];
}

void map_image_pages(char const* begin, char const* end, PageAttributes const& attributes) {
    for (auto const* page = begin; page < end; page += api::page_size) {
        entry_in(map.image_pages, address_of(page), 3) =
            PageTableEntry::leaf(image_physical_address(page), 3, attributes);
    }
}

void build_image_map() {
    auto const image = address_of(kernel_link_address);
    entry_in(map.root, image, 0) = entry_of(map.window);
    entry_in(map.window, image, 1) = entry_of(map.image_blocks);
    entry_in(map.image_blocks, image, 2) = entry_of(map.image_pages);
    entry_in(map.image_blocks, device_window, 2) = entry_of(map.device_pages);

    map_image_pages(kernel_link_address, ki_text_end, image_code);
    map_image_pages(ki_text_end, ki_rodata_end, image_constants);
    map_image_pages(ki_rodata_end, ki_end, memory);
    entry_in(map.image_pages, address_of(kernel_stack_guard), 3) = {};
    entry_in(map.image_pages, address_of(panic_stack_guard), 3) = {};
}

/// The code that switches the tables, at its physical address.
void build_identity_map() {
    auto const image = kernel_physical_base;
    auto const block = base::align_down(image, level_bits(1));
    auto attributes = memory;
    attributes.kernel_execute = true;
    entry_in(map.identity_root, image, 0) = entry_of(map.identity);
    entry_in(map.identity, image, 1) = PageTableEntry::leaf(PhysAddr{block}, 1, attributes);
}

/// The table of blocks for the GiB around `address`; null if there are no more.
Table* block_table(std::uint64_t address) {
    auto& entry = entry_in(map.window, address, 1);
    if (entry.valid()) {
        auto const offset = entry.address() - image_physical_address(&map.memory_blocks);
        return &map.memory_blocks[offset / sizeof(Table)];
    }
    if (map.memory_blocks_used == map.memory_blocks.size()) {
        return nullptr;
    }
    auto& table = map.memory_blocks[map.memory_blocks_used++];
    entry = entry_of(table);
    return &table;
}

/// Maps what [begin, end) covers of one GiB.
bool map_in_gigabyte(PhysRange part) {
    auto const address = kernel_address(part.begin).raw();
    auto& entry = entry_in(map.window, address, 1);
    if (entry.is_leaf(1)) {
        return true;
    }
    if (part.size() == base::bit(level_bits(1)) && !entry.valid()) {
        entry = PageTableEntry::leaf(part.begin, 1, memory);
        return true;
    }
    auto* const table = block_table(address);
    if (table == nullptr) {
        return false;
    }
    for (auto block = part.begin; block < part.end; block = block + base::bit(level_bits(2))) {
        entry_in(*table, kernel_address(block).raw(), 2) = PageTableEntry::leaf(block, 2, memory);
    }
    return true;
}

bool is_safe(PageTableEntry entry) {
    bool const open_to_programs =
        entry.access() == Access::UserWrite || entry.access() == Access::UserRead;
    return !open_to_programs && !entry.user_executable() &&
           !(entry.writable() && entry.kernel_executable());
}

bool is_safe(Table const& table, unsigned level) {
    return std::ranges::all_of(table.entries, [&](PageTableEntry entry) {
        return !entry.is_leaf(level) || is_safe(entry);
    });
}

} // namespace

void enter_kernel_map() {
    build_image_map();
    build_identity_map();
    (void)map_device({Board::uart, Board::uart + api::page_size});
    if constexpr (has_second_console) {
        (void)map_device({Board::mini_uart, Board::mini_uart + api::page_size});
    }
    // For a moment the code is fetched without translation, which may bypass the data cache.
    clean_to_coherency(kernel_link_address,
                       address_of(ki_text_end) - address_of(kernel_link_address));
    switch_to_tables(image_physical_address(&map.identity_root), image_physical_address(&map.root),
                     image_physical_address(&map.empty_root));
}

bool map_memory(PhysRange range) {
    auto const end = range.end.aligned_up(memory_block_bits);
    for (auto begin = range.begin.aligned_down(memory_block_bits); begin < end;) {
        auto const next = (begin + 1).aligned_up(level_bits(1));
        PhysRange const part{begin, std::min(next, end)};
        if (!map_in_gigabyte(part)) {
            return false;
        }
        begin = part.end;
    }
    publish_table_entry(&map);
    return true;
}

KernelAddr map_device(PhysRange registers) {
    auto& entries = map.device_pages.entries;
    auto const* const first =
        std::ranges::find_if(entries, [](PageTableEntry entry) { return !entry.valid(); });
    auto index = static_cast<std::size_t>(first - entries.begin());
    KernelAddr const address{device_window + index * api::page_size};

    auto const begin = registers.begin.aligned_down(api::page_bits);
    for (auto page = begin; page < registers.end; page = page + api::page_size) {
        if (index == entries.size()) {
            kernel::panic("too many device registers to map");
        }
        entries[index++] = PageTableEntry::leaf(page, 3, device);
    }
    publish_table_entry(&map);
    return address + (registers.begin - begin);
}

PhysAddr empty_root_table() {
    return image_physical_address(&map.empty_root);
}

PhysRange kernel_image() {
    return {image_physical_address(kernel_link_address), image_physical_address(ki_end)};
}

PhysAddr image_address(void const* pointer) {
    return image_physical_address(pointer);
}

PhysRange kernel_boot_image() {
    return {image_physical_address(kernel_link_address), image_physical_address(ki_boot_end)};
}

bool kernel_map_is_safe() {
    auto const blocks_are_safe = std::ranges::all_of(
        map.memory_blocks, [](Table const& table) { return is_safe(table, 2); });
    return blocks_are_safe && is_safe(map.window, 1) && is_safe(map.image_blocks, 2) &&
           is_safe(map.image_pages, 3) && is_safe(map.device_pages, 3);
}

} // namespace arch
