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
        auto const page = require(client::vm::map(page_size), "map");
        if constexpr (Use == Use::Written) {
            write(page);
        }
        require(client::vm::unmap(page, page_size), "unmap");
        return between(before, mark());
    });
}

/// A page becomes read-only, is read, becomes writable, is written.
Count protect_and_back(Word page) {
    auto const before = mark();
    require(client::vm::protect(page, page_size, Access::Read), "protect");
    read(page);
    require(client::vm::protect(page, page_size, Access::ReadWrite), "protect");
    write(page);
    return between(before, mark());
}

/// Between pages of another kind of access, so that there is nothing to split or merge.
void protect_page(Samples& samples) {
    Memory const memory{3};
    Word const first = memory.pages().begin;
    write_each(memory.pages());
    for (Word const other : {first, first + 2 * page_size}) {
        require(client::vm::protect(other, page_size, Access::None), "protect");
    }
    samples.take([&] { return protect_and_back(first + page_size) / 2; });
}

void protect_split_merge(Samples& samples) {
    Memory const memory{3};
    write_each(memory.pages());
    samples.take([&] { return protect_and_back(memory.pages().begin + page_size); });
}

constexpr std::array rows{
    Row{"map_unmap.untouched", map_unmap<Use::Untouched>},
    Row{"map_unmap.touched", map_unmap<Use::Written>},
    Row{"protect.page", protect_page},
    Row{"protect.split_merge", protect_split_merge},
};

} // namespace

Rows const region_rows = rows;

} // namespace bench
