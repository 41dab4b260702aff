// SPDX-License-Identifier: BSD-2-Clause
//
// Translation of user addresses, and the TLB and caches.
//
// Order of every change to a valid entry: write it, dsb (the walker sees it), tlbi, dsb (done on
// all cores), isb (this core fetches nothing by the old one).

#include "kernel_map.hpp"
#include "system_register.hpp"
#include <arch/boot.hpp>
#include <arch/memory.hpp>
#include <arch/mmu.hpp>

namespace arch {

namespace {

using Word = std::uint64_t;
using base::PhysAddr;
using base::UserAddr;

using AsidField = base::Bits<Word, 48, 16>;
using PageField = base::Bits<Word, 0, 44>;

constexpr unsigned page_bits = 12;

Word table_base(PhysAddr root, Asid asid) {
    return AsidField::set(root.raw(), asid);
}

/// Of programs: the kernel uses none of their addresses, so the return to them is barrier enough.
void use_table(Word value) {
    WRITE_REGISTER(ttbr0_el1, value);
}

/// CTR_EL0: cache lines in powers of two words of 4 bytes.
Word data_line_size() {
    using Line = base::Bits<unsigned, 16, 4>;
    return base::bit(Line::get(READ_REGISTER(ctr_el0)) + 2);
}

Word instruction_line_size() {
    using Line = base::Bits<unsigned, 0, 4>;
    return base::bit(Line::get(READ_REGISTER(ctr_el0)) + 2);
}

template <typename Operation>
void for_each_line(Word begin, Word end, Word line, Operation operation) {
    begin -= begin % line;
#pragma clang loop unroll_count(8)
    for (auto lines = (end - begin + line - 1) / line; lines > 0; --lines) {
        operation(begin);
        begin += line;
    }
}

void clean_lines(Word begin, Word end) {
    for_each_line(begin, end, data_line_size(), [](Word line) {
        asm volatile("dc cvac, %0" ::"r"(line) : "memory");
    });
    data_barrier();
}

void invalidate_lines(Word begin, Word end) {
    for_each_line(begin, end, data_line_size(), [](Word line) {
        asm volatile("dc ivac, %0" ::"r"(line) : "memory");
    });
    data_barrier();
}

void clean_and_invalidate_lines(Word begin, Word end) {
    for_each_line(begin, end, data_line_size(), [](Word line) {
        asm volatile("dc civac, %0" ::"r"(line) : "memory");
    });
    data_barrier();
}

void unify_lines(Word begin, Word end) {
    for_each_line(begin, end, data_line_size(), [](Word line) {
        asm volatile("dc cvau, %0" ::"r"(line) : "memory");
    });
    data_barrier();
    for_each_line(begin, end, instruction_line_size(), [](Word line) {
        asm volatile("ic ivau, %0" ::"r"(line) : "memory");
    });
    data_barrier();
    instruction_barrier();
}

} // namespace

void set_address_space(PhysAddr root, Asid asid) {
    use_table(table_base(root, asid));
}

void set_empty_address_space() {
    use_table(table_base(empty_root_table(), 0));
}

void publish_table_entry(void const*) {
    asm volatile("dsb ishst; isb" ::: "memory");
}

void flush_asid(Asid asid) {
    auto const operand = AsidField::set(Word{0}, asid);
    asm volatile("dsb ishst; tlbi aside1is, %0; dsb ish; isb" ::"r"(operand) : "memory");
}

void flush_page(Asid asid, UserAddr address) {
    auto const operand = AsidField::set(PageField::set(Word{0}, address.raw() >> page_bits), asid);
    asm volatile("dsb ishst; tlbi vae1is, %0; dsb ish; isb" ::"r"(operand) : "memory");
}

void maintain_cache(CacheOperation operation, PhysAddr root, Asid asid, UserAddr begin, Word size) {
    // By the program's own addresses: the memory may be a device's, which the kernel does not
    // map, and an instruction cache may be indexed by virtual address.
    auto const present = READ_REGISTER(ttbr0_el1);
    use_table(table_base(root, asid));
    instruction_barrier();
    auto const first = begin.raw();
    auto const end = first + size;
    switch (operation) {
    case CacheOperation::Clean: clean_lines(first, end); break;
    case CacheOperation::Invalidate: invalidate_lines(first, end); break;
    case CacheOperation::CleanInvalidate: clean_and_invalidate_lines(first, end); break;
    case CacheOperation::Unify: unify_lines(first, end); break;
    }
    use_table(present);
}

void clean_to_coherency(void const* memory, std::size_t size) {
    auto const begin = reinterpret_cast<Word>(memory);
    clean_lines(begin, begin + size);
}

void synchronise_instructions(base::PhysRange range) {
    clean_lines(kernel_address(range.begin).raw(), kernel_address(range.end).raw());
    asm volatile("ic ialluis; dsb ish; isb" ::: "memory");
}

namespace {

/// DCZID_EL0: what DC ZVA makes zero at a time, in bytes; 0 if it may not be used.
Word zeroing_block_size() {
    using NotPermitted = base::Bits<bool, 4>;
    using Block = base::Bits<unsigned, 0, 4>;
    auto const zeroing = READ_REGISTER(dczid_el0);
    return NotPermitted::get(zeroing) ? 0 : base::bit(Block::get(zeroing) + 2);
}

} // namespace

void zero_memory(void* memory, std::size_t size) {
    auto const block = zeroing_block_size();
    auto const begin = reinterpret_cast<Word>(memory);
    if (block == 0 || begin % block != 0 || size % block != 0) {
        __builtin_memset(memory, 0, size);
        return;
    }
    for_each_line(begin, begin + size, block, [](Word line) {
        asm volatile("dc zva, %0" ::"r"(line) : "memory");
    });
}

void zero_to_coherency(void* memory, std::size_t size) {
    auto const block = zeroing_block_size();
    auto const begin = reinterpret_cast<Word>(memory);
    if (block != data_line_size() || begin % block != 0 || size % block != 0) {
        zero_memory(memory, size);
        clean_to_coherency(memory, size);
        return;
    }
    for_each_line(begin, begin + size, block, [](Word line) {
        asm volatile("dc zva, %0; dc cvac, %0" ::"r"(line) : "memory");
    });
    data_barrier();
}

} // namespace arch
