// SPDX-License-Identifier: BSD-2-Clause
//
// What a client may ask for about its own memory: what it sees there afterwards.

#include "memory.hpp"

#include "lists.hpp"

namespace test {

Word stack_page() {
    Word const on_the_stack = 0;
    return page_down(reinterpret_cast<Word>(&on_the_stack));
}

Word guard_page() {
    return page_of(stack_page()).region_start - page_size;
}

namespace {

using ipc::pager::PageKind;
using ipc::pager::RegionKind;
using vm::Placement;

constexpr Word many = 300; // pages; more than the pager does in one step

void new_memory_is_zero() {
    Memory const memory{many};
    expect_equal(sum_of(memory.address(), memory.size()), 0);
    Memory const to_read{many, Access::Read};
    expect_equal(sum_of(to_read.address(), to_read.size()), 0);
}

void memory_keeps_what_is_written() {
    Memory const memory{many};
    fill(memory.address(), memory.size(), 3);
    expect_equal(sum_of(memory.address(), memory.size()), expected_sum(memory.size(), 3));
    auto const page = page_of(memory.page(many - 1));
    expect(page.page == PageKind::Private);
    expect(page.region == RegionKind::Anonymous);
    expect(page.access == Access::ReadWrite);
    expect_equal(page.is_mapped, 1);
    expect_equal(page.is_writable, 1);
    expect_equal(page.references, 1);
    expect_equal(page.is_locked, 0);
    expect(page.region_start <= memory.address() && page.region_end >= memory.end());
}

/// Downwards, and in an order that has no two neighbours in a row.
void pages_may_come_in_any_order() {
    constexpr Word prime = 211;
    Memory const down{many};
    Memory const scattered{many};
    for (Word i = many; i-- > 0;) {
        fill(down.page(i), page_size, i);
        Word const index = i * prime % many;
        fill(scattered.page(index), page_size, index);
    }
    for (Word i = 0; i < many; ++i) {
        expect_equal(sum_of(down.page(i), page_size), expected_sum(page_size, i));
        expect_equal(sum_of(scattered.page(i), page_size), expected_sum(page_size, i));
    }
}

void placement() {
    Memory const memory{3};
    must(vm::munmap(memory.page(1), page_size));
    expect_equal(must(vm::mmap(page_size, Access::Read, memory.page(1))), memory.page(1));
    must(vm::munmap(memory.page(1), page_size));
    expect_equal(must(vm::mmap(page_size, Access::Read, memory.page(1), Placement::Hint)),
                 memory.page(1));
    Word const elsewhere =
        must(vm::mmap(page_size, Access::ReadWrite, memory.page(1), Placement::Hint));
    expect(elsewhere != memory.page(1));
    word_at(elsewhere) = 1;
    expect_success(vm::munmap(elsewhere, page_size));
}

void unmapped_memory_is_gone() {
    Memory const memory{many};
    fill(memory.address(), memory.size(), 4);
    expect_success(vm::munmap(memory.page(10), 200 * page_size));
    for (Word const page : {Word{10}, Word{100}, Word{209}}) {
        expect_error(vm::query(memory.page(page)), Error::RegionNotFound);
    }
    fill(memory.page(0), 10 * page_size, 5);
    expect_equal(sum_of(memory.page(0), 10 * page_size), expected_sum(10 * page_size, 5));
    expect_equal(must(vm::mmap(page_size, Access::ReadWrite, memory.page(100))), memory.page(100));
    expect_equal(sum_of(memory.page(100), page_size), 0);
}

/// Cut into pieces and put together again, nothing is lost.
void protected_memory_keeps_its_contents() {
    Memory const memory{many};
    fill(memory.address(), memory.size(), 6);
    for (auto const access : {Access::None, Access::Read}) {
        expect_success(vm::mprotect(memory.page(1), (many - 2) * page_size, access));
        for (Word page = 2; page < many; page += 50) {
            expect_success(vm::mprotect(memory.page(page), page_size, Access::ReadWrite));
            expect(page_of(memory.page(page)).access == Access::ReadWrite);
        }
        auto const between = page_of(memory.page(20));
        expect(between.access == access);
        expect_equal(between.is_writable, 0);
        if (access == Access::None) {
            expect_equal(between.is_mapped, 0);
        }
        word_at(memory.page(2)) = word_at(memory.page(2));
    }
    expect_success(vm::mprotect(memory.address(), memory.size(), Access::ReadWrite));
    expect_equal(sum_of(memory.address(), memory.size()), expected_sum(memory.size(), 6));
    fill(memory.address(), memory.size(), 7);
    expect_equal(sum_of(memory.address(), memory.size()), expected_sum(memory.size(), 7));
}

void what_is_not_needed_is_zero_again() {
    Memory const memory{many};
    for (auto const advice : {Advice::DontNeed, Advice::Free}) {
        fill(memory.address(), memory.size(), 8);
        expect_success(vm::madvise(memory.page(1), (many - 2) * page_size, advice));
        expect(page_of(memory.page(many / 2)).page != PageKind::Private);
        expect_equal(sum_of(memory.page(1), (many - 2) * page_size), 0);
        expect_equal(sum_of(memory.page(0), page_size), expected_sum(page_size, 8));
    }
}

void populated_memory_is_there() {
    for (auto const access : {Access::ReadWrite, Access::Read}) {
        Memory const memory{many, access};
        expect_success(vm::madvise(memory.address(), memory.size(), Advice::Populate));
        for (Word i = 0; i < many; ++i) {
            auto const page = page_of(memory.page(i));
            expect_equal(page.is_mapped, 1);
            expect_equal(page.is_writable, access == Access::ReadWrite ? 1 : 0);
        }
        expect_equal(sum_of(memory.address(), memory.size()), 0);
    }
}

void locked_memory_stays() {
    Memory const memory{many};
    expect_success(vm::madvise(memory.address(), memory.size(), Advice::Lock));
    auto const locked = page_of(memory.page(many - 1));
    expect_equal(locked.is_locked, 1);
    expect_equal(locked.is_mapped, 1);
    fill(memory.address(), memory.size(), 9);
    expect_error(vm::madvise(memory.page(many - 1), page_size, Advice::DontNeed),
                 Error::PermissionDenied);
    expect_equal(sum_of(memory.address(), memory.size()), expected_sum(memory.size(), 9));
    expect_success(vm::madvise(memory.address(), memory.size(), Advice::Unlock));
    expect_equal(page_of(memory.page(0)).is_locked, 0);
    expect_success(vm::madvise(memory.address(), memory.size(), Advice::DontNeed));
}

void advice_changes_no_contents() {
    Memory const memory{many};
    for (auto const advice :
         {Advice::Normal, Advice::Sequential, Advice::Random, Advice::WillNeed, Advice::Populate}) {
        auto const seed = static_cast<Word>(advice);
        expect_success(vm::madvise(memory.address(), memory.size(), advice));
        fill(memory.address(), memory.size(), seed);
        expect_success(vm::madvise(memory.page(7), 2 * page_size, advice));
        expect_equal(sum_of(memory.address(), memory.size()), expected_sum(memory.size(), seed));
    }
}

/// Nothing that was written may be missing; what was written once is told once.
void written_pages_are_told() {
    constexpr Word count = ipc::pager::Written::max_pages;
    Memory const memory{count};
    expect_equal(must(vm::written(memory.address(), memory.size())), 0);
    Word expected = 0;
    for (Word page = 0; page < count; page += 5) {
        word_at(memory.page(page)) = page + 1;
        expected |= Word{1} << page;
    }
    expect_equal(must(vm::written(memory.address(), memory.size())) & expected, expected);
    expect_equal(must(vm::written(memory.address(), memory.size())), 0);
    word_at(memory.page(10)) = 1;
    expect_equal(must(vm::written(memory.page(10), page_size)) & 1, 1);
    expect_equal(must(vm::written(memory.page(10), page_size)), 0);
    expect_equal(word_at(memory.page(15)), 16);
}

void pieces_far_apart() {
    constexpr Word gap = Word{1} << 31;
    constexpr Word pieces = 32;
    auto const start = must(vm::mmap(pieces * gap));
    for (Word i = 0; i < pieces; ++i) {
        word_at(start + i * gap) = pattern(10, i);
    }
    for (Word i = 0; i < pieces; ++i) {
        expect_equal(word_at(start + i * gap), pattern(10, i));
        expect_equal(word_at(start + (i + 1) * gap - page_size), 0);
    }
    expect_success(vm::munmap(start, pieces * gap));
}

void the_program_s_own_memory() {
    expect(page_of(stack_page()).region == RegionKind::Stack);
    expect(page_of(guard_page()).region == RegionKind::Guard);
    auto const buffer = page_of(buffer_page());
    expect(buffer.region == RegionKind::Buffer);
    expect(buffer.page == PageKind::Buffer);
    auto const text = page_of(page_down(reinterpret_cast<Word>(&stack_page)));
    expect(text.region == RegionKind::Code);
    expect(text.page == PageKind::File || text.page == PageKind::Private);
    expect(text.access == Access::ReadExecute);
}

constexpr Test tests[]{
    {"new memory is zero", new_memory_is_zero},
    {"memory keeps what is written", memory_keeps_what_is_written},
    {"pages may come in any order", pages_may_come_in_any_order},
    {"memory lies where it is wanted", placement},
    {"unmapped memory is gone", unmapped_memory_is_gone},
    {"protected memory keeps its contents", protected_memory_keeps_its_contents},
    {"what is not needed is zero again", what_is_not_needed_is_zero_again},
    {"populated memory is there", populated_memory_is_there},
    {"locked memory stays", locked_memory_stays},
    {"advice changes no contents", advice_changes_no_contents},
    {"written pages are told", written_pages_are_told},
    {"pieces far apart", pieces_far_apart},
    {"a program's own memory", the_program_s_own_memory},
};

} // namespace

Tests const memory_tests = tests;

} // namespace test
