// SPDX-License-Identifier: BSD-2-Clause
//
// Memory to measure with, and what it costs to touch it.
#pragma once

#include "../counting.hpp"
#include <client/vm.hpp>

namespace bench {

inline constexpr Word page_size = Word{1} << api::page_bits;

/// Says what went wrong and switches the machine off.
[[noreturn]] void give_up(std::string_view what, ipc::Error error);

/// Whatever is asked for here must work.
inline void require(ipc::Result<> const& result, std::string_view what) {
    if (!result) {
        give_up(what, result.error());
    }
}

template <typename T>
T require(ipc::Result<T> const& result, std::string_view what) {
    if (!result) {
        give_up(what, result.error());
    }
    return *result;
}

/// Pages of the program that lie in a row.
struct Pages {
    Word begin;
    Word count;

    [[nodiscard]] constexpr Word size() const { return count * page_size; }
};

/// As when the machine has been idle for a while: the pager has zeroed frames in stock. What that
/// costs is a row of its own.
void fill_stock();

/// New, untouched memory, until the end of the scope.
class Memory {
public:
    explicit Memory(Word pages) : pages_{.begin = map(pages), .count = pages} {}

    Memory(Memory const&) = delete;
    Memory& operator=(Memory const&) = delete;

    ~Memory() { require(client::vm::munmap(pages_.begin, pages_.size()), "unmap"); }

    [[nodiscard]] Pages pages() const { return pages_; }

private:
    static Word map(Word pages) { return require(client::vm::mmap(pages * page_size), "map"); }

    Pages pages_;
};

/// Accesses one word of each page; what that cost.
Count write_each(Pages pages);
Count read_each(Pages pages);

/// The same in an order that has no two neighbours in a row. A power of two of pages.
Count write_scattered(Pages pages);

/// How much more the first touch of a page costs than a later one: the mean of all pages. The loop
/// and the access itself are in both, so what is left is what the page cost to bring in.
template <typename Touch>
Count cost_per_page(Pages pages, Touch const& touch) {
    Count const first = touch(pages);
    Count const again = touch(pages);
    return static_cast<Count>((first - again + pages.count / 2) / pages.count);
}

} // namespace bench
