// SPDX-License-Identifier: BSD-2-Clause
//
// TAP.

#include "report.hpp"

#include "lab.hpp"
#include "uart.hpp"

namespace test {

namespace {

/// Of the test that runs.
unsigned failures = 0;

void fail(Location const& where) {
    ++failures;
    print("# ", where.file_name(), ":", where.line());
}

} // namespace

void print_text(std::string_view text) {
    for (char const c : text) {
        uart().put(c);
    }
}

void expect(bool condition, Location where) {
    if (!condition) {
        fail(where);
    }
}

void expect_equal(Word actual, Word expected, Location where) {
    if (actual != expected) {
        fail(where);
        print("#   is ", base::Hex{actual}, ", should be ", base::Hex{expected});
    }
}

void run_all(std::span<Tests const> lists, Lab& lab) {
    std::size_t count = 0;
    for (auto const& list : lists) {
        count += list.size();
    }
    print("1..", count);
    unsigned number = 0;
    for (auto const& list : lists) {
        for (auto const& test : list) {
            failures = 0;
            test.run(lab);
            lab.clear();
            print(failures == 0 ? "ok " : "not ok ", ++number, " - ", test.name);
        }
    }
}

} // namespace test
