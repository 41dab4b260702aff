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
        fill_stock();
        Memory const memory{Pages};
        return cost_per_page(memory.pages(), write_each);
    });
}

void set_tracing(ipc::pager::Tracing tracing) {
    require(ipc::call(client::pager_server, ipc::pager::SetTracing{tracing}), "trace");
}

void write_scattered_first(Samples& samples) {
    samples.take(3, [] {
        fill_stock();
        Memory const memory{64 * mebibyte};
        return cost_per_page(memory.pages(), write_scattered);
    });
}

/// The same while the pager writes down each fault.
void write_scattered_traced(Samples& samples) {
    set_tracing(ipc::pager::Tracing::On);
    write_scattered_first(samples);
    set_tracing(ipc::pager::Tracing::Clear);
}

/// Of frames that were used before, per page: what the rows above have left behind.
void refill(Samples& samples) {
    samples.take(3, [] {
        fill_stock();
        constexpr Word pages = 64 * mebibyte;
        write_each(Memory{pages}.pages());
        Count const before = mark();
        fill_stock();
        return static_cast<Count>(between(before, mark()) / pages);
    });
}

/// All pages at once, before any is touched.
void populate(Samples& samples) {
    samples.take(3, [] {
        fill_stock();
        Memory const memory{64 * mebibyte};
        Pages const pages = memory.pages();
        Count const before = mark();
        require(client::vm::madvise(pages.begin, pages.size(), client::vm::Advice::Populate),
                "populate");
        return static_cast<Count>(between(before, mark()) / pages.count);
    });
}

void read_first(Samples& samples) {
    samples.take(3, [] {
        fill_stock();
        Memory const memory{64 * mebibyte};
        return cost_per_page(memory.pages(), read_each);
    });
}

void write_after_read(Samples& samples) {
    samples.take(3, [] {
        fill_stock();
        Memory const memory{64 * mebibyte};
        read_each(memory.pages());
        return cost_per_page(memory.pages(), write_each);
    });
}

constexpr std::array rows{
    Row{"page.write_first", write_first<3, 64 * mebibyte>},
    Row{"page.write_first.4_mib", write_first<33, 4 * mebibyte>},
    Row{"page.write_first.512_mib", write_first<1, 512 * mebibyte>},
    Row{"page.write_first.scattered", write_scattered_first},
    Row{"page.write_first.traced", write_scattered_traced},
    Row{"populate.per_page", populate},
    Row{"refill.per_page", refill},
    Row{"page.read_first", read_first},
    Row{"page.write_after_read", write_after_read},
};

} // namespace

Rows const page_rows = rows;

} // namespace bench
