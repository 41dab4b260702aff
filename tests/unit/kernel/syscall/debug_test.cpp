// SPDX-License-Identifier: BSD-2-Clause
//
// Debug system calls: what they call things, and what they stop for.

#include <kernel/ipc/cancel.hpp>

#include <cstring>
#include <tests/unit/kernel/fixture.hpp>

namespace kernel {
namespace {

using api::Syscall;

class DebugTest : public KernelTest {
protected:
    /// Of a capability to nothing, which is gone again before anybody can wonder about it.
    Word identify(Capability const& cap) {
        auto const index = add(cap);
        thread.context.x[0] = index;
        handle_syscall(*kernel, static_cast<std::int64_t>(Syscall::DebugCapIdentify));
        remove_slot(slot(index));
        return thread.context.x[0];
    }

    void name(Word what, char letter, std::size_t count) {
        auto& words = thread.ipc_buffer(Tcb::BufferUse::Send)->words;
        words = {};
        std::memset(words.data(), letter, count);
        thread.context.x[0] = what;
        trap(thread, Syscall::DebugNameThread);
    }

    Tcb& thread = make_thread(100);
};

TEST_F(DebugTest, KindsHaveTheNumbersOfTheInterface) {
    constexpr PhysAddr at{0x1000};
    become(thread);
    EXPECT_EQ(identify(Capability::frame(at, FrameSize::Small, false, FrameRights::ReadWrite)), 1u);
    EXPECT_EQ(identify(Capability::untyped(at, 12, false)), 2u);
    EXPECT_EQ(identify(Capability::page_table(at)), 3u);
    EXPECT_EQ(identify(Capability::endpoint(at, Rights::All)), 4u);
    EXPECT_EQ(identify(Capability::notification(at, Rights::ReadWrite)), 6u);
    EXPECT_EQ(identify(Capability::reply(at, true)), 8u);
    EXPECT_EQ(identify(Capability::vspace(at)), 9u);
    EXPECT_EQ(identify(Capability::cnode(at, 4)), 10u);
    EXPECT_EQ(identify(Capability::control(CapKind::AsidControl)), 11u);
    EXPECT_EQ(identify(Capability::tcb(at)), 12u);
    EXPECT_EQ(identify(Capability::asid_pool(at, 0)), 13u);
    EXPECT_EQ(identify(Capability::control(CapKind::IrqControl)), 14u);
    EXPECT_EQ(identify(Capability::irq_handler(42)), 16u);
    EXPECT_EQ(identify(Capability::zombie(at, CapKind::CNode, 4, 0)), 18u);
    EXPECT_EQ(identify(Capability::control(CapKind::Domain)), 20u);
    EXPECT_EQ(identify(Capability::sched_context(at, 8)), 22u);
    EXPECT_EQ(identify(Capability::sched_control(0)), 24u);
    EXPECT_EQ(identify(Capability::smc()), 25u);
    EXPECT_EQ(identify(Capability::sgi_signal(1, 0)), 27u);
    thread.context.x[0] = no_slot;
    trap(thread, Syscall::DebugCapIdentify);
    EXPECT_EQ(thread.context.x[0], 0u);
}

TEST_F(DebugTest, EveryStateHasAName) {
    make_passive_thread(90);
    auto const endpoint = make_endpoint();
    auto& receiver = make_thread(120);
    receive(receiver, endpoint, make_reply());
    call(make_thread(110), endpoint);
    send(make_thread(108), endpoint);
    receive(make_thread(107), make_notification(), no_slot);
    resume(*kernel, make_passive_thread(105));

    trap(thread, Syscall::DebugDumpScheduler);
    for (auto const* state : {"inactive", "running", "restart", "sending", "calling", "waiting"}) {
        EXPECT_NE(arch::fake_machine().console.find(state), std::string::npos) << state;
    }
    receive(receiver, make_endpoint(), make_reply());
    trap(thread, Syscall::DebugDumpScheduler);
    EXPECT_NE(arch::fake_machine().console.find("receiving"), std::string::npos);
}

TEST_F(DebugTest, HaltSaysWhy) {
    EXPECT_DEATH(trap(thread, Syscall::DebugHalt), "debug system call: halt");
}

TEST_F(DebugTest, NamesThatAreNoneStopTheMachine) {
    become(thread);
    EXPECT_DEATH(name(make_endpoint(), 'a', 4), "a thread is to be named, but");
    EXPECT_DEATH(name(unresolvable, 'a', 4), "a thread is to be named, but");
    auto const all = sizeof thread.ipc_buffer(Tcb::BufferUse::Send)->words;
    EXPECT_DEATH(name(slot_of(thread), 'a', all), "the name of a thread does not end");
}

} // namespace
} // namespace kernel
