// SPDX-License-Identifier: BSD-2-Clause
//
// TAP.

#include "report.hpp"

namespace test {

namespace {

unsigned failures_of_test = 0;

void tell(Location const& where) {
    ++failures_of_test;
    print("# ", where.file_name(), ":", where.line());
}

} // namespace

bool expect(bool condition, Location where) {
    if (!condition) {
        tell(where);
    }
    return condition;
}

bool expect_equal(Word actual, Word expected, Location where) {
    if (actual != expected) {
        tell(where);
        print("#   is ", base::Hex{actual}, ", should be ", base::Hex{expected});
    }
    return actual == expected;
}

bool expect_answer(ipc::Error actual, ipc::Error expected, Location where) {
    if (actual != expected) {
        tell(where);
        print("#   answer is '", ipc::describe(actual), "', should be '", ipc::describe(expected),
              "'");
    }
    return actual == expected;
}

void give_up(std::string_view why, Location where) {
    print("Bail out! ", where.file_name(), ":", where.line(), ": ", why);
    stop();
}

unsigned failures() {
    return failures_of_test;
}

void run_all(std::span<Tests const> lists, void (*check)()) {
    std::size_t count = 0;
    for (auto const& list : lists) {
        count += list.size();
    }
    print("1..", count);
    unsigned number = 0;
    for (auto const& list : lists) {
        for (auto const& test : list) {
            failures_of_test = 0;
            test.run();
            check();
            print(failures() == 0 ? "ok " : "not ok ", ++number, " - ", test.name);
        }
    }
}

} // namespace test
