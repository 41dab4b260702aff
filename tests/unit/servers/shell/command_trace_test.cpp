// SPDX-License-Identifier: BSD-2-Clause
//
// trace.

#include "shell_fixture.hpp"

#include <sstream>

namespace shell::test {
namespace {

using ipc::pager::FaultKind;
using ipc::pager::Resolution;
using ipc::pager::StopReason;
using ipc::pager::TracedFault;
using ipc::pager::Tracing;

constexpr auto* columns = "      AT ms  PID  ACCESS  ADDRESS        INSTRUCTION      COST  WHAT\n";

class TraceCommandTest : public ShellTest {
protected:
    /// At so many ticks of 100 ns.
    void add(api::Word ticks, api::Word pid, FaultKind kind, Resolution resolution,
             StopReason reason = {}, std::uint32_t ahead = 0) {
        system.traced.push_back({.ticks = ticks,
                                 .address = 0x10'0000'0000 + system.traced.size() * 4096,
                                 .instruction = 0x40'0324,
                                 .pid = pid,
                                 .space = 2,
                                 .instructions = 713,
                                 .kind = static_cast<std::uint8_t>(kind),
                                 .resolution = resolution,
                                 .reason = static_cast<std::uint16_t>(reason),
                                 .ahead = ahead});
    }

    /// Frames, written by process 5 and 6 by turns.
    void add_many(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            add(i, 5 + i % 2, FaultKind::Write, Resolution::Frame);
        }
    }

    static std::size_t lines_of(std::string const& shown, std::string const& with) {
        std::size_t count = 0;
        std::istringstream lines{shown};
        for (std::string line; std::getline(lines, line);) {
            count += line.find(with) != std::string::npos ? 1 : 0;
        }
        return count;
    }
};

TEST_F(TraceCommandTest, SwitchesOnAndOff) {
    EXPECT_EQ(run("trace on"), "");
    EXPECT_EQ(system.tracing, Tracing::On);
    EXPECT_EQ(run("trace off"), "");
    EXPECT_EQ(system.tracing, Tracing::Off);
    EXPECT_EQ(run("trace --plain clear"), "");
    EXPECT_EQ(system.tracing, Tracing::Clear);
}

TEST_F(TraceCommandTest, ForPeople) {
    system.tracing = Tracing::On;
    system.first_traced = 12;
    add(12'345'678, 5, FaultKind::Write, Resolution::Frame, {}, 3);
    add(12'350'000, 5, FaultKind::Read, Resolution::Zero);
    add(12'350'010, 6, FaultKind::Execute, Resolution::File, {}, 15);
    add(99'999'990'000, 1234, FaultKind::Write, Resolution::Refused, StopReason::GuardHit);
    EXPECT_EQ(run("trace"),
              std::string{"the trace of faults is on: 4 are kept, 12 before them are forgotten\n"} +
                  columns +
                  "   1234.567    5  write   0x001000000000 0x000000400324   713  frame +3\n"
                  "   1235.000    5  read    0x001000001000 0x000000400324   713  zero\n"
                  "   1235.001    6  execute 0x001000002000 0x000000400324   713  file +15\n"
                  "9999999.000 1234  write   0x001000003000 0x000000400324   713  stop: guard\n");
}

TEST_F(TraceCommandTest, ForScripts) {
    system.first_traced = 312;
    add(12'345'678, 5, FaultKind::Write, Resolution::Frame, {}, 3);
    add(12'345'679, 6, FaultKind::Read, Resolution::Refused, StopReason::NoRegion);
    EXPECT_EQ(run("trace --plain"),
              "tracing=off kept=2 forgotten=312\n"
              "fault=312 ns=1234567800 pid=5 space=2 access=write address=0x1000000000 "
              "instruction=0x400324 resolution=frame reason=none ahead=3 instructions=713\n"
              "fault=313 ns=1234567900 pid=6 space=2 access=read address=0x1000001000 "
              "instruction=0x400324 resolution=refused reason=no-region ahead=0 "
              "instructions=713\n");
}

TEST_F(TraceCommandTest, NamesEverything) {
    for (auto const resolution : {Resolution::Copy, Resolution::Again, Resolution::Upgrade}) {
        add(0, 5, FaultKind::Write, resolution);
    }
    for (auto const reason :
         {StopReason::NoRegion, StopReason::GuardHit, StopReason::Forbidden,
          StopReason::OutOfMemory, StopReason::Exception, StopReason::BadSyscall,
          StopReason::BadCapability, StopReason::QuotaExceeded, StopReason::StackLimit,
          StopReason::BelowStack}) {
        add(0, 5, FaultKind::Other, Resolution::Refused, reason);
    }
    auto const shown = run("trace");
    for (auto const* what :
         {"  copy\n", "  again\n", "  upgrade\n", "  other ", "stop: no-region\n", "stop: guard\n",
          "stop: forbidden\n", "stop: no-memory\n", "stop: exception\n", "stop: system-call\n",
          "stop: capability\n", "stop: quota\n", "stop: stack-limit\n", "stop: below-stack\n"}) {
        EXPECT_NE(shown.find(what), std::string::npos) << what << "\nis not in\n" << shown;
    }
    std::istringstream lines{shown};
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(line.size(), 80u) << line;
    }
}

TEST_F(TraceCommandTest, IsEmptyAtFirst) {
    EXPECT_EQ(run("trace"),
              "the trace of faults is off: 0 are kept, 0 before them are forgotten\n");
    EXPECT_EQ(run("trace --plain"), "tracing=off kept=0 forgotten=0\n");
}

TEST_F(TraceCommandTest, ShowsTheLastOfAllOrOfOne) {
    add_many(100);
    EXPECT_EQ(lines_of(run("trace"), "frame"), 20u);
    EXPECT_NE(terminal.plain().find("0x001000063000"), std::string::npos); // the last one of all
    EXPECT_EQ(lines_of(run("trace all 50"), "frame"), 50u);
    EXPECT_EQ(lines_of(run("trace all 1000"), "frame"), 100u);
    EXPECT_EQ(lines_of(run("trace all 0"), "frame"), 0u);
    EXPECT_EQ(lines_of(run("trace 6 3"), "    6  write"), 3u);
    EXPECT_EQ(lines_of(run("trace 6 3"), "frame"), 3u);
    EXPECT_EQ(lines_of(run("trace 6"), "frame"), 20u);
    EXPECT_EQ(lines_of(run("trace 99"), "frame"), 0u);
    EXPECT_EQ(lines_of(run("trace --plain"), "fault="), 100u);
    EXPECT_EQ(lines_of(run("trace --plain 5"), "fault="), 50u);
    EXPECT_EQ(lines_of(run("trace --plain all 7"), "fault="), 7u);
    EXPECT_EQ(lines_of(run("trace --plain all 7"), "fault=93 "), 1u);
}

TEST_F(TraceCommandTest, SaysThatAProcessHasNone) {
    add_many(3);
    auto const shown = run("trace 4");
    EXPECT_TRUE(shown.ends_with("  none of process 4\n")) << shown;
    EXPECT_EQ(run("trace 5").find("none of"), std::string::npos);
    EXPECT_EQ(run("trace --plain 4").find("none of"), std::string::npos);
}

TEST_F(TraceCommandTest, TellsWhatIsLostWhileItReads) {
    add_many(100);
    int answers = 0;
    system.on_read_trace = [&] {
        if (++answers == 3) {
            system.first_traced += 50; // as if so many more had been written
        }
    };
    auto const shown = run("trace --plain");
    EXPECT_NE(shown.find("\nfault=37 "), std::string::npos) << shown;
    EXPECT_NE(shown.find("\nmissed=12\nfault=50 "), std::string::npos) << shown;
    EXPECT_EQ(shown.find("fault=100 "), std::string::npos) << "nor what came later";
}

TEST_F(TraceCommandTest, StopsOnControlC) {
    add_many(100);
    terminal.interrupts = 5;
    EXPECT_EQ(lines_of(run("trace --plain"), "fault="), 5u);
}

TEST_F(TraceCommandTest, RefusesInWords) {
    EXPECT_EQ(run("trace x"),
              "trace: 'x' is not a process number, all, on, off or clear (try: help trace)\n");
    for (auto const* line : {"trace 5 x", "trace all 5 6"}) {
        EXPECT_EQ(run(line),
                  "trace: needs at most a process number and a count (try: help trace)\n");
    }
    EXPECT_EQ(run("trace 5 0"),
              "trace: needs at most a process number and a count (try: help trace)\n");
    for (auto const* line : {"trace on off", "trace on 4"}) {
        EXPECT_EQ(run(line), "trace: 'on' takes no arguments (try: help trace)\n");
    }
    EXPECT_EQ(run("trace clear all"), "trace: 'clear' takes no arguments (try: help trace)\n");
    system.tracing_reply = base::fail(ipc::Error::OutOfMemory);
    EXPECT_EQ(run("trace on"), "trace: the pager refuses: out of memory\n");
    EXPECT_EQ(run("trace"), "trace: the pager does not tell: out of memory\n");
}

} // namespace
} // namespace shell::test
