// SPDX-License-Identifier: BSD-2-Clause
//
// Runs in the shell's place, in the system that people boot, and switches the machine off.

#include "lists.hpp"
#include "memory.hpp"
#include "system.hpp"
#include <client/console.hpp>

namespace test {

void print_text(std::string_view text) {
    static_cast<void>(client::console::write(text));
}

void stop() {
    for (;;) {
        static_cast<void>(client::process::power(ipc::process::PowerState::Off));
    }
}

namespace {

/// All that comes and goes: what the pager keeps for itself between two such rounds is no more
/// after the second than after the first.
void the_books_do_not_grow() {
    auto const round = [] {
        expect_good("forks storm 20");
        expect_good("subject clones");
        auto const now = statistics();
        auto const own = own_space();
        return now.free + own.anonymous + own.page_tables;
    };
    round();
    Word const before = round();
    expect_equal(round(), before);
}

constexpr Test last_tests[]{
    {"the books do not grow", the_books_do_not_grow},
};

} // namespace

} // namespace test

int main(int /*argc*/, char** /*argv*/) {
    using namespace test;
    Tests const lists[]{refusal_tests,    memory_tests,  heap_tests,
                        inspection_tests, process_tests, last_tests};
    run_all(lists, expect_nothing_left);
    stop();
}
