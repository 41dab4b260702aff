// SPDX-License-Identifier: BSD-2-Clause
//
// A program's memory as the pager tells it: region by region, and of each its pages in pieces, one
// letter a page. The program runs meanwhile, so every piece may be the last.
#pragma once

#include <base/bits.hpp>
#include <shell/address_range.hpp>
#include <shell/system.hpp>

#include <algorithm>

namespace shell {

using Region = ipc::pager::PageMap::Reply;

inline constexpr std::uint64_t page_size = base::bit(api::page_bits);

/// Some pages of a region, as numbers from its start on.
struct Pages {
    std::uint64_t first;
    std::uint64_t end;

    [[nodiscard]] std::uint64_t count() const { return end - first; }
};

/// Those of the region with a byte in `range`, which the region must touch.
[[nodiscard]] inline Pages pages_in(Region const& region, AddressRange range) {
    auto const start = std::max(region.start, range.start);
    auto const end = std::min(region.end, range.end);
    return {.first = (start - region.start) / page_size,
            .end = (end - region.start + page_size - 1) / page_size};
}

/// Whether the pager knows the process: it has some memory then.
[[nodiscard]] inline bool is_known(System& system, System::Word pid) {
    return system.page_map({.pid = pid, .address = 0, .from_page = 0}).has_value();
}

/// Calls `visit` with every region that `range` touches until it returns false.
template <typename Visit>
void for_each_region(System& system, System::Word pid, AddressRange range, Visit visit) {
    for (auto address = range.start;;) {
        auto const region = system.page_map({.pid = pid, .address = address, .from_page = 0});
        if (!region || region->start >= range.end || !visit(*region)) {
            return;
        }
        address = region->end;
    }
}

/// Calls `visit` with the number of the first page of a piece, and its letters, until it returns
/// false. All pieces but the last are of the same size, PageMap::max_pages.
template <typename Visit>
void for_each_piece(System& system, System::Word pid, Region region, Pages pages, Visit visit) {
    auto const start = region.start;
    std::uint64_t told = 0; // the page that the letters begin with
    for (auto page = pages.first; page < pages.end;) {
        if (page != told) {
            auto const next = system.page_map({.pid = pid, .address = start, .from_page = page});
            if (!next || next->start != start) {
                return; // the program changed its memory while we looked
            }
            region = *next;
            told = page;
        }
        auto const letters = region.pages.view().substr(0, pages.end - page);
        if (letters.empty() || !visit(page, letters)) {
            return;
        }
        page += letters.size();
    }
}

} // namespace shell
