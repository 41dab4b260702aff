// SPDX-License-Identifier: BSD-2-Clause
//
// Translation tables as the contract asks for them, and no more: what it does not name has the
// value that differs from platform/loader's.

#include "contract.hpp"
#include <base/address.hpp>
#include <base/bits.hpp>
#include <board.hpp>

#include <array>

namespace foreign {

namespace {

using Word = std::uint64_t;

struct alignas(4096) Table {
    std::array<Word, 512> entries;
};

Table lower_root;
Table gigabytes;
Table upper_root;
Table upper_gigabytes;
Table kernel_blocks;

constexpr unsigned gigabyte_bits = 30;
constexpr unsigned block_bits = 21;

constexpr Word table = 0x3;
constexpr Word device_block = 0x401; // accessed, attribute 0
constexpr Word memory_block = 0x711; // accessed, inner shareable, attribute 4

constexpr Word memory_attributes = 0x0000'aaff'440c'0400;
/// 48 bits in both halves, 4 KiB, walks write-back and inner shareable, long ASIDs; the physical
/// size is the processor's.
constexpr Word table_format = 0x10'b510'3510;
/// MMU, caches; and checks of alignment, which the kernel has no use for.
constexpr Word system_control = 0x30d0'180f;

Word address_of(Table const& of) {
    return reinterpret_cast<Word>(&of);
}

/// RAM may be anywhere in the window but beside the UART.
bool may_be_memory(base::PhysAddr gigabyte) {
    return gigabyte < Board::ram_window.end &&
           !(gigabyte + base::bit(gigabyte_bits) <= Board::ram_window.begin) &&
           gigabyte != Board::uart.aligned_down(gigabyte_bits);
}

Word physical_size() {
    Word features;
    asm volatile("mrs %0, id_aa64mmfr0_el1" : "=r"(features));
    return base::Bits<Word, 0, 3>::get(features);
}

} // namespace

void map_everything() {
    for (Word i = 0; i < gigabytes.entries.size(); ++i) {
        base::PhysAddr const address{i * base::bit(gigabyte_bits)};
        gigabytes.entries[i] =
            address.raw() + (may_be_memory(address) ? memory_block : device_block);
    }
    lower_root.entries[0] = address_of(gigabytes) + table;
    upper_root.entries[511] = address_of(upper_gigabytes) + table;
    auto const format = base::Bits<Word, 32, 3>::set(table_format, physical_size());
    asm volatile("msr mair_el1, %0\n"
                 "msr tcr_el1, %1\n"
                 "msr ttbr0_el1, %2\n"
                 "msr ttbr1_el1, %3\n"
                 "dsb sy\n"
                 "isb\n"
                 "tlbi vmalle1\n"
                 "ic iallu\n"
                 "dsb sy\n"
                 "isb\n"
                 "msr sctlr_el1, %4\n"
                 "isb\n"
                 :
                 : "r"(memory_attributes), "r"(format), "r"(&lower_root), "r"(&upper_root),
                   "r"(system_control)
                 : "memory");
}

void map_kernel(Word address, Word physical_address) {
    upper_gigabytes.entries[base::extract(address, gigabyte_bits, 9)] =
        address_of(kernel_blocks) + table;
    auto physical = base::align_down(physical_address, block_bits);
    for (auto i = base::extract(address, block_bits, 9); i < kernel_blocks.entries.size(); ++i) {
        kernel_blocks.entries[i] = physical + memory_block;
        physical += base::bit(block_bits);
    }
    asm volatile("dsb sy\n"
                 "isb\n" ::
                     : "memory");
}

void clean_caches(Word begin, Word end) {
    constexpr Word smallest_line = 16;
    for (auto line = begin; line < end; line += smallest_line) {
        asm volatile("dc cvac, %0" ::"r"(line) : "memory");
    }
    asm volatile("dsb sy\n"
                 "ic iallu\n"
                 "dsb sy\n"
                 "isb\n" ::
                     : "memory");
}

} // namespace foreign
