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

#define READ_REGISTER(name)                                                                        \
    ({                                                                                             \
        Word register_value;                                                                       \
        asm volatile("mrs %0, " #name : "=r"(register_value));                                     \
        register_value;                                                                            \
    })

/// TCR_EL1. What both halves of the address space have is the same for both.
namespace control {
template <unsigned Shift>
struct Half {
    using UnusedBits = Bits<Word, Shift, 6>;      // of an address, at its top
    using InnerCache = Bits<Word, Shift + 8, 2>;  // of table walks; 1: write-back
    using OuterCache = Bits<Word, Shift + 10, 2>; // likewise
    using Shareability = Bits<Word, Shift + 12, 2>;

    static constexpr Word set(Word word) {
        word = UnusedBits::set(word, 16); // addresses of 48 bits
        word = InnerCache::set(word, 1);
        word = OuterCache::set(word, 1);
        return Shareability::set(word, 3); // inner
    }
};

using UpperGranule = Bits<Word, 30, 2>; // 2: 4 KiB, which is 0 in the lower half
using PhysicalSize = Bits<Word, 32, 3>;
using LongAsids = Bits<bool, 36>; // of 16 bits
} // namespace control

Word translation_control() {
    constexpr Word largest_physical_size = 5; // 48 bits; more needs another table format
    using SupportedSize = Bits<Word, 0, 4>;
    auto const supported = SupportedSize::get(READ_REGISTER(id_aa64mmfr0_el1));
    Word word = control::Half<16>::set(control::Half<0>::set(0));
    word = control::UpperGranule::set(word, 2);
    word = control::PhysicalSize::set(word, std::min(supported, largest_physical_size));
    return control::LongAsids::set(word, true);
}

template <typename Operation>
void for_each_line(PhysRange range, Operation operation) {
    using SmallestLine = Bits<unsigned, 16, 4>; // in words of 4 bytes, as a power of two
    auto const line_bits = SmallestLine::get(READ_REGISTER(ctr_el0)) + 2;
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
    using Mmu = Bits<bool, 0>;
    using DataCache = Bits<bool, 2>;
    using InstructionCache = Bits<bool, 12>;
    auto const off = READ_REGISTER(sctlr_el1);
    auto const on = InstructionCache::set(DataCache::set(Mmu::set(off, true), true), true);
    asm volatile("msr sctlr_el1, %0\n"
                 "isb\n"
                 :
                 : "r"(on)
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
