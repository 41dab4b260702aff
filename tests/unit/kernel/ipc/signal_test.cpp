// SPDX-License-Identifier: BSD-2-Clause
//
// Notifications: signals and waits, bound threads, and the contexts they lend.

#include <kernel/ipc/signal.hpp>

#include <tests/unit/kernel/fixture.hpp>

namespace kernel {
namespace {

using api::Invocation;
using api::Syscall;

class SignalTest : public KernelTest {
protected:
    Word badged(Word badge) { return add_copy(note, slot(note).cap.with_badge(Badge{badge})); }

    Notification& notification() { return object<Notification>(note); }

    Word note = make_notification();
    Word endpoint = make_endpoint();
    Word reply = make_reply();
    Tcb& waiter = make_thread(100);
    Tcb& signaller = make_thread(100);
};

TEST_F(SignalTest, SignalsAreCollectedUntilTaken) {
    send(signaller, badged(0b001));
    send(signaller, badged(0b100));
    waiter.context.x[1] = 17;
    wait(waiter, note);
    EXPECT_EQ(badge_of(waiter), 0b101u);
    EXPECT_EQ(waiter.context.x[1], 17u); // only the badge is written
    EXPECT_FALSE(notification().active);
    EXPECT_EQ(waiter.state, ThreadState::Running);
}

TEST_F(SignalTest, ASignalWithoutBitsCounts) {
    send(signaller, note);
    wait(waiter, note);
    EXPECT_EQ(waiter.state, ThreadState::Running);
    EXPECT_EQ(badge_of(waiter), 0u);
}

TEST_F(SignalTest, WaitersAreWokenOneByOneByPriority) {
    auto& high = make_thread(120);
    wait(waiter, note);
    wait(high, note);
    send(signaller, badged(1));
    EXPECT_EQ(badge_of(high), 1u);
    EXPECT_EQ(waiter.state, ThreadState::BlockedOnNotification);
    send(signaller, badged(2));
    EXPECT_EQ(badge_of(waiter), 2u);
    EXPECT_FALSE(notification().active);
}

TEST_F(SignalTest, PollsDoNotBlock) {
    waiter.context.x[0] = 55;
    receive(waiter, note, 0, Syscall::NBWait);
    EXPECT_EQ(waiter.state, ThreadState::Running);
    EXPECT_EQ(badge_of(waiter), 0u);
    send(signaller, badged(8));
    receive(waiter, note, unresolvable, Syscall::NBRecv); // the reply object is not looked at
    EXPECT_EQ(badge_of(waiter), 8u);
}

TEST_F(SignalTest, ABoundThreadIsWokenOutOfAReceive) {
    bind_notification(notification(), waiter);
    receive(waiter, endpoint, reply);
    send(signaller, badged(4));
    EXPECT_EQ(waiter.state, ThreadState::Running);
    EXPECT_EQ(badge_of(waiter), 4u);
    EXPECT_EQ(object<Reply>(reply).tcb, nullptr);
    EXPECT_TRUE(object<Endpoint>(endpoint).queue.empty());
}

TEST_F(SignalTest, ABoundSignalIsDeliveredBeforeMessages) {
    bind_notification(notification(), waiter);
    send(signaller, badged(4));
    EXPECT_TRUE(notification().active);
    auto& sender = make_thread(100);
    send(sender, endpoint, {.words = {1}});
    for (auto const number : {Syscall::Recv, Syscall::NBRecv, Syscall::Wait}) {
        signal(*kernel, notification(), Badge{4});
        receive(waiter, endpoint, reply, number);
        EXPECT_EQ(badge_of(waiter), 4u);
        EXPECT_EQ(sender.state, ThreadState::BlockedOnSend);
    }
    receive(waiter, endpoint, reply);
    EXPECT_EQ(words_of(waiter), (std::vector<Word>{1}));
}

TEST_F(SignalTest, ABoundThreadThatDoesNotReceiveIsNotDisturbed) {
    bind_notification(notification(), waiter);
    auto const server_reply = make_reply();
    receive(signaller, endpoint, server_reply);
    call(waiter, endpoint);
    send(signaller, badged(1));
    EXPECT_EQ(waiter.state, ThreadState::BlockedOnReply);
    EXPECT_TRUE(notification().active);
}

TEST_F(SignalTest, WaitingOnAnothersBoundNotificationFaults) {
    bind_notification(notification(), waiter);
    wait(signaller, note);
    EXPECT_EQ(signaller.state, ThreadState::Inactive); // no handler
}

TEST_F(SignalTest, TheNotificationLendsItsContext) {
    auto const lent = make_sched_context();
    ASSERT_EQ(invoke(lent, Invocation::SchedContextBind, {}, {note}), success());
    auto& context = object<SchedContext>(lent);
    auto& passive = make_passive_thread(150);
    bind_notification(notification(), passive);
    lend(passive, lent);
    passive.state = ThreadState::Running;
    kernel->core.scheduler.enqueue_last(passive);
    receive(passive, endpoint, reply); // gives it back
    EXPECT_EQ(passive.sched_context, nullptr);
    EXPECT_EQ(context.tcb, nullptr);

    become(signaller);
    send(signaller, badged(1));
    EXPECT_EQ(passive.sched_context, &context);
    EXPECT_EQ(&current(), &passive);
    wait(passive, note);
    EXPECT_EQ(passive.sched_context, nullptr);
    EXPECT_EQ(passive.state, ThreadState::BlockedOnNotification);
    send(signaller, badged(2));
    EXPECT_EQ(badge_of(passive), 2u);
    EXPECT_EQ(&current(), &passive);
}

TEST_F(SignalTest, ALentContextThatIsNotReadyIsWaitedFor) {
    auto const lent = make_sched_context(1000, 5000);
    object<SchedContext>(lent).head().time = kernel->core.now + arch::us_to_ticks(300);
    ASSERT_EQ(invoke(lent, Invocation::SchedContextBind, {}, {note}), success());
    auto& passive = make_passive_thread(250);
    passive.state = ThreadState::BlockedOnNotification;
    passive.blocking = {.notification = &notification()};
    notification().waiters.push_back(passive);
    send(signaller, badged(1));
    EXPECT_TRUE(passive.in_release_queue);
    EXPECT_EQ(passive.state, ThreadState::Running);
}

TEST_F(SignalTest, AWokenThreadWithoutContextWaitsForOne) {
    auto& passive = make_passive_thread(250);
    passive.state = ThreadState::BlockedOnNotification;
    passive.blocking = {.notification = &notification()};
    notification().waiters.push_back(passive);
    send(signaller, badged(1));
    EXPECT_EQ(passive.state, ThreadState::Running);
    EXPECT_EQ(&current(), &signaller);
    EXPECT_EQ(invoke(make_sched_context(), Invocation::SchedContextBind, {}, {slot_of(passive)}),
              success());
    EXPECT_EQ(&current(), &passive);
}

TEST_F(SignalTest, DeletionUnbindsAndRestartsWaiters) {
    auto const lent = make_sched_context();
    ASSERT_EQ(invoke(lent, Invocation::SchedContextBind, {}, {note}), success());
    wait(waiter, note);
    ASSERT_TRUE(delete_slot(*kernel, slot(note)));
    schedule(*kernel);
    EXPECT_EQ(waiter.state, ThreadState::Restart);
    EXPECT_EQ(object<SchedContext>(lent).notification, nullptr);

    auto const second = make_notification();
    bind_notification(object<Notification>(second), waiter);
    ASSERT_TRUE(delete_slot(*kernel, slot(second)));
    schedule(*kernel);
    EXPECT_EQ(waiter.bound_notification, nullptr);
}

} // namespace
} // namespace kernel
