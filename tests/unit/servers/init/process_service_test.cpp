// SPDX-License-Identifier: BSD-2-Clause
//
// Starting programs, and what is asked about them.

#include "process_service_fixture.hpp"
#include <ipc/environment.hpp>

namespace init_test {
namespace {

TEST_F(ProcessServiceTest, SpawnMapsEverySegmentAndLists) {
    system.pager.files.clear();
    auto const pid = spawned("hello there");
    ASSERT_EQ(system.pager.files.size(), 2u);
    EXPECT_EQ(system.pager.files[0].address, 0x40'0000u);
    EXPECT_EQ(system.pager.files[0].access, ipc::pager::Access::ReadExecute);
    EXPECT_EQ(system.pager.files[1].access, ipc::pager::Access::ReadWrite);
    EXPECT_EQ(list(), (std::vector<init::Pid>{shell, pid}));
}

TEST_F(ProcessServiceTest, TheTableSaysWhatMemoryMayBe) {
    auto const pid = spawned("hello");
    auto const& programs = init::program().memory;
    EXPECT_EQ(system.pager.quotas[system.pager.last_space].regions, programs.max_regions);
    EXPECT_FALSE(system.pager.forbidden.contains(system.pager.last_space)) << pid;
    api::Word const of_shell = *system.pager.spaces.begin();
    EXPECT_EQ(system.pager.forbidden[of_shell], init::components().back().memory.forbidden);
}

TEST_F(ProcessServiceTest, StacksBeginElsewhereIfTheyAreTo) {
    auto const stack = [&] {
        static_cast<void>(spawned("hello"));
        auto const top = system.pager.stacks.back().top;
        auto const start = system.kernel.calls(api::Invocation::TcbWriteRegisters).back().words[3];
        EXPECT_EQ(top % api::page_size, 0);
        EXPECT_EQ(system.pager.watched.back().top, top);
        EXPECT_EQ(system.pager.watched.back().space, system.pager.last_space);
        EXPECT_LE(top, ipc::environment::stack_top);
        EXPECT_EQ(start % 16, 0);
        EXPECT_LE(start, top);
        EXPECT_GT(start, top - api::page_size);
        return std::pair{top, start};
    };
    auto const highest = ipc::environment::stack_top;
    EXPECT_EQ(stack(), (std::pair{highest, highest}));
    spawner.randomise_stacks(base::Random{{1, 2}});
    auto const one = stack();
    auto const other = stack();
    EXPECT_NE(one.first, other.first);
    EXPECT_NE(one.first, highest);
    EXPECT_NE(one.first - one.second, other.first - other.second);
}

TEST_F(ProcessServiceTest, DebugKernelsHearTheNameOfEachThread) {
    static_cast<void>(spawned("hello there"));
    auto const named =
        sys::debug_build ? std::vector<std::string>{"shell", "hello"} : std::vector<std::string>{};
    EXPECT_EQ(system.thread_names, named);
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
            return base::fail(refused(api::Error::NotEnoughMemory));
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

TEST_F(ProcessServiceTest, WhoNeverAsksHowItsChildrenEndedGetsNoMore) {
    auto const parent = spawned("hello");
    ipc::process::Spawn const more{.command = ipc::Text<ipc::process::max_command>::of("hello")};
    for (api::Word i = 0; i < init::program().max_children; ++i) {
        static_cast<void>(ask(child_of(parent), ipc::process::Exit{.code = 0}));
    }
    auto const last = list().back();
    auto const free = factory.memory().free_bytes();
    EXPECT_EQ(ask(parent, more)->error(), ipc::Error::QuotaExceeded);
    EXPECT_EQ(factory.memory().free_bytes(), free);
    static_cast<void>(spawned("hello")); // others are not concerned
    EXPECT_TRUE(*ask(parent, ipc::process::Wait{.pid = last}));
    static_cast<void>(child_of(parent));
    EXPECT_EQ(ask(parent, more)->error(), ipc::Error::QuotaExceeded) << "running ones count";
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

TEST_F(ProcessServiceTest, OnlyWhoMayInspectSeesTheCounters) {
    auto const pid = spawned("hello");
    EXPECT_EQ(ask(pid, ipc::process::Counters{})->error(), ipc::Error::PermissionDenied);
    EXPECT_EQ(ask(99, ipc::process::Counters{})->error(), ipc::Error::PermissionDenied);
    counter_page[1] = 77;
    EXPECT_EQ((*ask(shell, ipc::process::Counters{}))->fast_calls, 77u);
    ++counter_page[1];
    EXPECT_EQ((*ask(shell, ipc::process::Counters{}))->fast_calls, 78u);
}

TEST_F(ProcessServiceTest, TellsProgramsBySize) {
    auto const first = *ask(shell, ipc::process::Program{.index = 0});
    EXPECT_EQ(first->name.view(), "broken");
    EXPECT_EQ(first->size, 13u);
    EXPECT_EQ(ask(shell, ipc::process::Program{.index = 4})->error(), ipc::Error::NotFound);
}

TEST_F(ProcessServiceTest, UnknownRequestsAreRefused) {
    ipc::Packet packet;
    packet.label = 77;
    auto const answer = service.on_message(api::Badge{shell}, packet);
    EXPECT_EQ(answer->label, static_cast<api::Word>(ipc::Error::UnknownRequest));
}

} // namespace
} // namespace init_test
