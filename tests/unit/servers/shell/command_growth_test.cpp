// SPDX-License-Identifier: BSD-2-Clause
//
// growth.

#include "shell_fixture.hpp"

namespace shell::test {
namespace {

using ipc::pager::Access;
using ipc::pager::RegionKind;

class GrowthCommandTest : public ShellTest {
protected:
    GrowthCommandTest() {
        system.regions[4] = {
            {RegionKind::Code, Access::ReadExecute, 0x400000, "ffff"},
            {RegionKind::Heap, Access::ReadWrite, 0x8'0000'0000, "aza."},
            {RegionKind::Guard, Access::None, 0x7fffef700000, std::string(16, '-')},
            {RegionKind::Stack, Access::ReadWrite, 0x7fffef710000, std::string(1020, '.') + "aaaa"},
            {RegionKind::Buffer, Access::ReadWrite, 0x7ffffffff000, "b"}};
        system.regions[9] = {{RegionKind::Stack, Access::ReadWrite, 0x7fffef700000, "."}};
        auto other = system.spaces.front();
        other.space = 2;
        other.pid = 9;
        other.name = ipc::Text<ipc::pager::max_name>::of("misbehave");
        system.spaces.push_back(other);
    }
};

TEST_F(GrowthCommandTest, OfOneForPeople) {
    EXPECT_EQ(run("growth 4"),
              "  PID  NAME       REGION START           RESERVED  RESIDENT     GUARD\n"
              "    4  shell      heap   0x000800000000  16.0 KiB  12.0 KiB       0 B  [#####..]\n"
              "    4  shell      stack  0x7fffef710000   4.0 MiB  16.0 KiB  64.0 KiB  [:......]\n");
}

TEST_F(GrowthCommandTest, OfAllForPeople) {
    auto const shown = run("growth");
    EXPECT_TRUE(shown.starts_with(run("growth 4"))) << shown;
    EXPECT_TRUE(shown.ends_with("    9  misbehave  stack  0x7fffef700000   4.0 KiB       0 B       "
                                "0 B  [.......]\n"))
        << shown;
}

TEST_F(GrowthCommandTest, ForScripts) {
    EXPECT_EQ(run("growth --plain 4"), "pid=4\nname=shell\nregion=heap\nstart=0x800000000\n"
                                       "end=0x800004000\nreserved=16384\nresident=12288\nguard=0\n"
                                       "pid=4\nname=shell\nregion=stack\nstart=0x7fffef710000\n"
                                       "end=0x7fffefb10000\nreserved=4194304\nresident=16384\n"
                                       "guard=65536\n");
    EXPECT_NE(run("growth --plain").find("\npid=9\n"), std::string::npos);
}

TEST_F(GrowthCommandTest, StopsOnControlC) {
    terminal.interrupts = 2;
    auto const shown = run("growth");
    EXPECT_NE(shown.find("heap"), std::string::npos);
    EXPECT_EQ(shown.find("stack"), std::string::npos);
}

TEST_F(GrowthCommandTest, RefusesInWords) {
    EXPECT_EQ(run("growth 99"), "growth: the pager knows no process 99 (try: ps)\n");
    for (auto const* line : {"growth x", "growth 4 9"}) {
        EXPECT_EQ(run(line), "growth: needs one process number, or none (try: help growth)\n");
    }
}

} // namespace
} // namespace shell::test
