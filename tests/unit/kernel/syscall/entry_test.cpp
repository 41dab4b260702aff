// SPDX-License-Identifier: BSD-2-Clause
//
// System calls as a whole: what is answered to whom, what is silent, and what registers survive.

#include <kernel/ipc/cancel.hpp>

#include <tests/unit/kernel/fixture.hpp>

namespace kernel {
namespace {

using api::Error;
using api::Invocation;
using api::Syscall;

class EntryTest : public KernelTest {
protected:
    EntryTest() { set_cap(thread, Tcb::FaultHandler, faults); }

    void expect_fault(Word cptr, bool in_receive_phase) {
        EXPECT_EQ(thread.state, ThreadState::BlockedOnSend);
        EXPECT_EQ(thread.fault.kind, api::Fault::CapFault);
        EXPECT_EQ(thread.fault.words[0], cptr);
        EXPECT_EQ(thread.fault.in_receive_phase, in_receive_phase);
        suspend(*kernel, thread);
        resume(*kernel, thread);
    }

    Word faults = make_endpoint();
    Word endpoint = make_endpoint();
    Word note = make_notification();
    Word reply = make_reply();
    Tcb& thread = make_thread(100);
};

TEST_F(EntryTest, CallsOnNothingAreAnsweredWithAnError) {
    EXPECT_EQ(invoke_by(thread, no_slot, Invocation::TcbSuspend),
              (Answered{Error::InvalidCapability, {0}}));
    EXPECT_EQ(badge_of(thread), 0u);
}

TEST_F(EntryTest, SendsHearOfNoErrors) {
    for (auto const number : {Syscall::Send, Syscall::NBSend}) {
        send(thread, no_slot, {.words = {5}}, number);
        EXPECT_EQ(thread.state, ThreadState::Running);
        EXPECT_EQ(thread.context.message_word(0), 5u);
    }
}

TEST_F(EntryTest, PointersThatLeadNowhereFaultIfTheThreadWaits) {
    call(thread, unresolvable);
    expect_fault(unresolvable, false);
    send(thread, unresolvable);
    expect_fault(unresolvable, false);
    send(thread, unresolvable, {}, Syscall::NBSend);
    EXPECT_EQ(thread.state, ThreadState::Running);
}

TEST_F(EntryTest, SoDoExtraCapabilities) {
    call(thread, note, {.caps = {no_slot, unresolvable}});
    expect_fault(unresolvable, false);
    EXPECT_FALSE(object<Notification>(note).active);
    send(thread, note, {.caps = {unresolvable}}, Syscall::NBSend);
    EXPECT_FALSE(object<Notification>(note).active);
}

TEST_F(EntryTest, ReceivingFaultsEvenWhenPolling) {
    for (auto const number : {Syscall::Recv, Syscall::NBRecv, Syscall::Wait, Syscall::NBWait}) {
        receive(thread, unresolvable, reply, number);
        expect_fault(unresolvable, true);
        receive(thread, cnode, reply, number);
        expect_fault(cnode, true);
        receive(thread, no_slot, reply, number);
        expect_fault(no_slot, true);
    }
}

TEST_F(EntryTest, ReceivingNeedsTheReadRight) {
    for (Word const source : {endpoint, note}) {
        auto const weak = add_copy(source, slot(source).cap.restricted_to(Rights::Write));
        receive(thread, weak, reply);
        expect_fault(weak, true);
    }
}

TEST_F(EntryTest, SendingNeedsTheWriteRight) {
    for (Word const source : {endpoint, note}) {
        auto const weak = add_copy(source, slot(source).cap.restricted_to(Rights::Read));
        EXPECT_EQ(invoke_by(thread, weak, Invocation::Invalid),
                  (Answered{Error::InvalidCapability, {0}}));
    }
}

TEST_F(EntryTest, TheReplyArgumentMustBeAReply) {
    receive(thread, endpoint, note);
    expect_fault(note, true);
    receive(thread, endpoint, unresolvable, Syscall::NBRecv);
    expect_fault(unresolvable, true);
    receive(thread, endpoint, unresolvable, Syscall::NBWait); // not looked at
    EXPECT_EQ(thread.state, ThreadState::Running);
}

TEST_F(EntryTest, ACallOnANotificationIsAnsweredEmpty) {
    EXPECT_EQ(invoke_by(thread, note, Invocation::Invalid, {1, 2, 3}), success());
    EXPECT_TRUE(object<Notification>(note).active);
}

TEST_F(EntryTest, FirstPhasesMayNotChangeThreads) {
    become(thread);
    say(thread, {.label = std::to_underlying(Invocation::TcbSuspend)});
    thread.context.x[8] = slot_of(*root);
    receive(thread, endpoint, reply, Syscall::NBSendRecv);
    EXPECT_EQ(thread.state, ThreadState::BlockedOnReceive);
    EXPECT_EQ(root->state, ThreadState::Running);
}

TEST_F(EntryTest, FirstPhasesMayNotChangeCapabilitiesNorTime) {
    auto const first_phase = [&](Word cptr, Invocation label, std::vector<Word> const& words,
                                 std::vector<Word> const& caps = {}) {
        become(thread);
        say(thread, {std::to_underlying(label), words, caps});
        thread.context.x[8] = cptr;
        object<Notification>(note).remember(Badge{1});
        receive(thread, note, no_slot, Syscall::NBSendRecv);
    };
    auto& other = make_thread(1);
    auto const context =
        add(Capability::sched_context(arch::physical_address(other.sched_context), 8));
    auto const fresh = make(api::ObjectType::SchedContext, 8);
    auto const control = add(Capability::sched_control(0));
    auto const domain = add(Capability::control(CapKind::Domain));
    auto const duration = kernel->domains.slice(0).duration;

    first_phase(cnode, Invocation::CNodeDelete, {endpoint, 64});
    EXPECT_FALSE(slot(endpoint).empty());
    first_phase(context, Invocation::SchedContextUnbind, {});
    EXPECT_NE(other.sched_context, nullptr);
    first_phase(control, Invocation::SchedControlConfigureFlags, {1000, 1000, 0, 0, 0}, {fresh});
    EXPECT_FALSE(object<SchedContext>(fresh).configured());
    first_phase(domain, Invocation::DomainScheduleConfigure, {0, 0, 5000});
    EXPECT_EQ(kernel->domains.slice(0).duration, duration);
}

TEST_F(EntryTest, AFailedReceivePhaseDoesNotUndoTheSend) {
    become(thread);
    say(thread, {});
    thread.context.x[8] = note;
    receive(thread, no_slot, reply, Syscall::NBSendRecv);
    EXPECT_TRUE(object<Notification>(note).active);
    expect_fault(no_slot, true);
}

TEST_F(EntryTest, BlockingLeavesTheArgumentsForARestart) {
    for (std::size_t i = 2; i < 31; ++i) {
        thread.context.x[i] = i;
    }
    call(thread, endpoint, {.label = 9, .words = {2, 3, 4, 5}});
    EXPECT_EQ(thread.state, ThreadState::BlockedOnSend);
    suspend(*kernel, thread);
    EXPECT_EQ(thread.context.x[0], endpoint);
    EXPECT_EQ(thread.context.x[1], api::MessageInfo::make(9, 4).raw());
    for (std::size_t i = 2; i < 31; ++i) {
        EXPECT_EQ(thread.context.x[i], i == 7 ? static_cast<Word>(Syscall::Call) : i);
    }
}

TEST_F(EntryTest, AnswersTouchOnlyWhatTheySay) {
    for (std::size_t i = 2; i < 31; ++i) {
        thread.context.x[i] = i;
    }
    call(thread, note);
    for (std::size_t i = 2; i < 31; ++i) {
        EXPECT_EQ(thread.context.x[i], i == 7 ? static_cast<Word>(Syscall::Call) : i);
    }
    EXPECT_EQ(thread.context.sp, 0u);
}

TEST_F(EntryTest, WithoutBufferAnswersEndAfterTheRegisters) {
    remove_slot(thread.slot(Tcb::IpcBufferFrame));
    become(thread);
    call(thread, slot_of(*root),
         {.label = std::to_underlying(Invocation::TcbReadRegisters), .words = {0, 36}});
    EXPECT_EQ(thread.context.message_info().length(), 4u);
    EXPECT_EQ(label_of(thread), 0u);
}

TEST_F(EntryTest, LongDeletionsAreInterruptedAndDoneAgain) {
    auto const untyped_at = allocate(16);
    auto const untyped = add(Capability::untyped(untyped_at, 16, false));
    ASSERT_EQ(invoke_by(thread, untyped, Invocation::UntypedRetype,
                        {std::to_underlying(api::ObjectType::CNode), 8, 0, 0, 250, 1}, {cnode}),
              success());
    ASSERT_EQ(invoke_by(thread, untyped, Invocation::UntypedRetype,
                        {std::to_underlying(api::ObjectType::Endpoint), 0, 250, 64, 0, 200},
                        {cnode}),
              success());
    Said const revoke{.label = std::to_underlying(Invocation::CNodeRevoke), .words = {untyped, 64}};
    // The interrupt is taken when the deletion has come so far, and the thread tries again.
    for (auto const number : {Syscall::Send, Syscall::Call}) {
        arch::fake_machine().pending_irqs.push_back(40);
        send(thread, cnode, revoke, number);
        EXPECT_TRUE(arch::fake_machine().pending_irqs.empty());
        EXPECT_EQ(thread.context.next_ip, fault_ip); // it goes on with the same system call
        EXPECT_TRUE(has_children(slot(untyped)));
    }
    call(thread, cnode, revoke);
    EXPECT_EQ(label_of(thread), 0u);
    EXPECT_FALSE(has_children(slot(untyped)));
}

TEST_F(EntryTest, DebugCallsReturnStraight) {
    become(thread);
    thread.context.x[0] = 'Q';
    trap(thread, Syscall::DebugPutChar);
    EXPECT_EQ(arch::fake_machine().console, "Q");
    thread.context.x[0] = endpoint;
    trap(thread, Syscall::DebugCapIdentify);
    EXPECT_EQ(thread.context.x[0], 4u);
    thread.context.x[0] = unresolvable;
    trap(thread, Syscall::DebugCapIdentify);
    EXPECT_EQ(thread.context.x[0], 0u);

    auto& words = thread.ipc_buffer(Tcb::BufferUse::Send)->words;
    std::string_view const name = "worker";
    words = {};
    std::copy(name.begin(), name.end(), reinterpret_cast<char*>(words.data()));
    thread.context.x[0] = slot_of(*root);
    trap(thread, Syscall::DebugNameThread);
    EXPECT_EQ(std::string_view{root->name.data()}, name);
    trap(thread, Syscall::DebugDumpScheduler);
    EXPECT_NE(arch::fake_machine().console.find("worker"), std::string::npos);
    trap(thread, Syscall::DebugSnapshot);
    EXPECT_EQ(&current(), &thread);
}

} // namespace
} // namespace kernel
