// SPDX-License-Identifier: BSD-2-Clause
//
// TAP: one line for each test, and above it what was wrong. Where it is printed to, and how all
// ends, is the program's business.
#pragma once

#include <base/format.hpp>
#include <ipc/error.hpp>

#include <array>
#include <source_location>
#include <span>
#include <string_view>

namespace test {

using api::Word;
using Location = std::source_location;

struct Test {
    std::string_view name;
    void (*run)();
};

using Tests = std::span<Test const>;

// What each program that tests has to provide.
void print_text(std::string_view text);
[[noreturn]] void stop();

template <typename... Args>
void print(Args const&... args) {
    std::array<char, 240> line;
    auto const text = base::format_to(std::span{line}.first(line.size() - 1), args...);
    line[text.size()] = '\n'; // in the same message, so that no other line comes between
    print_text({line.data(), text.size() + 1});
}

/// Something that must hold in the test that runs. The test goes on in any case.
bool expect(bool condition, Location where = Location::current());

/// Two words that must be equal; both are told if they are not.
bool expect_equal(Word actual, Word expected, Location where = Location::current());

bool expect_answer(ipc::Error actual, ipc::Error expected, Location where);

/// What a server answered: Error::None if it did as asked.
template <typename T>
[[nodiscard]] ipc::Error error_of(ipc::Result<T> const& result) {
    return result ? ipc::Error::None : result.error();
}

template <typename T>
bool expect_error(ipc::Result<T> const& result, ipc::Error error,
                  Location where = Location::current()) {
    return expect_answer(error_of(result), error, where);
}

template <typename T>
bool expect_success(ipc::Result<T> const& result, Location where = Location::current()) {
    return expect_answer(error_of(result), ipc::Error::None, where);
}

/// For what no test can go on without.
[[noreturn]] void give_up(std::string_view why, Location where);

template <typename T>
T must(ipc::Result<T> const& result, Location where = Location::current()) {
    if (!result) {
        give_up(ipc::describe(result.error()), where);
    }
    if constexpr (!std::is_void_v<T>) {
        return *result;
    }
}

/// Things that did not hold since the test began.
[[nodiscard]] unsigned failures();

/// Runs all tests of all lists. After each of them `check` looks whether anything is left behind.
void run_all(std::span<Tests const> lists, void (*check)());

} // namespace test
