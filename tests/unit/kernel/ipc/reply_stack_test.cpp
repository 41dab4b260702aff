// SPDX-License-Identifier: BSD-2-Clause
//
// Stacks of calls: scheduling contexts on their way through passive servers and back, and every
// way in which a stack can break.

#include <kernel/ipc/cancel.hpp>

#include <tests/unit/kernel/fixture.hpp>

namespace kernel {
namespace {

/// client -> first -> second, both passive servers. Each has its endpoint and reply object.
class ReplyStackTest : public KernelTest {
protected:
    ReplyStackTest() {
        park(first, first_endpoint, first_reply);
        park(second, second_endpoint, second_reply);
    }

    /// Lets the server run until it receives, then takes its context away.
    void park(Tcb& server, Word endpoint, Word reply) {
        auto const own = make_sched_context();
        lend(server, own);
        server.state = ThreadState::Running;
        kernel->core.scheduler.enqueue_last(server);
        receive(server, endpoint, reply);
        EXPECT_EQ(invoke(own, api::Invocation::SchedContextUnbindObject, {}, {slot_of(server)}),
                  success());
        EXPECT_EQ(server.sched_context, nullptr);
    }

    void call_through() {
        call(client, first_endpoint);
        call(first, second_endpoint);
    }

    Reply& reply_1() { return object<Reply>(first_reply); }
    Reply& reply_2() { return object<Reply>(second_reply); }

    Word first_endpoint = make_endpoint();
    Word second_endpoint = make_endpoint();
    Word first_reply = make_reply();
    Word second_reply = make_reply();
    Tcb& client = make_thread(100);
    Tcb& first = make_passive_thread(100);
    Tcb& second = make_passive_thread(100);
    SchedContext& context = *client.sched_context;
};

TEST_F(ReplyStackTest, TheContextTravelsThereAndBack) {
    call(client, first_endpoint);
    EXPECT_TRUE(schedulable(first));
    EXPECT_EQ(first.sched_context, &context);
    EXPECT_EQ(client.sched_context, nullptr);
    EXPECT_EQ(context.reply_top, &reply_1());
    call(first, second_endpoint);
    EXPECT_EQ(second.sched_context, &context);
    EXPECT_EQ(context.reply_top, &reply_2());
    EXPECT_EQ(reply_2().previous, &reply_1());

    reply_receive(second, second_endpoint, second_reply, {.words = {2}});
    EXPECT_EQ(first.sched_context, &context);
    EXPECT_EQ(words_of(first), (std::vector<Word>{2}));
    reply_receive(first, first_endpoint, first_reply, {.words = {1}});
    EXPECT_EQ(client.sched_context, &context);
    EXPECT_EQ(words_of(client), (std::vector<Word>{1}));
    EXPECT_EQ(context.reply_top, nullptr);
}

TEST_F(ReplyStackTest, AnActiveServerTakesNothing) {
    auto& server = make_thread(100);
    auto const endpoint = make_endpoint();
    auto const reply = make_reply();
    receive(server, endpoint, reply);
    call(client, endpoint);
    EXPECT_EQ(client.sched_context, &context);
    EXPECT_EQ(context.reply_top, nullptr);
    EXPECT_EQ(client.state, ThreadState::BlockedOnReply);
}

TEST_F(ReplyStackTest, APlainSendLendsNothing) {
    send(client, first_endpoint);
    EXPECT_EQ(first.state, ThreadState::Running);
    EXPECT_EQ(first.sched_context, nullptr);
    EXPECT_FALSE(first.in_ready_queue);
}

TEST_F(ReplyStackTest, AFirstPhaseLendsTheContextOn) {
    auto const endpoint = make_endpoint();
    become(client);
    say(client, {.words = {5}});
    client.context.x[8] = first_endpoint;
    receive(client, endpoint, make_reply(), api::Syscall::NBSendRecv);
    EXPECT_EQ(first.sched_context, &context);
    EXPECT_EQ(client.state, ThreadState::BlockedOnReceive);
    EXPECT_EQ(client.sched_context, nullptr);
    EXPECT_TRUE(schedulable(first));
}

TEST_F(ReplyStackTest, AServerThatAnswersWithSendStopsRunning) {
    call(client, first_endpoint);
    send(first, first_reply);
    EXPECT_EQ(first.state, ThreadState::Running);
    EXPECT_EQ(first.sched_context, nullptr);
    EXPECT_EQ(client.sched_context, &context);
}

TEST_F(ReplyStackTest, SomeoneElseMayAnswer) {
    call(client, first_endpoint);
    send(*root, first_reply, {.words = {3}});
    EXPECT_EQ(words_of(client), (std::vector<Word>{3}));
    EXPECT_EQ(client.sched_context, &context);
    EXPECT_EQ(first.sched_context, nullptr);
}

TEST_F(ReplyStackTest, AnAnswerInTheMiddleBreaksTheStack) {
    call_through();
    send(*root, first_reply);
    EXPECT_EQ(client.state, ThreadState::Running);
    EXPECT_EQ(client.sched_context, nullptr); // it stays with the second server
    EXPECT_EQ(second.sched_context, &context);
    EXPECT_EQ(reply_2().previous, nullptr);
    reply_receive(second, second_endpoint, second_reply);
    EXPECT_EQ(first.sched_context, &context);
    EXPECT_EQ(context.reply_top, nullptr);
}

TEST_F(ReplyStackTest, SuspendingTheTopCallerForgetsTheStack) {
    call_through();
    suspend(*kernel, first);
    EXPECT_EQ(first.state, ThreadState::Inactive);
    EXPECT_EQ(context.reply_top, nullptr);
    EXPECT_EQ(second.sched_context, &context);
    send(second, first_reply); // the client can still be answered
    EXPECT_EQ(client.state, ThreadState::Running);
    EXPECT_EQ(client.sched_context, nullptr);
}

TEST_F(ReplyStackTest, SuspendingALowerCallerCutsItOut) {
    call_through();
    suspend(*kernel, client);
    EXPECT_EQ(client.state, ThreadState::Inactive);
    EXPECT_EQ(reply_1().tcb, nullptr);
    EXPECT_EQ(context.reply_top, &reply_2());
    EXPECT_EQ(reply_2().previous, nullptr);
    reply_receive(second, second_endpoint, second_reply);
    EXPECT_EQ(first.sched_context, &context);
}

TEST_F(ReplyStackTest, DeletingTheTopReplyGivesTheContextBack) {
    call_through();
    finalise(*kernel, reply_2());
    EXPECT_EQ(first.state, ThreadState::Inactive);
    EXPECT_EQ(first.sched_context, &context);
    EXPECT_EQ(second.sched_context, nullptr);
    EXPECT_EQ(context.reply_top, &reply_1());
    schedule(*kernel);
}

TEST_F(ReplyStackTest, DeletingAReplyInTheMiddleBreaksTheStack) {
    call_through();
    finalise(*kernel, reply_1());
    EXPECT_EQ(client.state, ThreadState::Inactive);
    EXPECT_EQ(context.reply_top, &reply_2());
    EXPECT_EQ(second.sched_context, &context);
}

TEST_F(ReplyStackTest, DeletingAReplyOfAReceiverCancelsTheReceive) {
    finalise(*kernel, reply_1());
    EXPECT_EQ(first.state, ThreadState::Inactive);
    EXPECT_TRUE(object<Endpoint>(first_endpoint).queue.empty());
}

TEST_F(ReplyStackTest, DeletingTheServerKeepsTheCallerWaiting) {
    call(client, first_endpoint);
    end(first);
    schedule(*kernel);
    EXPECT_EQ(context.tcb, nullptr);
    EXPECT_EQ(client.state, ThreadState::BlockedOnReply);
    send(*root, first_reply);
    EXPECT_EQ(client.sched_context, &context);
    EXPECT_EQ(client.state, ThreadState::Running);
}

TEST_F(ReplyStackTest, UnbindingTheContextLeavesTheCallers) {
    call_through();
    become(*root);
    auto const holder = add(Capability::sched_context(arch::physical_address(&context), 8));
    EXPECT_EQ(invoke(holder, api::Invocation::SchedContextUnbind), success());
    EXPECT_EQ(second.sched_context, nullptr);
    EXPECT_EQ(context.reply_top, nullptr);
    EXPECT_EQ(reply_2().previous, &reply_1());
    send(*root, second_reply);
    EXPECT_EQ(first.state, ThreadState::Running);
    EXPECT_EQ(first.sched_context, nullptr);
    send(*root, first_reply);
    EXPECT_EQ(client.state, ThreadState::Running);
}

TEST_F(ReplyStackTest, DeletingTheContextLeavesTheCallers) {
    call_through();
    finalise(*kernel, context);
    schedule(*kernel);
    EXPECT_EQ(second.sched_context, nullptr);
    EXPECT_EQ(&current(), root);
    send(*root, second_reply);
    EXPECT_EQ(first.state, ThreadState::Running);
}

TEST_F(ReplyStackTest, ACallerWithANewContextDoesNotTakeTheOldOne) {
    call(client, first_endpoint);
    lend(client, make_sched_context());
    reply_receive(first, first_endpoint, first_reply);
    EXPECT_EQ(first.sched_context, &context);
    EXPECT_NE(client.sched_context, &context);
    EXPECT_EQ(context.reply_top, nullptr);
}

TEST_F(ReplyStackTest, QueuedCallersLendTheirContextWhenTaken) {
    auto& other = make_thread(100);
    call(client, first_endpoint);
    auto const own = other.sched_context;
    call(other, first_endpoint);
    EXPECT_EQ(other.state, ThreadState::BlockedOnSend);
    EXPECT_EQ(other.sched_context, own);
    reply_receive(first, first_endpoint, first_reply);
    EXPECT_EQ(first.sched_context, own);
    EXPECT_EQ(other.sched_context, nullptr);
    EXPECT_EQ(client.sched_context, &context);
}

/// Both servers rank above the client and its equal, and each has an equal itself.
class LentSliceTest : public ReplyStackTest {
protected:
    LentSliceTest() {
        first.priority = 120;
        second.priority = 150;
    }

    void leave_root() {
        suspend(*kernel, *root);
        schedule(*kernel);
    }

    void end_slice() {
        advance_us(10'000);
        arch::fake_machine().pending_irqs.push_back(arch::timer_irq);
        handle_interrupt(*kernel);
    }

    [[nodiscard]] Tcb const* last_ready(unsigned priority) const {
        return kernel->core.scheduler.ready(0).at(priority).back();
    }

    Tcb& equal = make_thread(100);
};

TEST_F(LentSliceTest, ItsEndIsTheEndOfTheClientsTurn) {
    leave_root();
    call(client, first_endpoint);
    end_slice();
    EXPECT_EQ(&current(), &first); // alone, so its next slice has begun
    reply_receive(first, first_endpoint, first_reply, {.words = {8}});
    EXPECT_EQ(&current(), &equal);
    EXPECT_EQ(last_ready(100), &client);
    EXPECT_EQ(words_of(client), (std::vector<Word>{8}));
    call(client, first_endpoint); // only once
    reply_receive(first, first_endpoint, first_reply);
    EXPECT_EQ(&current(), &client);
}

TEST_F(LentSliceTest, ItMayBeGivenUpByTheServer) {
    leave_root();
    call(client, first_endpoint);
    trap(first, api::Syscall::Yield);
    EXPECT_EQ(&current(), &first);
    reply_receive(first, first_endpoint, first_reply);
    EXPECT_EQ(&current(), &equal);
}

TEST_F(LentSliceTest, AllCallersOfAStackHaveHadIt) {
    auto& equal_of_first = make_thread(120);
    leave_root();
    wait(equal_of_first, make_notification());
    call_through();
    resume(*kernel, equal_of_first);
    end_slice();
    reply_receive(second, second_endpoint, second_reply);
    EXPECT_EQ(&current(), &equal_of_first);
    suspend(*kernel, equal_of_first);
    schedule(*kernel);
    EXPECT_EQ(&current(), &first);
    call(first, second_endpoint);
    reply_receive(second, second_endpoint, second_reply);
    EXPECT_FALSE(first.lent_slice_ended);
    reply_receive(first, first_endpoint, first_reply);
    EXPECT_EQ(&current(), &equal);
    EXPECT_EQ(last_ready(100), &client);
}

TEST_F(LentSliceTest, TheServerMayBeGone) {
    leave_root();
    call(client, first_endpoint);
    end_slice();
    end(first);
    resume(*kernel, *root);
    send(*root, first_reply);
    EXPECT_EQ(client.sched_context, &context);
    EXPECT_EQ(last_ready(100), &client);
}

TEST_F(LentSliceTest, WhoseReplyIsDeletedOwesNothing) {
    leave_root();
    call(client, first_endpoint);
    end_slice();
    finalise(*kernel, reply_1());
    EXPECT_EQ(client.sched_context, &context);
    EXPECT_FALSE(client.lent_slice_ended);
    schedule(*kernel);
    EXPECT_EQ(&current(), &equal);
}

TEST_F(LentSliceTest, WhoIsSuspendedOwesNothing) {
    leave_root();
    call(client, first_endpoint);
    end_slice();
    suspend(*kernel, client);
    EXPECT_FALSE(client.lent_slice_ended);
    EXPECT_EQ(first.sched_context, &context); // the stack is forgotten
    end_slice();
    EXPECT_FALSE(client.lent_slice_ended);
}

/// The server waits for the refill, and the equals of its client run meanwhile.
TEST_F(LentSliceTest, ABudgetIsNoTurn) {
    new_refills(context, 4, arch::us_to_ticks(1000), arch::us_to_ticks(10'000), kernel->core.now);
    leave_root();
    call(client, first_endpoint);
    end_slice();
    EXPECT_EQ(&current(), &equal);
    EXPECT_FALSE(client.lent_slice_ended);
}

} // namespace
} // namespace kernel
