// SPDX-License-Identifier: BSD-2-Clause
//
// stats.

#include "shell_fixture.hpp"

#include <sstream>

namespace shell::test {
namespace {

class StatsCommandTest : public ShellTest {
protected:
    StatsCommandTest() {
        system.cow_reply = ipc::pager::CopyOnWrite::Reply{.clones = 3,
                                                          .cloned = 40,
                                                          .breaks = 10,
                                                          .upgrades = 4,
                                                          .saved_now = 5,
                                                          .saved_peak = 32};
        ipc::pager::LazyStatistics::Reply lazy{};
        lazy.reserved = 100;
        lazy.resident = 30;
        lazy.faults = 20;
        lazy.frames = 15;
        lazy.ahead = 2;
        system.lazy[4] = lazy;
        system.lazy[9] = lazy;
        auto other = system.spaces.front();
        other.space = 2;
        other.pid = 9;
        system.spaces.push_back(other);
        other.space = 3; // has just ended
        other.pid = 10;
        system.spaces.push_back(other);
    }
};

TEST_F(StatsCommandTest, ForScripts) {
    EXPECT_EQ(run("stats --plain"), "total=130482176\n"
                                    "free=127074304\n"
                                    "private=204800\n"
                                    "shared=0\n"
                                    "zero_page=4096\n"
                                    "buffers=4096\n"
                                    "page_tables=16384\n"
                                    "kernel_objects=32768\n"
                                    "pager=3145728\n"
                                    "zeroed=12000\n"
                                    "zeroed_wanted=16000\n"
                                    "faults_ever=123\n"
                                    "reserved=200\n"
                                    "resident=60\n"
                                    "faults=40\n"
                                    "zero=0\n"
                                    "frames=30\n"
                                    "file=0\n"
                                    "copies=0\n"
                                    "again=0\n"
                                    "ahead=4\n"
                                    "refused=0\n"
                                    "clones=3\n"
                                    "cloned=40\n"
                                    "breaks=10\n"
                                    "saved=30\n"
                                    "upgrades=4\n"
                                    "saved_now=5\n"
                                    "saved_now_bytes=20480\n"
                                    "saved_peak=32\n"
                                    "saved_peak_bytes=131072\n");
}

TEST_F(StatsCommandTest, ForPeople) {
    auto const shown = run("stats");
    for (auto const* line :
         {"memory of the pager\n",
          "    free              121 MiB   97.3 % [############]  for whoever asks next\n",
          "  zeroed frames         12000   75.0 % [#########...]  in stock, of those wanted\n",
          "page faults\n  since boot              123                          of ended programs,",
          "    frames                 30   75.0 % [#########...]  took a zeroed frame\n",
          "    saved                  30   75.0 % [#########...]  never copied\n"}) {
        EXPECT_NE(shown.find(line), std::string::npos) << line << "\nis not in\n" << shown;
    }
    std::istringstream lines{shown};
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(line.size(), 80u) << line;
    }
}

TEST_F(StatsCommandTest, RefusesInWords) {
    EXPECT_EQ(run("stats x"), "stats: 'x' is no option (try: help stats)\n");
    constexpr auto* refusal = "stats: the pager does not tell: permission denied\n";
    system.cow_reply = base::fail(ipc::Error::PermissionDenied);
    EXPECT_EQ(run("stats"), refusal);
    system.pager_reply = base::fail(ipc::Error::PermissionDenied);
    EXPECT_EQ(run("stats"), refusal);
}

} // namespace
} // namespace shell::test
