// SPDX-License-Identifier: BSD-2-Clause
//
// cow, and the short names for what it does.

#include "shell_fixture.hpp"

namespace shell::test {
namespace {

using ipc::pager::Access;
using ipc::pager::CopyOnWrite;
using ipc::pager::RegionKind;

class CowCommandTest : public ShellTest {
protected:
    CowCommandTest() {
        system.programs.emplace_back("forks", 4096);
        system.cow_reply = CopyOnWrite::Reply{.clones = 3,
                                              .cloned = 40,
                                              .breaks = 10,
                                              .upgrades = 4,
                                              .saved_now = 5,
                                              .saved_peak = 32};
        system.regions[4] = {{RegionKind::Code, Access::ReadExecute, 0x400000, "ffff"},
                             {RegionKind::Anonymous, Access::ReadWrite, 0x500000,
                              std::string(600, 'a') + std::string(200, 's') + "z."},
                             {RegionKind::Buffer, Access::ReadWrite, 0x7ffffffff000, "b"}};
        system.on_spawn = [&] {
            system.cow_reply->clones += 2;
            system.cow_reply->cloned += 20;
            system.cow_reply->breaks += 15;
            system.cow_reply->upgrades += 1;
        };
    }
};

TEST_F(CowCommandTest, StatusForPeople) {
    EXPECT_EQ(run("cow status"),
              "  saved now                 5                          pages more, if copied\n"
              "    that is          20.0 KiB                          of memory\n"
              "  saved at most            32                          pages, since boot\n"
              "    that is           128 KiB                          of memory\n"
              "  PID  NAME         OWN PAGES    SHARED\n"
              "    4  shell              600       200  [###.........]\n");
}

TEST_F(CowCommandTest, StatusForScripts) {
    EXPECT_EQ(run("cow status --plain"),
              "saved_now=5\nsaved_now_bytes=20480\nsaved_peak=32\nsaved_peak_bytes=131072\n"
              "pid=4\nname=shell\nown=600\nshared=200\n");
}

TEST_F(CowCommandTest, TakesItsOptionAtEitherEnd) {
    EXPECT_EQ(run("cow --plain status"), run("cow status --plain"));
    EXPECT_EQ(run("~1 --plain"), run("cow status --plain"));
    EXPECT_EQ(run("cow create 7 --plain"), "clones=2\ncloned=20\nbreaks=15\nsaved=5\nupgrades=1\n");
}

TEST_F(CowCommandTest, StatusStopsOnControlC) {
    terminal.interrupts = 2;
    EXPECT_EQ(run("cow status").find("shell"), std::string::npos);
}

TEST_F(CowCommandTest, StatsForPeople) {
    EXPECT_EQ(run("cow stats"),
              "  clones                    3                          of programs\n"
              "  cloned pages             40                          that these got at once\n"
              "    breaks                 10   25.0 % [###.........]  copied when one wrote\n"
              "    saved                  30   75.0 % [#########...]  never copied\n"
              "  upgrades                  4                          the last one wrote: kept\n");
}

TEST_F(CowCommandTest, NothingIsSavedIfMoreIsCopiedThanCloned) {
    system.cow_reply->breaks = 41;
    EXPECT_NE(run("cow stats --plain").find("\nsaved=0\n"), std::string::npos);
}

TEST_F(CowCommandTest, ExperimentsShowWhatTheyDid) {
    constexpr auto* counted = "clones=2\ncloned=20\nbreaks=15\nsaved=5\nupgrades=1\n";
    EXPECT_EQ(run("cow create --plain"), counted);
    EXPECT_EQ(run("cow create --plain 7"), counted);
    EXPECT_EQ(run("cow test --plain"), counted);
    EXPECT_EQ(system.spawned,
              (std::vector<std::string>{"forks share 3", "forks share 7", "forks storm 20"}));
    EXPECT_EQ(terminal.brought_to_front, (std::vector<std::uint64_t>{7, 8, 9}));
}

TEST_F(CowCommandTest, AnExperimentFailsIfTheProgramDoes) {
    system.end_code = 1;
    EXPECT_NE(run("repeat 2 cow test").find("repeat: stopped in round 1 of 2\n"),
              std::string::npos);
}

TEST_F(CowCommandTest, SaysIfThereIsNothingToExperimentWith) {
    system.programs.clear();
    for (auto const* line : {"cow create", "cow test"}) {
        EXPECT_EQ(run(line),
                  "cow: the boot image has no program 'forks', which would clone itself\n");
    }
}

TEST_F(CowCommandTest, ProtectsAPage) {
    EXPECT_EQ(run("cow protect 4 0x500123"),
              "process 4, page 0x000000500000: the next write faults\n");
    EXPECT_EQ(run("cow unprotect 4 0x501000"),
              "process 4, page 0x000000501000: written without a fault, if not shared\n");
    ASSERT_EQ(system.protect_requests.size(), 2u);
    auto const& [protect, unprotect] =
        std::tie(system.protect_requests[0], system.protect_requests[1]);
    EXPECT_EQ(protect.pid, 4u);
    EXPECT_EQ(protect.address, 0x500000u);
    EXPECT_EQ(protect.protect, 1u);
    EXPECT_EQ(unprotect.address, 0x501000u);
    EXPECT_EQ(unprotect.protect, 0u);
}

TEST_F(CowCommandTest, ShortNamesAreTheSame) {
    for (auto const& [name, what] :
         {std::pair{"~1", "status"}, {"~2", "stats"}, {"~4 4 0x1000", "protect 4 0x1000"}}) {
        EXPECT_EQ(run(name), run(std::string{"cow "} + what)) << name;
    }
    EXPECT_EQ(run("~5 4 0x500000"), run("cow unprotect 4 0x500000"));
    run("~3");
    run("repeat 1 ~6 9");
    EXPECT_EQ(system.spawned, (std::vector<std::string>{"forks share 3", "forks storm 9"}));
    EXPECT_EQ(run("help ~2"), run("help cow"));
    EXPECT_EQ(run("~7"), "~7: no such command (try: help)\n");
}

TEST_F(CowCommandTest, RefusesInWords) {
    constexpr auto* all = "status stats create protect unprotect test (try: help cow)\n";
    EXPECT_EQ(run("cow"), std::string{"cow: needs one of: "} + all);
    EXPECT_EQ(run("cow x"), std::string{"cow: 'x' is none of: "} + all);
    for (auto const* line : {"cow status x", "cow stats x"}) {
        EXPECT_EQ(run(line), "cow: 'x' is too much (try: help cow)\n");
    }
    for (auto const* line : {"cow create x", "cow create 0", "cow create 1001", "~3 1 2"}) {
        EXPECT_EQ(run(line),
                  "cow: needs one number of processes, 1 to 1000, or none (try: help cow)\n");
    }
    for (auto const* line : {"cow test 1 2", "cow test 0", "~6 1000001"}) {
        EXPECT_EQ(run(line),
                  "cow: needs one number of processes, 1 to 1000000, or none (try: help cow)\n");
    }
    EXPECT_TRUE(system.spawned.empty());
    for (auto const* line : {"cow protect", "cow unprotect 4", "~4 4 1 2"}) {
        EXPECT_EQ(run(line), "cow: needs a process number and an address (try: help cow)\n");
    }
    EXPECT_EQ(run("cow protect x y"), "cow: 'x' is not a process number (try: help cow)\n");
    EXPECT_EQ(run("cow protect 4 y"), "cow: 'y' is not an address (try: help cow)\n");
    EXPECT_EQ(run("cow protect 99 0"), "cow: the pager knows no process 99 (try: ps)\n");
}

TEST_F(CowCommandTest, TellsWhatThePagerRefuses) {
    system.protect_reply = base::fail(ipc::Error::NotFound);
    EXPECT_EQ(run("cow protect 4 0x400000"),
              "cow: process 4 has no page of its own at 0x000000400000 (try: pagemap 4)\n");
    system.protect_reply = base::fail(ipc::Error::OutOfMemory);
    EXPECT_TRUE(run("cow protect 4 0x400000").starts_with("cow: the pager refuses: "));
    system.cow_reply = base::fail(ipc::Error::PermissionDenied);
    for (auto const* line : {"cow status", "cow stats", "cow test"}) {
        EXPECT_EQ(run(line), "cow: the pager does not tell: permission denied\n");
    }
    EXPECT_TRUE(system.spawned.empty());
}

} // namespace
} // namespace shell::test
