// SPDX-License-Identifier: BSD-2-Clause

#include "cpio_writer.hpp"
#include "fake_system.hpp"
#include <init/badges.hpp>
#include <init/process_service.hpp>

#include <gtest/gtest.h>

namespace {

using ipc::process::State;

api::BootInfo boot_info() {
    api::BootInfo info{};
    info.root_cnode_bits = 13;
    info.empty = {.start = 1000, .end = 8192};
    return info;
}

init::BootArchive archive(init_test::CpioWriter& cpio) {
    cpio.add("bin/broken", "not a program");
    cpio.add("bin/hello", init_test::small_program());
    cpio.add("bin/shell", init_test::small_program());
    return cpio.finish();
}

init::ObjectFactory factory_with_memory() {
    init::ObjectFactory factory{boot_info()};
    factory.memory().add(sys::Untyped{api::CPtr{20}}, 24);
    return factory;
}

class ProcessServiceTest : public testing::Test {
protected:
    ProcessServiceTest() {
        log.use(sys::Endpoint{init_test::speak});
        EXPECT_TRUE(spawner.prepare());
        EXPECT_TRUE(service.start(init::components().back())) << "the shell";
        shell = list().front();
    }

    /// A request of process `pid`; nothing if it is not answered now.
    template <typename R>
    std::optional<ipc::Result<typename R::Reply>> ask(init::Pid pid, R const& request) {
        return service.handle(api::Badge{pid}, request);
    }

    ipc::Result<ipc::process::Spawn::Reply> spawn(std::string_view command) {
        return *ask(shell, ipc::process::Spawn{
                               .command = ipc::Text<ipc::process::max_command>::of(command)});
    }

    /// A program that process `parent` starts.
    init::Pid child_of(init::Pid parent) {
        auto const reply =
            *ask(parent,
                 ipc::process::Spawn{.command = ipc::Text<ipc::process::max_command>::of("hello")});
        EXPECT_TRUE(reply);
        return reply ? reply->pid : 0;
    }

    /// As spawn(), for commands that are known to be right.
    init::Pid spawned(std::string_view command) {
        auto const reply = spawn(command);
        EXPECT_TRUE(reply);
        return reply ? reply->pid : 0;
    }

    std::vector<init::Pid> list() {
        std::vector<init::Pid> pids;
        for (auto next = ask(0, ipc::process::List{.after = 0}); *next;
             next = ask(0, ipc::process::List{.after = (*next)->pid})) {
            pids.push_back((*next)->pid);
        }
        return pids;
    }

    /// What was sent through reply objects so far.
    std::vector<ipc::Packet> answers() {
        std::vector<ipc::Packet> all;
        for (auto const& [object, packets] : system.sent) {
            all.insert(all.end(), packets.begin(), packets.end());
        }
        return all;
    }

    void expect_only_the_shell() {
        EXPECT_EQ(system.pager.spaces.size(), 1u);
        EXPECT_EQ(system.pager.untypeds.size(), 1u);
        EXPECT_EQ(list().size(), 1u);
    }

    alignas(4096) std::array<std::byte, std::size_t{64} * 4096> own_memory{};
    init_test::FakeSystem system;
    init::ObjectFactory factory{factory_with_memory()};
    init::AddressSpace space{sys::VSpace{api::CPtr{3}}, factory};
    init::OwnPages pages{space,
                         base::UserAddr{reinterpret_cast<std::uintptr_t>(own_memory.data())}};
    init::Devices devices{factory, pages};
    init::Power power{devices, pages};
    init_test::CpioWriter cpio;
    init::BootArchive files{archive(cpio)};
    init::Log log;
    init::Connections connections{.init = sys::Endpoint{api::CPtr{10}},
                                  .console = sys::Endpoint{api::CPtr{11}},
                                  .pager = sys::Endpoint{api::CPtr{12}},
                                  .manage = sys::Endpoint{init_test::manage},
                                  .speak = sys::Endpoint{init_test::speak},
                                  .sched_control = sys::SchedControl{api::CPtr{13}}};
    init::Spawner spawner{factory, connections};
    init::InitTransport transport{connections.init, factory, pages};
    init::InitLoop loop{transport, *transport.new_reply_object()};
    init::ProcessService service{init::ProcessService::Parts{.spawner = spawner,
                                                             .archive = files,
                                                             .connections = connections,
                                                             .power = power,
                                                             .log = log,
                                                             .pages = pages,
                                                             .loop = loop,
                                                             .memory = {},
                                                             .boot_cost = {}}};
    init::Pid shell{0};
};

TEST_F(ProcessServiceTest, SpawnMapsEverySegmentAndLists) {
    system.pager.files.clear();
    auto const pid = spawned("hello there");
    ASSERT_EQ(system.pager.files.size(), 2u);
    EXPECT_EQ(system.pager.files[0].address, 0x40'0000u);
    EXPECT_EQ(system.pager.files[0].access, ipc::pager::Access::ReadExecute);
    EXPECT_EQ(system.pager.files[1].access, ipc::pager::Access::ReadWrite);
    EXPECT_EQ(list(), (std::vector<init::Pid>{shell, pid}));
}

TEST_F(ProcessServiceTest, CommandLineIsKeptForTheProgram) {
    auto const pid = spawned("  hello  a b ");
    auto const arguments = *ask(pid, ipc::process::Arguments{});
    ASSERT_TRUE(arguments);
    EXPECT_EQ(arguments->view(), "hello  a b");
}

TEST_F(ProcessServiceTest, RefusesWhatItCannotStart) {
    EXPECT_EQ(spawn("nothing").error(), ipc::Error::NotFound);
    EXPECT_EQ(spawn("").error(), ipc::Error::BadMessage);
    EXPECT_EQ(spawn("   ").error(), ipc::Error::BadMessage);
    EXPECT_EQ(spawn("broken").error(), ipc::Error::BadProgram);
    EXPECT_NE(system.console.text.find("bin/broken is no valid program: "), std::string::npos)
        << system.console.text;
    ipc::process::Spawn longer{};
    longer.command = ipc::Text<ipc::process::max_command>::of("hello");
    longer.command.length = ipc::process::max_command + 1;
    EXPECT_EQ(ask(shell, longer)->error(), ipc::Error::BadMessage);
    expect_only_the_shell();
}

TEST_F(ProcessServiceTest, WhateverThePagerRefusesNothingIsLeftBehind) {
    for (unsigned step = 0; step < 16; ++step) {
        system.pager.trouble.after = step;
        auto const result = spawn("hello");
        system.pager.trouble.after = ~0u;
        if (result) {
            EXPECT_GT(step, 4u) << "space, two segments, stack, buffer, untyped";
            return;
        }
        EXPECT_EQ(result.error(), ipc::Error::OutOfMemory);
        expect_only_the_shell();
    }
    FAIL() << "never succeeds";
}

TEST_F(ProcessServiceTest, WhateverTheKernelRefusesNothingIsLeftBehind) {
    for (unsigned step = 0; step < 64; ++step) {
        unsigned left = step;
        system.kernel.answer([&](auto const& call) -> sys::Result<sys::RegisterWords> {
            bool const gives_back = call.label == api::Invocation::CNodeDelete ||
                                    call.label == api::Invocation::CNodeRevoke;
            if (gives_back || left-- > 0) {
                return sys::RegisterWords{};
            }
            left = 0;
            return base::fail(init_test::refused(api::Error::NotEnoughMemory));
        });
        auto const result = spawn("hello");
        system.kernel.answer({});
        if (result) {
            EXPECT_GT(step, 10u);
            return;
        }
        EXPECT_EQ(result.error(), ipc::Error::OutOfMemory) << step;
        expect_only_the_shell();
    }
    FAIL() << "never succeeds";
}

TEST_F(ProcessServiceTest, ManyProcessesUseNoMoreThanOne) {
    static_cast<void>(ask(spawned("hello"), ipc::process::Exit{.code = 0}));
    static_cast<void>(ask(shell, ipc::process::Wait{.pid = list().back()}));
    auto const free = factory.memory().free_bytes();
    for (int i = 0; i < 1000; ++i) {
        auto const pid = spawned("hello");
        EXPECT_FALSE(ask(pid, ipc::process::Exit{.code = 1})) << "nobody left to answer";
        EXPECT_TRUE(*ask(shell, ipc::process::Wait{.pid = pid}));
    }
    EXPECT_EQ(factory.memory().free_bytes(), free);
    expect_only_the_shell();
}

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

TEST_F(ProcessServiceTest, OnlyTheShellHasPower) {
    auto const pid = spawned("hello");
    ipc::process::Power const off{.state = ipc::process::PowerState::Off};
    EXPECT_EQ(ask(pid, off)->error(), ipc::Error::PermissionDenied);
    EXPECT_EQ(ask(shell, off)->error(), ipc::Error::NotFound) << "the fake machine stays on";
    ipc::process::Power const nonsense{.state = static_cast<ipc::process::PowerState>(9)};
    EXPECT_EQ(ask(shell, nonsense)->error(), ipc::Error::BadMessage);
    EXPECT_FALSE(system.kernel.calls(api::Invocation::SmcCall).empty());
}

TEST_F(ProcessServiceTest, TellsProgramsBySize) {
    auto const first = *ask(shell, ipc::process::Program{.index = 0});
    EXPECT_EQ(first->name.view(), "broken");
    EXPECT_EQ(first->size, 13u);
    EXPECT_EQ(ask(shell, ipc::process::Program{.index = 3})->error(), ipc::Error::NotFound);
}

TEST_F(ProcessServiceTest, UnknownRequestsAreRefused) {
    ipc::Packet packet;
    packet.label = 77;
    auto const answer = service.on_message(api::Badge{shell}, packet);
    EXPECT_EQ(answer->label, static_cast<api::Word>(ipc::Error::UnknownRequest));
}

} // namespace
