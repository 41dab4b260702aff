// SPDX-License-Identifier: BSD-2-Clause
//
// Processes that clone themselves.

#include "process_service_fixture.hpp"
#include <sys/ipc_buffer.hpp>

#include <algorithm>
#include <bit>

namespace init_test {
namespace {

using ipc::process::Fork;

using RegisterValues = std::array<api::Word, api::user_register_count>;

class ForkTest : public ProcessServiceTest {
protected:
    ipc::Result<Fork::Reply> fork(init::Pid parent) { return *ask(parent, Fork{}); }

    init::Pid forked(init::Pid parent) {
        auto const reply = fork(parent);
        EXPECT_TRUE(reply);
        return reply ? reply->pid : 0;
    }

    /// The pager and init hold what `count` processes beside the shell need, and no more.
    void expect_processes(std::size_t count) {
        EXPECT_EQ(system.pager.spaces.size(), count + 1);
        EXPECT_EQ(system.pager.untypeds.size(), count + 1);
        EXPECT_EQ(list().size(), count + 1);
    }

    /// Refuses call number `step` that is made and everything behind it that is not giving back.
    void refuse_from(unsigned step) {
        system.kernel.answer([left = step](auto const& call) mutable //
                             -> sys::Result<sys::RegisterWords> {
            bool const gives_back = call.label == api::Invocation::CNodeDelete ||
                                    call.label == api::Invocation::CNodeRevoke;
            if (gives_back || left > 0) {
                left -= gives_back ? 0 : 1;
                return sys::RegisterWords{};
            }
            return base::fail(refused(api::Error::NotEnoughMemory));
        });
    }

    /// Every thread has these registers.
    void answer_registers(RegisterValues const& values) {
        system.kernel.answer([values](auto const& call) -> sys::Result<sys::RegisterWords> {
            sys::RegisterWords first{};
            if (call.label == api::Invocation::TcbReadRegisters) {
                std::ranges::copy(values, sys::ipc_buffer().words.begin());
                std::copy_n(values.begin(), first.size(), first.begin());
            }
            return first;
        });
    }
};

TEST_F(ForkTest, TheChildIsACloneOfItsParent) {
    auto const parent = spawned("hello a b");
    auto const source = system.pager.last_space;
    auto const child = forked(parent);
    EXPECT_EQ(list(), (std::vector<init::Pid>{shell, parent, child}));
    EXPECT_EQ(system.pager.clones.at(system.pager.last_space), source);
    EXPECT_EQ((*ask(child, ipc::process::Arguments{}))->view(), "hello a b");
    auto const listed = *ask(parent, ipc::process::List{.after = parent});
    EXPECT_EQ(listed->name.view(), "hello");
    EXPECT_EQ(listed->is_child, 1u);
    EXPECT_EQ(listed->priority, init::program().priority);
}

TEST_F(ForkTest, TheChildGoesOnBehindTheCallWithAnAnswerOfItsOwn) {
    RegisterValues values{};
    std::ranges::generate(values, [n = api::Word{100}]() mutable { return n++; });
    auto const parent = spawned("hello");
    answer_registers(values);
    static_cast<void>(forked(parent));

    auto const read = system.kernel.calls(api::Invocation::TcbReadRegisters);
    ASSERT_EQ(read.size(), 1u);
    EXPECT_EQ(read.front().words.front(), 0u) << "the parent waits and need not be stopped";
    auto expected = std::bit_cast<api::UserRegisters>(values);
    expected.pc += 4;
    expected.x0 = 0;
    expected.x1 = api::MessageInfo::make(0, 1).raw();
    expected.x2 = 0;
    auto const written = system.kernel.calls(api::Invocation::TcbWriteRegisters).back().words;
    EXPECT_EQ(written.front(), 1u) << "it runs";
    EXPECT_TRUE(
        std::ranges::equal(std::span{written}.subspan(2), std::bit_cast<RegisterValues>(expected)));
}

TEST_F(ForkTest, TheChildIsAnsweredAsIfTheKernelHadCarriedAReply) {
    auto const parent = spawned("hello");
    static_cast<void>(forked(parent));
    auto const written = system.kernel.calls(api::Invocation::TcbWriteRegisters).back().words;
    RegisterValues values{};
    std::copy_n(written.begin() + 2, values.size(), values.begin());
    auto const registers = std::bit_cast<api::UserRegisters>(values);
    auto const packet =
        sys::load({.badge = api::Badge{registers.x0},
                   .info = api::MessageInfo{registers.x1},
                   .words = {registers.x2, registers.x3, registers.x4, registers.x5}});
    EXPECT_EQ(packet.label, static_cast<api::Word>(ipc::Error::None));
    ASSERT_TRUE(ipc::unpack<Fork::Reply>(packet));
    EXPECT_EQ(ipc::unpack<Fork::Reply>(packet)->pid, 0u);
}

TEST_F(ForkTest, WhatInitHasStartedItselfIsThereOnce) {
    EXPECT_EQ(fork(shell).error(), ipc::Error::PermissionDenied);
    EXPECT_TRUE(service.add_server(init::components().front()));
    EXPECT_EQ(fork(init::components().front().pid).error(), ipc::Error::PermissionDenied);
    EXPECT_EQ(fork(999).error(), ipc::Error::PermissionDenied);
}

TEST_F(ForkTest, ForkedChildrenCountLikeSpawnedOnes) {
    auto const parent = spawned("hello");
    for (api::Word i = 0; i + 1 < init::program().max_children; ++i) {
        static_cast<void>(forked(parent));
    }
    auto const spawned_one = child_of(parent);
    EXPECT_EQ(fork(parent).error(), ipc::Error::QuotaExceeded);
    expect_processes(1 + init::program().max_children);
    static_cast<void>(forked(spawned_one)); // others are not concerned
    EXPECT_TRUE(*ask(parent, ipc::process::Kill{.pid = spawned_one}));
    EXPECT_EQ(fork(parent).error(), ipc::Error::QuotaExceeded) << "it has not asked yet";
    EXPECT_TRUE(*ask(parent, ipc::process::Wait{.pid = spawned_one}));
    static_cast<void>(forked(parent));
}

TEST_F(ForkTest, WhateverThePagerRefusesNothingIsLeftBehind) {
    auto const parent = spawned("hello");
    for (unsigned step = 0; step < 16; ++step) {
        system.pager.trouble.after = step;
        auto const result = fork(parent);
        system.pager.trouble.after = ~0u;
        if (result) {
            EXPECT_EQ(step, 6u) << "three steps of the clone, buffer, untyped, thread";
            expect_processes(2);
            return;
        }
        EXPECT_EQ(result.error(), ipc::Error::OutOfMemory);
        expect_processes(1);
    }
    FAIL() << "never succeeds";
}

TEST_F(ForkTest, WhateverTheKernelRefusesNothingIsLeftBehind) {
    auto const parent = spawned("hello");
    for (unsigned step = 0; step < 64; ++step) {
        refuse_from(step);
        auto const result = fork(parent);
        system.kernel.answer({});
        if (result) {
            EXPECT_GT(step, 10u);
            expect_processes(2);
            return;
        }
        EXPECT_EQ(result.error(), ipc::Error::OutOfMemory) << step;
        expect_processes(1);
    }
    FAIL() << "never succeeds";
}

TEST_F(ForkTest, WhoeverEndsFirstNothingIsLeftBehind) {
    for (bool const parent_first : {true, false}) {
        auto const parent = spawned("hello");
        auto const child = forked(parent);
        auto const grandchild = forked(child);
        EXPECT_FALSE(ask(parent, ipc::process::Wait{.pid = child}));
        for (auto const pid : parent_first ? std::array{parent, child, grandchild}
                                           : std::array{grandchild, child, parent}) {
            EXPECT_TRUE(*ask(shell, ipc::process::Kill{.pid = pid}));
        }
        EXPECT_TRUE(*ask(shell, ipc::process::Wait{.pid = parent}));
        expect_only_the_shell();
    }
}

TEST_F(ForkTest, AChildIsWaitedForLikeAnyOther) {
    auto const parent = spawned("hello");
    auto const child = forked(parent);
    EXPECT_EQ(ask(child, ipc::process::Wait{.pid = parent})->error(), ipc::Error::PermissionDenied);
    EXPECT_FALSE(ask(parent, ipc::process::Wait{.pid = child}));
    EXPECT_FALSE(ask(child, ipc::process::Exit{.code = 42}));
    ASSERT_EQ(answers().size(), 1u);
    EXPECT_EQ(ipc::unpack<ipc::process::Wait::Reply>(answers().front())->code, 42u);
    expect_processes(1);
}

TEST_F(ForkTest, ChildrenAreNotInherited) {
    auto const parent = spawned("hello");
    auto const sibling = child_of(parent);
    auto const child = forked(parent);
    EXPECT_EQ(ask(child, ipc::process::Wait{.pid = sibling})->error(),
              ipc::Error::PermissionDenied);
    EXPECT_EQ(ask(child, ipc::process::Kill{.pid = sibling})->error(),
              ipc::Error::PermissionDenied);
}

TEST_F(ForkTest, ManyForksUseNoMoreThanOne) {
    auto const parent = spawned("hello");
    auto const fork_and_wait = [&] {
        auto const child = forked(parent);
        EXPECT_FALSE(ask(child, ipc::process::Exit{.code = 1}));
        EXPECT_TRUE(*ask(parent, ipc::process::Wait{.pid = child}));
    };
    fork_and_wait();
    auto const free = factory.memory().free_bytes();
    for (int i = 0; i < 1000; ++i) {
        fork_and_wait();
    }
    EXPECT_EQ(factory.memory().free_bytes(), free);
    expect_processes(1);
}

} // namespace
} // namespace init_test
