// SPDX-License-Identifier: BSD-2-Clause
//
// Memory to measure with, and what it costs to touch it.
#pragma once

#include "walk.hpp"
#include <client/vm.hpp>

namespace bench {

/// Says what went wrong and switches the machine off.
[[noreturn]] void give_up(std::string_view what, ipc::Error error);

/// Whatever is asked for here must work. Not a view of the text, whose length would be counted
/// while the row is: the compiler does not know it where strlen is a function like others.
inline void require(ipc::Result<> const& result, char const* what) {
    if (!result) {
        give_up(what, result.error());
    }
}

template <typename T>
T require(ipc::Result<T> const& result, char const* what) {
    if (!result) {
        give_up(what, result.error());
    }
    return *result;
}

/// As when the machine has been idle for a while: the pager has zeroed frames in stock. What that
/// costs is a row of its own.
inline void fill_stock() {
    while (require(client::vm::work_ahead(), "work ahead")) {
    }
}

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

/// How much more the first touch of a page costs than a later one: the mean of all pages. The loop
/// and the access itself are in both, so what is left is what the page cost to bring in.
template <typename Touch>
Count cost_per_page(Pages pages, Touch const& touch) {
    Count const first = touch(pages);
    Count const again = touch(pages);
    return static_cast<Count>((first - again + pages.count / 2) / pages.count);
}

} // namespace bench
