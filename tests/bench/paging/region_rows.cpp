// SPDX-License-Identifier: BSD-2-Clause
//
// Requests about single pages: map, unmap, protect. What is counted begins before the program's
// first call and ends behind its last; an access behind each change of rights shows that the pager
// has not left half of the work for later.

#include "memory.hpp"
#include "rows.hpp"

namespace bench {

namespace {

using client::vm::Access;

void write(Word address) {
    *reinterpret_cast<Word volatile*>(address) = address;
}

void read(Word address) {
    static_cast<void>(*reinterpret_cast<Word const volatile*>(address));
}

enum class Use { Untouched, Written };

/// Beside memory that is in use, as a program's next page mostly is: there is a page table.
template <Use Use>
void map_unmap(Samples& samples) {
    Memory const neighbour{1};
    write_each(neighbour.pages());
    samples.take([] {
        auto const before = mark();
        auto const page = require(client::vm::mmap(page_size), "map");
        if constexpr (Use == Use::Written) {
            write(page);
        }
        require(client::vm::munmap(page, page_size), "unmap");
        return between(before, mark());
    });
}

/// A page becomes read-only, is read, becomes writable, is written.
Count protect_and_back(Word page) {
    auto const before = mark();
    require(client::vm::mprotect(page, page_size, Access::Read), "protect");
    read(page);
    require(client::vm::mprotect(page, page_size, Access::ReadWrite), "protect");
    write(page);
    return between(before, mark());
}

/// Between pages of another kind of access, so that there is nothing to split or merge.
void protect_page(Samples& samples) {
    Memory const memory{3};
    Word const first = memory.pages().begin;
    write_each(memory.pages());
    for (Word const other : {first, first + 2 * page_size}) {
        require(client::vm::mprotect(other, page_size, Access::None), "protect");
    }
    samples.take([&] { return protect_and_back(first + page_size) / 2; });
}

/// The first change cuts one region into three, the second joins them again.
void protect_split_merge(Samples& samples) {
    Memory const memory{3};
    write_each(memory.pages());
    samples.take([&] { return protect_and_back(memory.pages().begin + page_size) / 2; });
}

/// The heap's end one page up, and down again.
void brk_page(Samples& samples) {
    Word const end = require(client::vm::brk(), "brk");
    require(client::vm::brk(end + page_size), "brk"); // the heap has a page in use
    write(end);
    samples.take([&] {
        auto const before = mark();
        require(client::vm::brk(end + 2 * page_size), "brk");
        require(client::vm::brk(end + page_size), "brk");
        return between(before, mark());
    });
    require(client::vm::brk(end), "brk");
}

constexpr std::array rows{
    Row{"map_unmap.untouched", map_unmap<Use::Untouched>},
    Row{"map_unmap.touched", map_unmap<Use::Written>},
    Row{"protect.page", protect_page},
    Row{"protect.split_merge", protect_split_merge},
    Row{"brk.page", brk_page},
};

} // namespace

Rows const region_rows = rows;

} // namespace bench
