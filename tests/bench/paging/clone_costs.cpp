// SPDX-License-Identifier: BSD-2-Clause
//
// clone_costs KIND PAGES: forks with so many pages written; its exit code is what that cost, in
// instructions. `fork`: the call; `break`: to write all pages again while the child shares them;
// `upgrade`: after it has ended.

#include "../counting.hpp"
#include <client/console.hpp>
#include <client/process.hpp>
#include <client/vm.hpp>

#include <charconv>
#include <string_view>

namespace {

using bench::Count;
using bench::Word;

constexpr Word page_size = Word{1} << api::page_bits;
constexpr Word failed = 0; // no row is so cheap

[[gnu::noinline]] Count write_each(Word begin, Word pages) {
    Count const before = bench::mark();
    for (Word page = begin; page != begin + pages * page_size; page += page_size) {
        *reinterpret_cast<Word volatile*>(page) = page;
    }
    return bench::between(before, bench::mark());
}

/// The child either ends at once, or is there until it is killed: nobody types for it.
[[noreturn]] void be_child(bool stay) {
    if (!stay) {
        client::process::exit(0);
    }
    for (;;) {
        static_cast<void>(client::console::read());
    }
}

Word measure(std::string_view kind, Word pages) {
    Word begin = 0;
    if (pages != 0) {
        begin = client::vm::mmap(pages * page_size).value_or(0);
        if (begin == 0) {
            return failed;
        }
    }
    write_each(begin, pages);
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
    Count const first = write_each(begin, pages);
    Count const again = write_each(begin, pages);
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
