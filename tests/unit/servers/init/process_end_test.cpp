// SPDX-License-Identifier: BSD-2-Clause
//
// How processes end, who may end them, and who hears of it.

#include "process_service_fixture.hpp"

namespace init_test {
namespace {

using ipc::process::State;

TEST_F(ProcessServiceTest, WaitTellsHowItEndedAndOnlyOnce) {
    auto const pid = spawned("hello");
    static_cast<void>(ask(pid, ipc::process::Exit{.code = 42}));
    auto const end = *ask(shell, ipc::process::Wait{.pid = pid});
    ASSERT_TRUE(end);
    EXPECT_EQ(end->state, State::Exited);
    EXPECT_EQ(end->code, 42u);
    EXPECT_EQ(ask(shell, ipc::process::Wait{.pid = pid})->error(), ipc::Error::NotFound);
}

TEST_F(ProcessServiceTest, WaitingIsAnsweredWhenTheProcessEnds) {
    auto const pid = spawned("hello");
    EXPECT_FALSE(ask(shell, ipc::process::Wait{.pid = pid}));
    EXPECT_EQ(ask(pid, ipc::process::Wait{.pid = pid})->error(), ipc::Error::NotFound);
    EXPECT_TRUE(*ask(shell, ipc::process::Kill{.pid = pid}));
    ASSERT_EQ(answers().size(), 1u);
    auto const end = ipc::unpack<ipc::process::Wait::Reply>(answers().front());
    EXPECT_EQ(end->state, State::Killed);
}

TEST_F(ProcessServiceTest, ControlCEndsTheWaitOfTheShellOnly) {
    auto const of_shell = spawned("hello");
    auto const other = spawned("hello");
    auto const of_other = child_of(other);
    EXPECT_FALSE(ask(shell, ipc::process::Wait{.pid = of_shell}));
    EXPECT_FALSE(ask(other, ipc::process::Wait{.pid = of_other}));
    system.console.interrupted = true;
    service.on_signals(init::interrupt_signal);
    ASSERT_EQ(answers().size(), 1u);
    EXPECT_EQ(answers().front().label, static_cast<api::Word>(ipc::Error::Interrupted));
    EXPECT_FALSE(ask(shell, ipc::process::Wait{.pid = of_shell})) << "it still runs";
}

TEST_F(ProcessServiceTest, ControlCThatComesBeforeTheWaitCounts) {
    auto const pid = spawned("hello");
    system.console.interrupted = true;
    service.on_signals(init::interrupt_signal);
    EXPECT_EQ(ask(shell, ipc::process::Wait{.pid = pid})->error(), ipc::Error::Interrupted);
    EXPECT_FALSE(ask(shell, ipc::process::Wait{.pid = pid})) << "once";
}

TEST_F(ProcessServiceTest, ControlCThatHasBeenReadDoesNot) {
    auto const pid = spawned("hello");
    EXPECT_FALSE(ask(shell, ipc::process::Wait{.pid = pid}));
    service.on_signals(init::interrupt_signal);
    EXPECT_TRUE(answers().empty());
}

TEST_F(ProcessServiceTest, WhoDiesWaitingIsForgotten) {
    auto const waiter = spawned("hello");
    auto const awaited = child_of(waiter);
    EXPECT_FALSE(ask(waiter, ipc::process::Wait{.pid = awaited}));
    EXPECT_EQ(ask(shell, ipc::process::Wait{.pid = awaited})->error(), ipc::Error::Busy);
    EXPECT_TRUE(*ask(shell, ipc::process::Kill{.pid = waiter}));
    EXPECT_EQ(system.console.forgotten, std::vector<api::Word>{waiter});
    EXPECT_FALSE(ask(shell, ipc::process::Wait{.pid = awaited})) << "nobody waits any more";
    EXPECT_TRUE(*ask(shell, ipc::process::Kill{.pid = awaited}));
    EXPECT_EQ(answers().size(), 1u) << "of the shell";
}

TEST_F(ProcessServiceTest, KillKnowsItsLimits) {
    EXPECT_TRUE(service.add_server(init::components().front()));
    auto const server = init::components().front().pid;
    EXPECT_EQ(ask(shell, ipc::process::Kill{.pid = server})->error(), ipc::Error::PermissionDenied);
    EXPECT_EQ(ask(shell, ipc::process::Kill{.pid = 999})->error(), ipc::Error::NotFound);
    auto const pid = spawned("hello");
    EXPECT_FALSE(ask(pid, ipc::process::Kill{.pid = pid})) << "nobody left to answer";
    EXPECT_EQ(ask(shell, ipc::process::Kill{.pid = pid})->error(), ipc::Error::NotFound);
}

TEST_F(ProcessServiceTest, ProgramsHavePowerOverTheirChildrenOnly) {
    auto const parent = spawned("hello");
    auto const other = spawned("hello");
    auto const child = child_of(parent);
    for (auto const victim : {shell, parent, child}) {
        EXPECT_EQ(ask(other, ipc::process::Kill{.pid = victim})->error(),
                  ipc::Error::PermissionDenied);
        EXPECT_EQ(ask(other, ipc::process::Wait{.pid = victim})->error(),
                  ipc::Error::PermissionDenied);
    }
    EXPECT_TRUE(*ask(parent, ipc::process::Kill{.pid = child}));
    EXPECT_EQ(ask(other, ipc::process::Wait{.pid = child})->error(), ipc::Error::PermissionDenied);
    EXPECT_EQ((*ask(parent, ipc::process::Wait{.pid = child}))->state, State::Killed);
}

TEST_F(ProcessServiceTest, TheShellMayEndAnyProgramAndLeavesTheNewsToWhoStartedIt) {
    auto const parent = spawned("hello");
    auto const child = child_of(parent);
    EXPECT_TRUE(*ask(shell, ipc::process::Kill{.pid = child}));
    EXPECT_EQ((*ask(shell, ipc::process::Wait{.pid = child}))->state, State::Killed);
    EXPECT_EQ((*ask(parent, ipc::process::Wait{.pid = child}))->state, State::Killed);
    EXPECT_EQ(ask(parent, ipc::process::Wait{.pid = child})->error(), ipc::Error::NotFound);

    auto const awaited = child_of(parent);
    EXPECT_FALSE(ask(shell, ipc::process::Wait{.pid = awaited}));
    EXPECT_FALSE(ask(awaited, ipc::process::Exit{.code = 7}));
    EXPECT_EQ((*ask(parent, ipc::process::Wait{.pid = awaited}))->code, 7u);
}

TEST_F(ProcessServiceTest, EndedChildrenOfADeadParentAreDropped) {
    auto const parent = spawned("hello");
    auto const child = child_of(parent);
    static_cast<void>(ask(child, ipc::process::Exit{.code = 0}));
    EXPECT_EQ(list().size(), 3u) << "the parent may still ask";
    static_cast<void>(ask(parent, ipc::process::Exit{.code = 0}));
    EXPECT_EQ(list().size(), 2u) << "nobody may any more";
}

TEST_F(ProcessServiceTest, ReportsWhatThePagerStopped) {
    auto const pid = spawned("hello");
    EXPECT_FALSE(ask(shell, ipc::process::Wait{.pid = pid}));
    ipc::pager::TakeReport::Reply report{};
    report.space = system.pager.last_space;
    report.pid = pid;
    report.reason = ipc::pager::StopReason::NoRegion;
    report.kind = ipc::pager::FaultKind::Write;
    system.pager.reports.push_back(report);
    service.on_signals(init::Signals::Report::set(api::Word{0}, true));
    EXPECT_NE(system.console.text.find("hello (process"), std::string::npos);
    EXPECT_NE(system.console.text.find("x30"), std::string::npos);
    ASSERT_EQ(answers().size(), 1u);
    EXPECT_EQ(ipc::unpack<ipc::process::Wait::Reply>(answers().front())->state, State::Faulted);
    expect_only_the_shell();
}

TEST_F(ProcessServiceTest, ReportsOfWhatIsGoneAreNotTakenForAnother) {
    auto const pid = spawned("hello");
    ipc::pager::TakeReport::Reply report{};
    report.pid = pid;
    report.space = 999;
    system.pager.reports.push_back(report);
    service.on_signals(init::Signals::Report::set(api::Word{0}, true));
    EXPECT_TRUE(system.console.text.empty());
    EXPECT_EQ(list().size(), 2u);
}

TEST_F(ProcessServiceTest, TheShellIsStartedAgainUnlessItEndsAtOnce) {
    system.milliseconds = 60'000;
    EXPECT_FALSE(ask(shell, ipc::process::Exit{.code = 0}));
    ASSERT_EQ(list().size(), 1u);
    EXPECT_NE(list().front(), shell);
    for (int i = 0; i < 3; ++i) {
        EXPECT_FALSE(ask(list().front(), ipc::process::Exit{.code = 0}));
    }
    EXPECT_TRUE(list().empty());
    EXPECT_NE(system.console.text.find("keeps ending at once"), std::string::npos);
}

TEST_F(ProcessServiceTest, AShellThatIsKilledOftenIsStartedAgain) {
    for (int i = 0; i < 10; ++i) {
        auto const current = list().front();
        EXPECT_FALSE(ask(current, ipc::process::Kill{.pid = current})) << "by itself";
        ASSERT_EQ(list().size(), 1u);
    }
}

} // namespace
} // namespace init_test
