// SPDX-License-Identifier: BSD-2-Clause
//
// context.

#include "shell_fixture.hpp"

#include <sstream>

namespace shell::test {
namespace {

class ContextCommandTest : public ShellTest {};

TEST_F(ContextCommandTest, ForScripts) {
    EXPECT_EQ(run("context --plain"), "thread_switches=1000\n"
                                      "fast_calls=250\n"
                                      "fast_faults=50\n"
                                      "fast_replies=300\n"
                                      "other_switches=400\n"
                                      "slow_messages=12\n"
                                      "page_faults=200\n"
                                      "slow_page_faults=150\n"
                                      "other_faults=2\n"
                                      "signals=31\n"
                                      "interrupts=41\n"
                                      "preemptions=3\n"
                                      "tlb_pages=17\n"
                                      "tlb_spaces=6\n"
                                      "cache_pages=64\n"
                                      "asids_in_use=4\n"
                                      "objects_made=321\n"
                                      "bytes_cleared=3145728\n");
}

TEST_F(ContextCommandTest, ForPeople) {
    auto const shown = run("context");
    for (auto const* line :
         {"  thread switches        1000                          all together\n",
          "    fast calls            250   25.0 % [###.........]  on the caller's time\n",
          "    slow ones             150   75.0 % [#########...]  on the general path\n",
          "  ASIDs in use              4                          address spaces, now\n",
          "  memory cleared      3.0 MiB                          for them\n"}) {
        EXPECT_NE(shown.find(line), std::string::npos) << line << "\nis not in\n" << shown;
    }
    std::istringstream lines{shown};
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(line.size(), 80u) << line;
    }
}

TEST_F(ContextCommandTest, OfACommandShowsWhatItMoved) {
    system.on_spawn = [&] {
        system.counters_reply->fast_calls += 6;
        system.counters_reply->other_switches += 2;
        system.counters_reply->asids_in_use += 1;
        system.counters_reply->bytes_cleared += 8192;
    };
    auto const shown = run("context --plain spawn hello");
    EXPECT_EQ(system.spawned, std::vector<std::string>{"hello"});
    for (auto const* line : {"\nthread_switches=8\nfast_calls=6\nfast_faults=0\n",
                             "\nasids_in_use=5\nobjects_made=0\nbytes_cleared=8192\n"}) {
        EXPECT_NE(shown.find(line), std::string::npos) << line << "\nis not in\n" << shown;
    }
    EXPECT_NE(
        run("context spawn hello").find("    fast calls              6   75.0 % [#########...]"),
        std::string::npos);
}

TEST_F(ContextCommandTest, OfNothingHasNoShares) {
    EXPECT_NE(run("context echo").find("    fast calls              0    0.0 % [......"),
              std::string::npos);
}

TEST_F(ContextCommandTest, RefusesInWords) {
    system.counters_reply = base::fail(ipc::Error::PermissionDenied);
    EXPECT_EQ(run("context"), "context: init does not tell: permission denied\n");
    EXPECT_EQ(run("context spawn hello"), "context: init does not tell: permission denied\n");
    EXPECT_TRUE(system.spawned.empty());
    EXPECT_EQ(run("context --plan"), "context: '--plan' is no option (try: help context)\n");
}

TEST_F(ContextCommandTest, LeavesTheOptionsOfALineToIt) {
    auto const shown = run("context echo --plain");
    EXPECT_TRUE(shown.starts_with("--plain\n  thread switches")) << shown;
}

} // namespace
} // namespace shell::test
