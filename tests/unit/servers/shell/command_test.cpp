// SPDX-License-Identifier: BSD-2-Clause
//
// The shell itself and the commands that need nobody: help, echo, clear, uptime, time, repeat,
// poweroff, reboot.

#include "shell_fixture.hpp"

#include <set>

namespace shell::test {
namespace {

using ipc::process::PowerState;

class CommandTest : public ShellTest {};

TEST_F(CommandTest, Greets) {
    shell.greet();
    EXPECT_EQ(terminal.plain(), "\nQuire 0.1 - type help for what can be typed\n");
}

TEST_F(CommandTest, PromptsAndRuns) {
    EXPECT_EQ(type("echo hi\r"), "quire> echo hi\nhi\nquire> ");
}

TEST_F(CommandTest, DoesNothingForAnEmptyLine) {
    EXPECT_EQ(type("\r  \r"), "quire> \nquire>   \nquire> ");
}

TEST_F(CommandTest, ExplainsControlD) {
    EXPECT_EQ(type("\x04"),
              "quire> \nthe shell does not end (to switch the machine off: poweroff)\nquire> ");
}

TEST_F(CommandTest, RefusesAnOverLongLine) {
    auto const shown = type(std::string(2000, 'x') + "\r");
    EXPECT_NE(shown.find("line refused: it is longer than 1000 characters\n"), std::string::npos);
}

TEST_F(CommandTest, RefusesWhatItDoesNotKnow) {
    EXPECT_EQ(run("xyz"), "xyz: no such command (try: help)\n");
    EXPECT_EQ(run("hello"), "hello: not a command, but a program (try: spawn hello)\n");
    EXPECT_EQ(run("echo 'a"), "a closing ' is missing\n");
    EXPECT_EQ(run("echo a &"), "echo: cannot run in the background; spawn can\n");
    EXPECT_EQ(run("''"), ": no such command (try: help)\n");
}

TEST_F(CommandTest, TheTableHasEachNameOnceAndSaysWhatItDoes) {
    std::set<std::string_view> names;
    for (auto const& command : commands()) {
        EXPECT_TRUE(names.insert(command.name).second);
        EXPECT_FALSE(command.summary.empty());
        EXPECT_EQ(find_command(command.name), &command);
    }
    EXPECT_EQ(find_command("xyz"), nullptr);
}

TEST_F(CommandTest, HelpListsEveryCommand) {
    auto const shown = run("help");
    for (auto const& command : commands()) {
        EXPECT_NE(shown.find("  " + std::string{command.name} + ' '), std::string::npos);
        EXPECT_NE(shown.find(command.summary), std::string::npos);
    }
    expect_fits(shown);
}

TEST_F(CommandTest, HelpOnEachCommandFitsATerminal) {
    for (auto const& command : commands()) {
        expect_fits(run("help " + std::string{command.name}));
    }
}

TEST_F(CommandTest, HelpExplainsOne) {
    EXPECT_EQ(run("help kill"), "kill PID...\n  end programs\n");
    EXPECT_EQ(run("help pagemap"),
              "pagemap [--plain] PID [RANGE]\n"
              "  show a program's memory, region by region\n"
              "  One letter is one page of 4 KiB, 64 pages in a row; rows of untouched pages\n"
              "  are counted, not shown. RANGE is START-END or START+SIZE, in bytes, decimal\n"
              "  or 0x...: then only its pages. --plain: NAME=VALUE, one a line; each region\n"
              "  begins with its start, each row of pages with at.\n");
    EXPECT_EQ(run("help xyz"), "help: no command named 'xyz' (try: help)\n");
    EXPECT_EQ(run("help a b"), "help: takes one command name\n");
}

TEST_F(CommandTest, EchoPrintsItsWords) {
    EXPECT_EQ(run("echo"), "\n");
    EXPECT_EQ(run("echo a  'b  c' \"d\""), "a b  c d\n");
}

TEST_F(CommandTest, ClearClears) {
    run("clear");
    EXPECT_EQ(terminal.shown, "\x1b[H\x1b[2J\r");
    EXPECT_EQ(run("clear x"), "clear: takes no arguments (try: help clear)\n");
}

TEST_F(CommandTest, UptimeShowsTheTime) {
    system.now = 5'000;
    EXPECT_EQ(run("uptime"), "up 0:00:00.005\n");
    system.now = 3'725'042'999;
    EXPECT_EQ(run("uptime"), "up 1:02:05.042\n");
    system.now = 86'400'000'000;
    EXPECT_EQ(run("uptime"), "up 1 day, 0:00:00.000\n");
    system.now = 3 * 86'400'000'000 - 1'000;
    EXPECT_EQ(run("uptime"), "up 2 days, 23:59:59.999\n");
    EXPECT_EQ(run("uptime x"), "uptime: takes no arguments (try: help uptime)\n");
}

TEST_F(CommandTest, TimeMeasuresACommand) {
    system.tick = 12'034;
    EXPECT_EQ(run("time echo x"), "x\ntook 12.034 ms\n");
    EXPECT_EQ(run("time"), "time: needs a command (try: help time)\n");
    EXPECT_EQ(run("time xyz"), "xyz: no such command (try: help)\ntook 12.034 ms\n");
}

TEST_F(CommandTest, RepeatRepeats) {
    EXPECT_EQ(run("repeat 3 echo x"), "x\nx\nx\n");
    EXPECT_EQ(run("repeat 0 echo x"), "");
    EXPECT_EQ(run("repeat 2 repeat 2 echo x"), "x\nx\nx\nx\n");
    EXPECT_EQ(run("repeat"), "repeat: needs a count and a command (try: help repeat)\n");
    EXPECT_EQ(run("repeat 3"), "repeat: needs a count and a command (try: help repeat)\n");
    EXPECT_EQ(run("repeat x echo"), "repeat: 'x' is not a number (try: help repeat)\n");
    EXPECT_EQ(run("repeat 99999999999999999999 echo"),
              "repeat: '99999999999999999999' is not a number (try: help repeat)\n");
}

TEST_F(CommandTest, RepeatStopsAtAFailureAndOnControlC) {
    EXPECT_EQ(run("repeat 3 xyz"),
              "xyz: no such command (try: help)\nrepeat: stopped in round 1 of 3\n");
    terminal.interrupts = 2;
    EXPECT_EQ(run("repeat 5 echo x"), "x\nx\nrepeat: stopped in round 2 of 5\n");
}

TEST_F(CommandTest, ControlCAlsoDropsWhatWasTypedAhead) {
    terminal.interrupts = 1;
    EXPECT_EQ(type("repeat 5 echo x\recho never\r"),
              "quire> repeat 5 echo x\nx\nrepeat: stopped in round 1 of 5\nquire> ");
}

TEST_F(CommandTest, SwitchesTheMachineOffAndOn) {
    EXPECT_EQ(run("poweroff"), "");
    EXPECT_EQ(run("reboot"), "");
    EXPECT_EQ(system.power_requests, (std::vector{PowerState::Off, PowerState::Reboot}));
    EXPECT_EQ(run("poweroff now"), "poweroff: takes no arguments (try: help poweroff)\n");
    system.power_reply = base::fail(ipc::Error::NotFound);
    EXPECT_EQ(run("poweroff"), "poweroff: this machine cannot switch itself off\n");
    EXPECT_EQ(run("reboot"), "reboot: this machine cannot restart itself\n");
    system.power_reply = base::fail(ipc::Error::PermissionDenied);
    EXPECT_EQ(run("reboot"), "reboot: permission denied\n");
}

} // namespace
} // namespace shell::test
