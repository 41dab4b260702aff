// SPDX-License-Identifier: BSD-2-Clause
//
// A shell between a fake terminal and a fake system, and one line that it runs.
#pragma once

#include "fakes.hpp"
#include <shell/shell.hpp>

#include <gtest/gtest.h>

namespace shell::test {

class ShellTest : public testing::Test {
protected:
    /// What the line prints, without colours.
    std::string run(std::string_view line) {
        terminal.shown.clear();
        shell.run_line(line);
        return terminal.plain();
    }

    /// Types `keys` and runs the shell until they are used up; what was printed.
    std::string type(std::string const& keys) {
        terminal.shown.clear();
        terminal.type(keys);
        EXPECT_THROW(for (;;) { shell.run_once(); }, EndOfScript);
        return terminal.plain();
    }

    /// A terminal has 80 columns, and what is wider is no table any more.
    static void expect_fits(std::string_view shown) {
        while (!shown.empty()) {
            auto const end = shown.find('\n');
            EXPECT_LE(end, 80u) << shown.substr(0, end);
            shown.remove_prefix(end + 1);
        }
    }

    FakeTerminal terminal;
    FakeSystem system;
    Shell shell{terminal, system};
};

} // namespace shell::test
