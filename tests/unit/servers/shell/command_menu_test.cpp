// SPDX-License-Identifier: BSD-2-Clause
//
// #, the memory menu.

#include "shell_fixture.hpp"

namespace shell::test {
namespace {

class MenuTest : public ShellTest {
protected:
    MenuTest() { system.lazy[4] = {}; }

    static constexpr auto* entries =
        "memory\n"
        "  1  growth    show the stacks and heaps of programs\n"
        "  2  lazy      show how the pages of programs came\n"
        "  3  pressure  taking pages away when memory is short: comes "
        "later\n"
        "  4  optimize  moving pages together: comes later\n"
        "  5  stats     show all that the pager counts\n"
        "  6  context   show what the kernel counts: switches, faults\n"
        "  q  leave\n";
};

TEST_F(MenuTest, ShowsItsEntriesAndIsLeft) {
    for (auto const* leave : {"", "q", "  "}) {
        EXPECT_EQ(type(std::string{"#\r"} + leave + "\recho back\r"),
                  std::string{"quire> #\n"} + entries + "memory> " + leave +
                      "\nquire> echo back\nback\nquire> ");
    }
}

TEST_F(MenuTest, ControlCAndControlDLeaveIt) {
    for (auto const* key : {"\x03", "\x04"}) {
        auto const shown = type(std::string{"#\r"} + key + "echo back\r");
        EXPECT_TRUE(shown.ends_with("quire> echo back\nback\nquire> ")) << shown;
    }
}

TEST_F(MenuTest, RunsByNumberOrName) {
    auto const lazy = run("lazy");
    EXPECT_EQ(type("#\r2\rq\r"),
              std::string{"quire> #\n"} + entries + "memory> 2\n" + lazy + "memory> q\nquire> ");
    EXPECT_EQ(type("#\rlazy\rq\r"),
              std::string{"quire> #\n"} + entries + "memory> lazy\n" + lazy + "memory> q\nquire> ");
    auto const stats = run("stats");
    auto const context = run("context");
    auto const shown = type("#\r1\r5\r6\r\r");
    EXPECT_NE(shown.find("memory> 1\n  PID  NAME       REGION"), std::string::npos);
    EXPECT_NE(shown.find("memory> 5\n" + stats + "memory> 6\n" + context + "memory> \nquire> "),
              std::string::npos);
}

TEST_F(MenuTest, PassesArgumentsOn) {
    auto const lazy = run("lazy 4");
    EXPECT_NE(type("#\r2 4\r\r").find("memory> 2 4\n" + lazy + "memory> "), std::string::npos);
    EXPECT_NE(type("#\rlazy 4 &\r\r").find("lazy: cannot run in the background"),
              std::string::npos);
}

TEST_F(MenuTest, PlainIsForItsCommandsToo) {
    auto const lazy = run("lazy --plain");
    terminal.shown.clear();
    EXPECT_NE(type("# --plain\r2\rq\r").find("memory> 2\n" + lazy + "memory> q\nquire> "),
              std::string::npos);
    EXPECT_EQ(terminal.shown.find("\x1b[1m"), std::string::npos);
}

TEST_F(MenuTest, SaysWhatComesLater) {
    EXPECT_NE(type("#\r3\roptimize\r\r")
                  .find("memory> 3\n"
                        "pressure: taking pages away when memory is short comes later\n"
                        "memory> optimize\n"
                        "optimize: moving pages together comes later\n"
                        "memory> "),
              std::string::npos);
}

TEST_F(MenuTest, WhatIsNotInItIsRefused) {
    for (auto const* word : {"0", "7", "ps", "#"}) {
        EXPECT_EQ(type(std::string{"#\r"} + word + "\r\r"),
                  std::string{"quire> #\n"} + entries + "memory> " + word + "\n#: '" + word +
                      "' is not in the menu\n" + entries + "memory> \nquire> ");
    }
    EXPECT_NE(type("#\r'a\r\r").find("#: a closing ' is missing\nmemory> \nquire> "),
              std::string::npos);
    EXPECT_EQ(run("# x"), "#: 'x' is no option (try: help #)\n");
}

TEST_F(MenuTest, ControlCInACommandLeavesItToo) {
    system.interrupt_wait = 1;
    auto const shown = type("#\r6 spawn hello\r5\r");
    EXPECT_TRUE(shown.ends_with("quire> ")) << shown;
    EXPECT_EQ(shown.find("memory> 5"), std::string::npos) << shown;
}

} // namespace
} // namespace shell::test
