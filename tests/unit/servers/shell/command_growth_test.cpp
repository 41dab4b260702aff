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
              "    4  shell      stack  0x7fffef710000   4.0 MiB  16.0 KiB  64.0 KiB  [:......]\n"
              "limits: stack unlimited, heap unlimited, 15 pages ahead\n"
              "stacks grew 7 times, 6 of them checked against the stack pointer, 1 refused\n"
              "20 pages below stack pointers were given back\n");
    expect_fits(terminal.plain());
}

TEST_F(GrowthCommandTest, OfAllForPeople) {
    auto const shown = run("growth");
    EXPECT_NE(shown.find("    4  shell      stack  0x7fffef710000"), std::string::npos) << shown;
    EXPECT_TRUE(shown.ends_with("    9  misbehave  stack  0x7fffef700000   4.0 KiB       0 B       "
                                "0 B  [.......]\n"))
        << shown;
}

TEST_F(GrowthCommandTest, ForScripts) {
    EXPECT_EQ(run("growth --plain 4"), "pid=4\nname=shell\nregion=heap\nstart=0x800000000\n"
                                       "end=0x800004000\nreserved=16384\nresident=12288\nguard=0\n"
                                       "pid=4\nname=shell\nregion=stack\nstart=0x7fffef710000\n"
                                       "end=0x7fffefb10000\nreserved=4194304\nresident=16384\n"
                                       "guard=65536\nmax_stack=unlimited\nmax_heap=unlimited\n"
                                       "max_ahead=15\ngrown=7\nchecked=6\nrefused=1\n"
                                       "trimmed=20\n");
    EXPECT_NE(run("growth --plain").find("\npid=9\n"), std::string::npos);
    EXPECT_EQ(run("growth 4 --plain"), run("growth --plain 4"));
}

TEST_F(GrowthCommandTest, SetsWhatIsNamed) {
    EXPECT_EQ(run("growth 4 set stack=64K"), "");
    EXPECT_EQ(run("growth 4 set heap=3G ahead=0 stack=1000"), "");
    ASSERT_EQ(system.growth_requests.size(), 2u);
    auto const& [first, second] = std::pair{system.growth_requests[0], system.growth_requests[1]};
    EXPECT_EQ(first.pid, 4);
    EXPECT_EQ(first.max_stack, 65536);
    EXPECT_EQ(first.max_heap, ipc::pager::Growth::unlimited);
    EXPECT_EQ(first.max_ahead, 15);
    EXPECT_EQ(second.max_stack, 1000);
    EXPECT_EQ(second.max_heap, 3ull << 30);
    EXPECT_EQ(second.max_ahead, 0);
    system.growth_reply->max_stack = 2 << 20;
    EXPECT_NE(run("growth 4").find("limits: stack 2.0 MiB, heap unlimited"), std::string::npos);
    EXPECT_EQ(run("growth 4 set stack=unlimited"), "");
    EXPECT_EQ(system.growth_requests.back().max_stack, ipc::pager::Growth::unlimited);
}

TEST_F(GrowthCommandTest, RefusesWhatIsNoLimit) {
    for (auto const* const setting : {"stack", "stack=", "stack=x", "stack=1T", "heap=-1", "=5",
                                      "ahead=2K", "room=5", "heap=99999999999G"}) {
        EXPECT_EQ(run(std::string{"growth 4 set "} + setting),
                  std::string{"growth: '"} + setting + "' is no limit (try: help growth)\n");
    }
    EXPECT_EQ(run("growth 4 set ahead=16"), "growth: at most 15 pages come ahead\n");
    EXPECT_NE(run("growth 4 set").find("try: help growth"), std::string::npos);
    EXPECT_NE(run("growth 4 get stack").find("try: help growth"), std::string::npos);
    EXPECT_TRUE(system.growth_requests.empty());
    system.set_growth_reply = base::fail(ipc::Error::NotFound);
    EXPECT_EQ(run("growth 4 set ahead=1"), "growth: the pager sets no limits: not found\n");
    system.growth_reply = base::fail(ipc::Error::NotFound);
    EXPECT_EQ(run("growth 4 set ahead=1"), "growth: the pager tells no limits: not found\n");
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
        EXPECT_EQ(run(line), "growth: needs at most a process number, and limits to set "
                             "(try: help growth)\n");
    }
}

} // namespace
} // namespace shell::test
