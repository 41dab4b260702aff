// SPDX-License-Identifier: BSD-2-Clause
//
// exit_with_pages N: writes to N pages and ends; its exit code is its last mark. For exit.per_page.

#include "../counting.hpp"
#include <client/process.hpp>
#include <client/vm.hpp>

#include <charconv>
#include <string_view>

int main(int argc, char** argv) {
    using bench::Word;
    constexpr Word page_size = Word{1} << api::page_bits;
    constexpr Word no_mark = 0; // a count from there is far too large to be overlooked

    std::string_view const text = argc == 2 ? argv[1] : "";
    Word count = 0;
    std::from_chars(text.begin(), text.end(), count);
    if (count != 0) {
        auto const memory = client::vm::mmap(count * page_size);
        if (!memory) {
            client::process::exit(no_mark);
        }
        for (Word i = 0; i < count; ++i) {
            *reinterpret_cast<Word volatile*>(*memory + i * page_size) = i;
        }
    }
    client::process::exit(bench::mark());
}
