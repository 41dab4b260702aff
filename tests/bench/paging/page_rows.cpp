// SPDX-License-Identifier: BSD-2-Clause
//
// The first touch of anonymous memory. A sample is the mean of a long run of pages, so that what
// the pager does now and then (a page table, a new stretch of frames) is in it.

#include "memory.hpp"
#include "rows.hpp"

namespace bench {

namespace {

constexpr Word mebibyte = (1 << 20) / page_size; // pages

template <std::size_t Runs, Word Pages>
void write_first(Samples& samples) {
    samples.take(Runs, [] {
        Memory const memory{Pages};
        return cost_per_page(memory.pages(), write_each);
    });
}

void read_first(Samples& samples) {
    samples.take(3, [] {
        Memory const memory{64 * mebibyte};
        return cost_per_page(memory.pages(), read_each);
    });
}

void write_after_read(Samples& samples) {
    samples.take(3, [] {
        Memory const memory{64 * mebibyte};
        read_each(memory.pages());
        return cost_per_page(memory.pages(), write_each);
    });
}

constexpr std::array rows{
    Row{"page.write_first", write_first<3, 64 * mebibyte>},
    Row{"page.write_first.4_mib", write_first<33, 4 * mebibyte>},
    Row{"page.write_first.512_mib", write_first<1, 512 * mebibyte>},
    Row{"page.read_first", read_first},
    Row{"page.write_after_read", write_after_read},
};

} // namespace

Rows const page_rows = rows;

} // namespace bench
