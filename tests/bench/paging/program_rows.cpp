// SPDX-License-Identifier: BSD-2-Clause
//
// What every program has: a stack, a file, an end.

#include "memory.hpp"
#include "rows.hpp"
#include <base/format.hpp>
#include <client/process.hpp>

/// stack.S
extern "C" bench::Count write_stack(bench::Word pages);

namespace bench {

namespace {

// ---- stack ----------------------------------------------------------------------------------

constexpr Word stack_pages = 1024; // half of what a program has

/// There is one stack, and it grows once: one sample, the mean of its pages.
void stack_grow(Samples& samples) {
    samples.take(1, [] {
        fill_stock();
        return cost_per_page({.begin = 0, .count = stack_pages},
                             [](Pages pages) { return write_stack(pages.count); });
    });
}

// ---- file -----------------------------------------------------------------------------------

constexpr Word pages_per_run = 16;

/// Bytes of the boot archive that nobody has touched: not all zero, or they would not be in it.
alignas(page_size) constexpr std::array<unsigned char, 4 << 20> untouched_file{1};

/// Per run of pages: at most one fault more than there are runs, where the first one begins in the
/// middle of what the pager brings in at once. They come once: one sample, the mean of all runs.
void fault_around(Samples& samples) {
    samples.take(1, [] {
        Pages const file{.begin = reinterpret_cast<Word>(untouched_file.data()),
                         .count = untouched_file.size() / page_size};
        Count const first = read_each(file);
        Count const again = read_each(file);
        return static_cast<Count>((first - again) / (file.count / pages_per_run));
    });
}

// ---- end ------------------------------------------------------------------------------------

constexpr Word pages_at_exit = (64 << 20) / page_size;

/// From the last instruction of a program that has written to so many pages to the first one of the
/// program that waited for it; its exit code is its last mark. This program has the higher
/// priority, so it waits before the other begins.
Count cost_of_exit(Word pages) {
    std::array<char, 64> buffer;
    auto const command = base::format_to(buffer, "exit_with_pages ", pages);
    auto const end =
        require(client::process::wait(require(client::process::spawn(command), "spawn")),
                "wait for exit_with_pages");
    auto const now = mark();
    if (end.state != ipc::process::State::Exited) {
        give_up("exit_with_pages", ipc::Error::Interrupted);
    }
    return between(static_cast<Count>(end.code), now);
}

void exit_per_page(Samples& samples) {
    samples.take(3, [] {
        return static_cast<Count>((cost_of_exit(pages_at_exit) - cost_of_exit(0)) / pages_at_exit);
    });
}

constexpr std::array rows{
    Row{"stack.grow", stack_grow},
    Row{"fault_around.16", fault_around},
    Row{"exit.per_page", exit_per_page},
};

} // namespace

Rows const program_rows = rows;

} // namespace bench
