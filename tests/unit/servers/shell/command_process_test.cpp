// SPDX-License-Identifier: BSD-2-Clause
//
// spawn, kill, ps, and what the shell says of processes that end.

#include "shell_fixture.hpp"

namespace shell::test {
namespace {

using ipc::process::State;

class ProcessCommandTest : public ShellTest {};

TEST_F(ProcessCommandTest, SpawnWaitsAndSaysHowItEnded) {
    EXPECT_EQ(run("spawn hello a b"), "[7] hello ended (exit code 0)\n");
    EXPECT_EQ(system.spawned, std::vector<std::string>{"hello a b"});
    system.end_code = 3;
    EXPECT_EQ(run("spawn hello"), "[8] hello ended (exit code 3)\n");
    system.end_code = ~System::Word{0};
    EXPECT_EQ(run("spawn hello"), "[9] hello ended (exit code -1)\n");
    system.end_state = State::Faulted;
    EXPECT_EQ(run("spawn misbehave null"), "[10] misbehave was stopped (fault)\n");
    system.end_state = State::Killed;
    EXPECT_EQ(run("spawn hello"), "[11] hello was killed\n");
}

TEST_F(ProcessCommandTest, WhatIsWaitedForIsInTheForeground) {
    run("spawn hello");
    EXPECT_EQ(terminal.brought_to_front, std::vector<std::uint64_t>{7});
    run("spawn hello &");
    EXPECT_EQ(terminal.brought_to_front.size(), 1u);
    EXPECT_EQ(run("fg 8"), "[8] hello ended (exit code 0)\n");
    EXPECT_EQ(terminal.brought_to_front, (std::vector<std::uint64_t>{7, 8}));
}

TEST_F(ProcessCommandTest, FgRefusesInWords) {
    EXPECT_EQ(run("fg"), "fg: needs one process number (try: help fg)\n");
    EXPECT_EQ(run("fg 7 8"), "fg: needs one process number (try: help fg)\n");
    EXPECT_EQ(run("fg 0"), "fg: '0' is not a process number (try: help fg)\n");
    EXPECT_EQ(run("fg 99"), "fg: no process 99 (try: ps)\n");
    EXPECT_EQ(run("fg 2"), "fg: process 2 (console) was not started here\n");
    EXPECT_EQ(run("fg 4"), "fg: process 4 (shell) was not started here\n");
    EXPECT_TRUE(terminal.brought_to_front.empty());
}

TEST_F(ProcessCommandTest, ControlCKillsWhatWasBroughtToTheForeground) {
    run("spawn hello &");
    system.interrupt_wait = 1;
    EXPECT_EQ(run("fg 7"), "^C\n[7] hello was killed\n");
}

TEST_F(ProcessCommandTest, SpawnWithoutANameListsThePrograms) {
    EXPECT_EQ(run("spawn"), "programs:\n"
                            "  hello              4.0 KiB\n"
                            "  misbehave          8.0 KiB\n"
                            "  touch             12.0 KiB\n");
}

TEST_F(ProcessCommandTest, SpawnRefusesInWords) {
    EXPECT_EQ(run("spawn x"), "spawn: no program named 'x' (try: help spawn)\n");
    EXPECT_EQ(run("spawn hello 'a b'"),
              "spawn: a program's arguments cannot be empty or hold blanks: 'a b'\n");
    EXPECT_EQ(run("spawn hello ''"),
              "spawn: a program's arguments cannot be empty or hold blanks: ''\n");
    EXPECT_EQ(run("spawn hello " + std::string(300, 'x')),
              "spawn: name and arguments are longer than 256 characters\n");
    system.spawn_reply = base::fail(ipc::Error::BadProgram);
    EXPECT_EQ(run("spawn hello"), "spawn: 'hello' is not a program this machine can run\n");
    system.spawn_reply = base::fail(ipc::Error::OutOfMemory);
    EXPECT_EQ(run("spawn hello"), "spawn: not enough memory for 'hello'\n");
    system.spawn_reply = base::fail(ipc::Error::QuotaExceeded);
    EXPECT_EQ(run("spawn hello"), "spawn: too many programs run here already (try: ps)\n");
    system.spawn_reply = base::fail(ipc::Error::Busy);
    EXPECT_EQ(run("spawn hello"), "spawn: cannot start 'hello': busy\n");
}

TEST_F(ProcessCommandTest, SpawnTakesTheLongestCommand) {
    auto const argument = std::string(256 - 6, 'x');
    EXPECT_EQ(run("spawn hello " + argument), "[7] hello ended (exit code 0)\n");
}

TEST_F(ProcessCommandTest, ControlCKillsWhatIsWaitedFor) {
    system.interrupt_wait = 1;
    EXPECT_EQ(run("spawn hello"), "^C\n[7] hello was killed\n");
    EXPECT_FALSE(system.processes.contains(7));
}

TEST_F(ProcessCommandTest, ControlCEndsARepeatedSpawn) {
    system.interrupt_wait = 2;
    EXPECT_EQ(run("repeat 5 spawn hello"),
              "[7] hello ended (exit code 0)\n^C\n"
              "[8] hello was killed\nrepeat: stopped in round 2 of 5\n");
}

TEST_F(ProcessCommandTest, TellsWhenABackgroundProgramEnds) {
    EXPECT_EQ(run("spawn hello &"), "[7] hello started\n");
    EXPECT_TRUE(system.waited.empty());
    EXPECT_EQ(type("\r"), "quire> \nquire> ");
    system.processes[7].state = State::Exited;
    system.processes[7].code = 5;
    EXPECT_EQ(type("\r"), "[7] hello ended (exit code 5)\nquire> \nquire> ");
    EXPECT_EQ(run("spawn &"), "spawn: needs the name of a program (try: help spawn)\n");
}

TEST_F(ProcessCommandTest, LeavesOthersProcessesAlone) {
    system.processes[5] = {.name = "child", .state = State::Exited};
    EXPECT_EQ(type("\r"), "quire> \nquire> ");
    EXPECT_TRUE(system.processes.contains(5));
}

TEST_F(ProcessCommandTest, KillEndsPrograms) {
    run("spawn hello &");
    run("spawn touch &");
    EXPECT_EQ(run("kill 7 8"), "[7] hello was killed\n[8] touch was killed\n");
    EXPECT_FALSE(system.processes.contains(7));
}

TEST_F(ProcessCommandTest, KillRefusesInWords) {
    EXPECT_EQ(run("kill"), "kill: needs a process number (try: help kill)\n");
    EXPECT_EQ(run("kill x"), "kill: 'x' is not a process number (try: help kill)\n");
    EXPECT_EQ(run("kill -1"), "kill: '-1' is not a process number (try: help kill)\n");
    EXPECT_EQ(run("kill 99"), "kill: no process 99 (try: ps)\n");
    EXPECT_EQ(run("kill 3"), "kill: process 3 (pager) is part of the system\n");
}

TEST_F(ProcessCommandTest, PsListsEverybody) {
    run("spawn hello &");
    system.processes[9] = {.name = "gone", .state = State::Killed};
    EXPECT_EQ(run("ps"), "  PID  STATE    PRIORITY     MEMORY  NAME\n"
                         "    1  server        200          -  init\n"
                         "    2  server        210          -  console\n"
                         "    3  server        220          -  pager\n"
                         "    4  running       100    200 KiB  shell\n"
                         "    7  running       100          -  hello\n"
                         "    9  killed        100          -  gone\n");
    EXPECT_NE(run("ps --plain").find("    4  running       100     204800  shell\n"),
              std::string::npos);
    EXPECT_EQ(run("ps x"), "ps: takes no arguments (try: help ps)\n");
}

} // namespace
} // namespace shell::test
