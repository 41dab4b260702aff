// SPDX-License-Identifier: BSD-2-Clause
//
// TAP: one line for each test, and under it what was wrong.
#pragma once

#include <api/types.hpp>
#include <base/format.hpp>

#include <array>
#include <source_location>
#include <span>
#include <string_view>

namespace test {

using api::Word;
using Location = std::source_location;

class Lab;

struct Test {
    std::string_view name;
    void (*run)(Lab& lab);
};

using Tests = std::span<Test const>;

/// Prints lines; the UART must be ready.
void print_text(std::string_view text);

template <typename... Args>
void print(Args const&... args) {
    std::array<char, 200> line;
    print_text(base::format_to(line, args...));
    print_text("\n");
}

/// Something that must hold in the test that runs. The test goes on in any case.
void expect(bool condition, Location where = Location::current());

/// Two words that must be equal; both are told if they are not.
void expect_equal(Word actual, Word expected, Location where = Location::current());

/// Runs all tests of all lists, after each of them clears the lab.
void run_all(std::span<Tests const> lists, Lab& lab);

} // namespace test
