// SPDX-License-Identifier: BSD-2-Clause
//
// The first page tables (Arm ARM D8): 48-bit addresses, 4 KiB granule, blocks of 1 GiB and 2 MiB.

#include "translation.hpp"

#include <base/bits.hpp>
#include <board.hpp>

#include <algorithm>
#include <array>

namespace loader {

using base::Bits;
using base::PhysAddr;
using base::PhysRange;

namespace {

using Word = std::uint64_t;

enum class Memory : Word { Device = 0, Normal = 4 }; // indices of MAIR_EL1

namespace entry {
using Valid = Bits<bool, 0>;
using IsTable = Bits<bool, 1>;
using Attribute = Bits<Memory, 2, 3>;
using Shareability = Bits<Word, 8, 2>; // 3: inner
using Accessed = Bits<bool, 10>;
using PrivilegedExecuteNever = Bits<bool, 53>;
using UserExecuteNever = Bits<bool, 54>;
} // namespace entry

struct alignas(4096) Table {
    std::array<Word, 512> entries;
};

Table identity_root;
Table identity_gigabytes;
Table kernel_root;
Table kernel_gigabytes;
Table kernel_blocks;

constexpr unsigned index_bits = 9;
constexpr unsigned level_0_bits = 39;

Word index(Word address, unsigned bits) {
    return base::extract(address, bits, index_bits);
}

Word table_entry(Table const& table) {
    auto const address = reinterpret_cast<Word>(&table);
    return entry::Valid::set(entry::IsTable::set(address, true), true);
}

Word block_entry(PhysAddr address, Memory memory) {
    auto word = entry::Attribute::set(address.raw(), memory);
    word = entry::Shareability::set(word, 3);
    word = entry::Accessed::set(word, true);
    word = entry::UserExecuteNever::set(word, true);
    word = entry::PrivilegedExecuteNever::set(word, memory == Memory::Device);
    return entry::Valid::set(word, true);
}

void map_gigabyte(PhysAddr address, Memory memory) {
    auto const block = address.aligned_down(block_1g_bits);
    identity_gigabytes.entries[index(block.raw(), block_1g_bits)] = block_entry(block, memory);
}

/// MAIR_EL1: the attribute indices that the kernel's contract names.
constexpr Word memory_attributes = 0x0000'aaff'440c'0400;

Word translation_control() {
    constexpr Word largest_physical_size = 5; // 48 bits; more needs another table format
    Word features = 0;
    asm("mrs %0, id_aa64mmfr0_el1" : "=r"(features));
    Word word = 0;
    word = Bits<Word, 0, 6>::set(word, 16); // T0SZ: 48 bits
    word = Bits<Word, 8, 2>::set(word, 1);  // IRGN0, ORGN0: walks are write-back cached
    word = Bits<Word, 10, 2>::set(word, 1);
    word = Bits<Word, 12, 2>::set(word, 3);  // SH0: inner
    word = Bits<Word, 16, 6>::set(word, 16); // T1SZ and so on: the same for TTBR1
    word = Bits<Word, 24, 2>::set(word, 1);
    word = Bits<Word, 26, 2>::set(word, 1);
    word = Bits<Word, 28, 2>::set(word, 3);
    word = Bits<Word, 30, 2>::set(word, 2); // TG1: 4 KiB
    word = Bits<Word, 32, 3>::set(
        word, std::min(Bits<Word, 0, 4>::get(features), largest_physical_size)); // IPS
    return Bits<bool, 36>::set(word, true);                                      // 16-bit ASIDs
}

template <typename Operation>
void for_each_line(PhysRange range, Operation operation) {
    Word cache_type = 0;
    asm("mrs %0, ctr_el0" : "=r"(cache_type));
    auto const line_bits = static_cast<unsigned>(Bits<Word, 16, 4>::get(cache_type) + 2);
    for (auto at = range.begin.aligned_down(line_bits); at < range.end;
         at = at + base::bit(line_bits)) {
        operation(at.raw());
    }
    asm volatile("dsb sy" ::: "memory");
}

} // namespace

bool may_be_mapped(PhysAddr address) {
    return Board::ram_window.contains(address) &&
           address.aligned_down(block_1g_bits) != Board::uart.aligned_down(block_1g_bits);
}

void start_translation(PhysRange loader, PhysAddr device_tree) {
    identity_root.entries[0] = table_entry(identity_gigabytes);
    map_gigabyte(Board::kernel_load_address, Memory::Normal);
    map_gigabyte(loader.begin, Memory::Normal);
    if (may_be_mapped(device_tree)) {
        map_gigabyte(device_tree, Memory::Normal);
    }
    map_gigabyte(Board::uart, Memory::Device);
    // All that was written so far (relocations, stack, tables) went past the cache; what the cache
    // holds of these places, from a loader that moved here or from firmware, is older.
    invalidate_cache(loader);
    asm volatile("msr mair_el1, %0\n"
                 "msr tcr_el1, %1\n"
                 "msr ttbr0_el1, %2\n"
                 "msr ttbr1_el1, %2\n"
                 "isb\n"
                 "tlbi vmalle1\n"
                 "dsb nsh\n"
                 "isb\n"
                 :
                 : "r"(memory_attributes), "r"(translation_control()), "r"(&identity_root)
                 : "memory");
    Word control = 0;
    asm volatile("mrs %0, sctlr_el1" : "=r"(control));
    control = Bits<bool, 0>::set(control, true);  // M
    control = Bits<bool, 2>::set(control, true);  // C
    control = Bits<bool, 12>::set(control, true); // I
    asm volatile("msr sctlr_el1, %0\n"
                 "isb\n"
                 :
                 : "r"(control)
                 : "memory");
}

void map_kernel(std::uint64_t virtual_base, PhysAddr physical_base) {
    kernel_root.entries[index(virtual_base, level_0_bits)] = table_entry(kernel_gigabytes);
    kernel_gigabytes.entries[index(virtual_base, block_1g_bits)] = table_entry(kernel_blocks);
    auto physical = physical_base.aligned_down(block_2m_bits);
    for (Word i = index(virtual_base, block_2m_bits); i < kernel_blocks.entries.size(); ++i) {
        kernel_blocks.entries[i] = block_entry(physical, Memory::Normal);
        physical = physical + base::bit(block_2m_bits);
    }
    asm volatile("dsb sy\n"
                 "msr ttbr1_el1, %0\n"
                 "isb\n"
                 "tlbi vmalle1\n"
                 "dsb nsh\n"
                 "isb\n"
                 :
                 : "r"(&kernel_root)
                 : "memory");
}

void invalidate_cache(PhysRange range) {
    for_each_line(range, [](Word line) { asm volatile("dc ivac, %0" ::"r"(line) : "memory"); });
}

void clean_cache(PhysRange range) {
    for_each_line(range, [](Word line) { asm volatile("dc cvac, %0" ::"r"(line) : "memory"); });
    asm volatile("ic iallu\n"
                 "dsb sy\n"
                 "isb\n" ::
                     : "memory");
}

} // namespace loader
