// SPDX-License-Identifier: BSD-2-Clause
//
// memtest: a command that is a program.

#include "shell_fixture.hpp"

namespace shell::test {
namespace {

using ipc::process::State;

class MemtestCommandTest : public ShellTest {
protected:
    MemtestCommandTest() { system.programs.emplace_back("memtest", 4096); }
};

TEST_F(MemtestCommandTest, ArgumentsGoToTheProgramAsTheyAre) {
    EXPECT_EQ(run("memtest"), "");
    EXPECT_EQ(run("memtest 16 --plain nonsense"), "");
    EXPECT_EQ(system.spawned, (std::vector<std::string>{"memtest", "memtest 16 --plain nonsense"}));
    EXPECT_EQ(terminal.brought_to_front, (std::vector<std::uint64_t>{7, 8}));
    EXPECT_EQ(run("memtest ''"),
              "memtest: a program's arguments cannot be empty or hold blanks: ''\n");
}

TEST_F(MemtestCommandTest, FailsIfTheProgramDoes) {
    EXPECT_EQ(run("repeat 2 memtest"), "");
    system.end_code = 1;
    EXPECT_EQ(run("repeat 2 memtest"), "repeat: stopped in round 1 of 2\n");
}

TEST_F(MemtestCommandTest, SaysIfTheProgramWasEnded) {
    system.end_state = State::Faulted;
    EXPECT_EQ(run("repeat 2 memtest"),
              "[7] memtest was stopped (fault)\nrepeat: stopped in round 1 of 2\n");
    system.interrupt_wait = 1;
    EXPECT_EQ(run("memtest"), "^C\n[8] memtest was killed\n");
    EXPECT_FALSE(system.processes.contains(8));
}

TEST_F(MemtestCommandTest, ControlCEndsARepeatedTest) {
    system.interrupt_wait = 2;
    EXPECT_EQ(run("repeat 5 memtest"),
              "^C\n[8] memtest was killed\nrepeat: stopped in round 2 of 5\n");
}

TEST_F(MemtestCommandTest, RefusesInWords) {
    system.programs.clear();
    EXPECT_EQ(run("memtest"), "memtest: no program named 'memtest' (try: help memtest)\n");
    EXPECT_EQ(run("memtest &"), "memtest: cannot run in the background; spawn can\n");
}

TEST_F(MemtestCommandTest, MemtestRefusesMoreThanCanBeHad) {
    system.pager_reply->total = 800 << 20;
    system.pager_reply->free = 300 << 20; // an eighth of all is for others
    EXPECT_EQ(run("memtest 200"), "");
    EXPECT_EQ(run("memtest 201 --plain"),
              "memtest: not enough memory for 201 MiB: at most 200 can be had (try: memstat)\n");
    EXPECT_EQ(run("memtest --seed=201"), "");
    system.pager_reply->free = 50 << 20;
    EXPECT_EQ(run("memtest 1"),
              "memtest: not enough memory for 1 MiB: at most 0 can be had (try: memstat)\n");
    EXPECT_EQ(system.spawned.size(), 2u);
    system.pager_reply = base::fail(ipc::Error::PermissionDenied);
    EXPECT_EQ(run("memtest 1"), "memtest: the pager does not tell: permission denied\n");
}

} // namespace
} // namespace shell::test
