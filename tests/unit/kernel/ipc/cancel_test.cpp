// SPDX-License-Identifier: BSD-2-Clause
//
// Cancelling: suspend and resume in every state, badged sends, and threads that end.

#include <kernel/ipc/cancel.hpp>
#include <kernel/ipc/signal.hpp>

#include <tests/unit/kernel/fixture.hpp>

namespace kernel {
namespace {

class CancelTest : public KernelTest {
protected:
    Word endpoint = make_endpoint();
    Word note = make_notification();
    Word reply = make_reply();
    Tcb& thread = make_thread(100);
    Tcb& other = make_thread(100);
};

TEST_F(CancelTest, SuspendInEveryState) {
    send(thread, endpoint);
    suspend(*kernel, thread);
    EXPECT_EQ(thread.state, ThreadState::Inactive);
    EXPECT_TRUE(object<Endpoint>(endpoint).queue.empty());
    EXPECT_EQ(thread.context.fault_ip, fault_ip);

    resume(*kernel, thread);
    receive(thread, endpoint, reply);
    suspend(*kernel, thread);
    EXPECT_EQ(object<Reply>(reply).tcb, nullptr);

    resume(*kernel, thread);
    wait(thread, note);
    suspend(*kernel, thread);
    EXPECT_TRUE(object<Notification>(note).waiters.empty());

    resume(*kernel, thread);
    receive(other, endpoint, reply);
    call(thread, endpoint);
    suspend(*kernel, thread);
    EXPECT_EQ(thread.state, ThreadState::Inactive);
    EXPECT_EQ(object<Reply>(reply).tcb, nullptr);
    schedule(*kernel);
}

TEST_F(CancelTest, ASuspendedRunningThreadGoesOnWhereItWas) {
    become(thread);
    thread.context.next_ip = 0x1234;
    become(*root);
    suspend(*kernel, thread);
    EXPECT_EQ(thread.context.fault_ip, 0x1234u);
    resume(*kernel, thread);
    EXPECT_EQ(thread.state, ThreadState::Restart);
    suspend(*kernel, *root);
    schedule(*kernel);
    become(thread);
    EXPECT_EQ(thread.context.fault_ip, 0x1234u);
}

TEST_F(CancelTest, AThreadSuspendsItselfWithoutAnAnswer) {
    thread.context.x[1] = 0;
    call(thread, slot_of(thread), {.label = std::to_underlying(api::Invocation::TcbSuspend)});
    EXPECT_EQ(thread.state, ThreadState::Inactive);
    EXPECT_EQ(thread.context.fault_ip, fault_ip);
    EXPECT_EQ(label_of(thread), std::to_underlying(api::Invocation::TcbSuspend));
}

TEST_F(CancelTest, ResumeOfARunnableThreadDoesNothing) {
    become(thread);
    thread.context.fault_ip = 1;
    thread.context.next_ip = 2;
    resume(*kernel, thread);
    EXPECT_EQ(thread.state, ThreadState::Running);
}

TEST_F(CancelTest, ResumeWaitsForBudget) {
    suspend(*kernel, thread);
    new_refills(*thread.sched_context, 2, arch::us_to_ticks(1000), arch::us_to_ticks(9000),
                kernel->core.now + 100);
    resume(*kernel, thread);
    EXPECT_TRUE(thread.in_release_queue);
    suspend(*kernel, thread);
    EXPECT_FALSE(thread.in_release_queue);
}

TEST_F(CancelTest, BadgedSendsAreCancelledByBadge) {
    auto const one = add_copy(endpoint, slot(endpoint).cap.with_badge(Badge{1}));
    auto const two = add_copy(endpoint, slot(endpoint).cap.with_badge(Badge{2}));
    auto& third = make_thread(100);
    send(thread, one);
    send(other, two);
    call(third, one);
    EXPECT_EQ(invoke(cnode, api::Invocation::CNodeCancelBadgedSends, {one, 64}), success());
    EXPECT_EQ(thread.state, ThreadState::Restart);
    EXPECT_EQ(third.state, ThreadState::Restart);
    EXPECT_EQ(other.state, ThreadState::BlockedOnSend);
    EXPECT_EQ(object<Endpoint>(endpoint).queue.front(), &other);
    EXPECT_EQ(object<Endpoint>(endpoint).queue.back(), &other);
}

TEST_F(CancelTest, BadgedSendsLeaveReceiversAlone) {
    auto const one = add_copy(endpoint, slot(endpoint).cap.with_badge(Badge{1}));
    receive(thread, endpoint, reply);
    EXPECT_EQ(invoke(cnode, api::Invocation::CNodeCancelBadgedSends, {one, 64}), success());
    EXPECT_EQ(thread.state, ThreadState::BlockedOnReceive);
}

TEST_F(CancelTest, AThreadThatEndsLeavesNothingBehind) {
    bind_notification(object<Notification>(note), thread);
    auto* const context = thread.sched_context;
    receive(thread, endpoint, reply);
    end(thread);
    schedule(*kernel);
    EXPECT_EQ(object<Notification>(note).bound_tcb, nullptr);
    EXPECT_EQ(context->tcb, nullptr);
    EXPECT_TRUE(object<Endpoint>(endpoint).queue.empty());
    EXPECT_EQ(object<Reply>(reply).tcb, nullptr);
}

TEST_F(CancelTest, TheRunningThreadMayEnd) {
    become(thread);
    end(thread);
    schedule(*kernel);
    EXPECT_NE(&current(), &thread);
}

TEST_F(CancelTest, TheRunningContextMayEnd) {
    become(thread);
    advance_us(100);
    finalise(*kernel, *thread.sched_context);
    schedule(*kernel);
    EXPECT_NE(&current(), &thread);
    EXPECT_EQ(thread.sched_context, nullptr);
}

} // namespace
} // namespace kernel
