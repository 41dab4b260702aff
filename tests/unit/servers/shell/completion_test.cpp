// SPDX-License-Identifier: BSD-2-Clause
//
// The tab key, as the whole shell answers it.

#include "fakes.hpp"
#include "screen.hpp"
#include <shell/shell.hpp>

#include <gtest/gtest.h>

namespace shell::test {
namespace {

/// The last line on the screen after these keys.
std::string shown_after(std::string const& keys, std::vector<std::string>* lines = nullptr) {
    FakeTerminal terminal;
    FakeSystem system;
    Shell shell{terminal, system};
    terminal.type(keys);
    EXPECT_THROW(shell.run_once(), EndOfScript);
    Screen const screen{terminal.shown};
    if (lines != nullptr) {
        *lines = screen.lines();
    }
    return screen.last_line();
}

TEST(Completion, CompletesWhatIsUnique) {
    EXPECT_EQ(shown_after("mems\tx"), "quire> memstat x");
    EXPECT_EQ(shown_after("help up\tx"), "quire> help uptime x");
    EXPECT_EQ(shown_after("spawn h\tx"), "quire> spawn hello x");
    EXPECT_EQ(shown_after("time mems\tx"), "quire> time memstat x");
    EXPECT_EQ(shown_after("con\tx"), "quire> context x");
    EXPECT_EQ(shown_after("context time spawn h\tx"), "quire> context time spawn hello x");
    EXPECT_EQ(shown_after("help con\tx"), "quire> help context x");
    EXPECT_EQ(shown_after("cow sta\tx"), "quire> cow statx"); // status, stats
    EXPECT_EQ(shown_after("cow u\tx"), "quire> cow unprotect x");
    EXPECT_EQ(shown_after("repeat 3 time spawn mis\tx"), "quire> repeat 3 time spawn misbehave x");
}

TEST(Completion, CompletesAsFarAsAllAgree) {
    EXPECT_EQ(shown_after("re\tx"), "quire> rex"); // reboot, repeat
    EXPECT_EQ(shown_after("rep\tx"), "quire> repeat x");
}

TEST(Completion, ListsWhatIsPossible) {
    std::vector<std::string> lines;
    EXPECT_EQ(shown_after("p\t", &lines), "quire> p");
    EXPECT_EQ(lines,
              (std::vector<std::string>{
                  "quire> p", "pagemap            ps                 poweroff", "quire> p"}));
    shown_after("~\t", &lines);
    EXPECT_EQ(lines[1], "~1                 ~2                 ~3                 ~4");
    shown_after("kill \t", &lines);
    EXPECT_EQ(lines[1], "1                  2                  3                  4");
    shown_after("spawn \t", &lines);
    EXPECT_EQ(lines[1], "hello              misbehave          touch");
}

TEST(Completion, CompletesInTheMiddleOfALine) {
    EXPECT_EQ(shown_after("mems --plain\x01\x1b[C\x1b[C\x1b[C\x1b[C\t"), "quire> memstat  --plain");
}

TEST(Completion, RingsWhenThereIsNothing) {
    for (auto const* keys : {"xyz\t", "echo a\t", "xyz a\t", "ps \t", "spawn hello a\t"}) {
        FakeTerminal terminal;
        FakeSystem system;
        Shell shell{terminal, system};
        terminal.type(keys);
        EXPECT_THROW(shell.run_once(), EndOfScript);
        EXPECT_EQ(Screen{terminal.shown}.bells(), 1u) << keys;
    }
}

TEST(Completion, DoesNotListForAPaste) {
    std::vector<std::string> lines;
    shown_after("p\tp\tp\t\t\tx", &lines);
    EXPECT_EQ(lines.size(), 1u);
}

} // namespace
} // namespace shell::test
