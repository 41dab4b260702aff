// SPDX-License-Identifier: BSD-2-Clause
//
// The heap: grows and shrinks by bytes, and what it gets is zero.

#include "lists.hpp"
#include "memory.hpp"

namespace test {

namespace {

using ipc::pager::PageKind;
using ipc::pager::RegionKind;

constexpr Word pages = 300; // more than a heap that shrinks gives back in one step

void grows_and_shrinks() {
    Word const start = must(vm::sbrk(0));
    for (Word round = 0; round < 3; ++round) {
        expect_equal(must(vm::sbrk(pages * page_size)), start);
        expect_equal(must(vm::brk()), start + pages * page_size);
        expect_equal(sum_of(page_up(start), (pages - 1) * page_size), 0);
        fill(page_up(start), (pages - 1) * page_size, round);
        expect_equal(sum_of(page_up(start), (pages - 1) * page_size),
                     expected_sum((pages - 1) * page_size, round));
        expect(page_of(page_up(start)).region == RegionKind::Heap);
        expect_equal(must(vm::brk(start)), start);
        expect_error(vm::query(page_up(start)), Error::RegionNotFound);
    }
}

/// What is below the end stays, even in the page that the end lies in.
void shrinks_by_bytes() {
    Word const start = must(vm::brk());
    Word const first = page_up(start);
    must(vm::brk(first + 2 * page_size));
    fill(first, 2 * page_size, 1);
    expect_equal(must(vm::brk(first + page_size + 8)), first + page_size + 8);
    expect_equal(sum_of(first, page_size), expected_sum(page_size, 1));
    expect_equal(word_at(first + page_size), pattern(1, page_size));
    expect_equal(must(vm::brk(first + page_size)), first + page_size);
    expect_error(vm::query(first + page_size), Error::RegionNotFound);
    expect_equal(must(vm::brk(start)), start);
}

constexpr Test tests[]{
    {"the heap grows and shrinks", grows_and_shrinks},
    {"the heap shrinks by bytes", shrinks_by_bytes},
};

} // namespace

Tests const heap_tests = tests;

} // namespace test
