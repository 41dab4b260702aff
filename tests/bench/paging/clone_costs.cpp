// SPDX-License-Identifier: BSD-2-Clause
//
// clone_costs KIND PAGES: forks with so many pages written; its exit code is what that cost, in
// instructions. `fork`: the call; `break`: to write all pages again while the child shares them;
// `break_scattered`: the same, in an order without neighbours; `upgrade`: after it has ended.
// `work`: what a program does with these pages that writes a lot; `work_cloned`: the same from the
// fork on, while the child shares them.

#include "walk.hpp"
#include <client/console.hpp>
#include <client/process.hpp>
#include <client/vm.hpp>

#include <algorithm>
#include <charconv>
#include <span>
#include <string_view>

namespace {

using bench::Count;
using bench::Word;

constexpr Word failed = 0; // no row is so cheap

/// The child either ends at once, or is there until it is killed: nobody types for it.
[[noreturn]] void be_child(bool stay) {
    if (!stay) {
        client::process::exit(0);
    }
    for (;;) {
        static_cast<void>(client::console::read());
    }
}

/// Fills the memory with numbers in no order, changes each of them some times, and sorts them.
[[gnu::noinline]] void work(std::span<Word> numbers) {
    constexpr unsigned updates = 4;
    Word state = 1;
    for (Word& number : numbers) {
        state = state * 6364136223846793005 + 1442695040888963407;
        number = state;
    }
    for (unsigned round = 0; round < updates; ++round) {
        Word previous = round;
        for (Word& number : numbers) {
            previous = number = (number ^ previous) * 0x9e37'79b9'7f4a'7c15;
        }
    }
    std::ranges::sort(numbers, [](Word a, Word b) { return a < b; });
}

Word measure_work(bool is_cloned, std::span<Word> numbers) {
    Count const before = bench::mark();
    auto const child = is_cloned ? client::process::fork() : ipc::Result<Word>{failed};
    if (!child) {
        return failed;
    }
    if (is_cloned && *child == 0) {
        be_child(true);
    }
    work(numbers);
    Count const after = bench::mark();
    bool const is_sorted = std::ranges::is_sorted(numbers);
    bool const has_ended =
        !is_cloned || (client::process::kill(*child) && client::process::wait(*child).has_value());
    return is_sorted && has_ended ? bench::between(before, after) : failed;
}

Word measure(std::string_view kind, Word count) {
    bench::Pages pages{.begin = 0, .count = count};
    if (count != 0) {
        pages.begin = client::vm::mmap(pages.size()).value_or(0);
        if (pages.begin == 0) {
            return failed;
        }
    }
    bench::write_each(pages);
    if (kind == "work" || kind == "work_cloned") {
        return measure_work(kind == "work_cloned",
                            {reinterpret_cast<Word*>(pages.begin), pages.size() / sizeof(Word)});
    }
    bool const stay = kind != "upgrade";
    Count const before = bench::mark();
    auto const child = client::process::fork();
    Count const after = bench::mark();
    if (!child) {
        return failed;
    }
    if (*child == 0) {
        be_child(stay);
    }
    if (!stay && !client::process::wait(*child)) {
        return failed;
    }
    auto const write = kind == "break_scattered" ? bench::write_scattered : bench::write_each;
    Count const first = write(pages);
    Count const again = write(pages);
    if (stay && (!client::process::kill(*child) || !client::process::wait(*child))) {
        return failed;
    }
    return kind == "fork" ? bench::between(before, after) : first - again;
}

} // namespace

int main(int argc, char** argv) {
    Word pages = 0;
    std::string_view const text = argc == 3 ? argv[2] : "";
    std::from_chars(text.begin(), text.end(), pages);
    client::process::exit(argc == 3 ? measure(argv[1], pages) : failed);
}
