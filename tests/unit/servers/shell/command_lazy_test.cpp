// SPDX-License-Identifier: BSD-2-Clause
//
// lazy.

#include "shell_fixture.hpp"

namespace shell::test {
namespace {

class LazyCommandTest : public ShellTest {
protected:
    LazyCommandTest() {
        system.lazy[4] = {.reserved = 2048,
                          .resident = 64,
                          .faults = 20,
                          .zero = 2,
                          .frames = 10,
                          .file = 5,
                          .copies = 1,
                          .again = 3,
                          .ahead = 7,
                          .refused = 0};
        ipc::pager::LazyStatistics::Reply small{};
        small.reserved = small.resident = 16;
        small.faults = 1;
        system.lazy[9] = small;
        auto other = system.spaces.front();
        other.space = 2;
        other.pid = 9;
        other.name = ipc::Text<ipc::pager::max_name>::of("misbehave");
        system.spaces.push_back(other);
    }
};

TEST_F(LazyCommandTest, OfOneForPeople) {
    EXPECT_EQ(run("lazy 4"),
              "how the pages of [4] shell came\n"
              "  reserved               2048                          pages that may be touched\n"
              "  resident                 64    3.1 % [:...........]  of these, in memory now\n"
              "  faults                   20                          served since the start\n"
              "    zero page               2   10.0 % [#...........]  showed the page of zeroes\n"
              "    frames                 10   50.0 % [######......]  took a zeroed frame\n"
              "    file                    5   25.0 % [###.........]  showed a page of a file\n"
              "    copies                  1    5.0 % [#...........]  copied a shared page\n"
              "    again                   3   15.0 % [##..........]  found the page there\n"
              "  ahead                     7                          pages that came along\n"
              "  refused                   0                          wrong advice of a policy\n");
}

TEST_F(LazyCommandTest, OfAllForPeople) {
    EXPECT_EQ(run("lazy"),
              "  PID  NAME        RESERVED RESIDENT FAULTS   ZERO FRAMES   FILE COPIES  AHEAD\n"
              "    4  shell        8.0 MiB  256 KiB     20      2     10      5      1      7\n"
              "    9  misbehave   64.0 KiB 64.0 KiB      1      0      0      0      0      0\n");
}

TEST_F(LazyCommandTest, ForScripts) {
    constexpr auto* shell = "pid=4\nname=shell\nreserved=2048\nresident=64\nfaults=20\nzero=2\n"
                            "frames=10\nfile=5\ncopies=1\nagain=3\nahead=7\nrefused=0\n";
    EXPECT_EQ(run("lazy --plain 4"), shell);
    EXPECT_EQ(run("lazy --plain"),
              std::string{shell} +
                  "pid=9\nname=misbehave\nreserved=16\nresident=16\nfaults=1\nzero=0\n"
                  "frames=0\nfile=0\ncopies=0\nagain=0\nahead=0\nrefused=0\n");
}

TEST_F(LazyCommandTest, LeavesOutWhoEndsMeanwhile) {
    system.lazy.erase(4);
    auto const shown = run("lazy");
    EXPECT_EQ(shown.find("shell"), std::string::npos);
    EXPECT_NE(shown.find("misbehave"), std::string::npos);
}

TEST_F(LazyCommandTest, RefusesInWords) {
    EXPECT_EQ(run("lazy 99"), "lazy: the pager knows no process 99 (try: ps)\n");
    for (auto const* line : {"lazy x", "lazy 4 9"}) {
        EXPECT_EQ(run(line), "lazy: needs one process number, or none (try: help lazy)\n");
    }
}

} // namespace
} // namespace shell::test
