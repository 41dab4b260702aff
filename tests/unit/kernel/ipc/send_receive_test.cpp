// SPDX-License-Identifier: BSD-2-Clause
//
// Endpoints: senders and receivers in either order, rights, and order of the queues.

#include <tests/unit/kernel/fixture.hpp>

namespace kernel {
namespace {

using api::Syscall;

class SendReceiveTest : public KernelTest {
protected:
    Word minted(Rights rights, Word badge) {
        return add_copy(endpoint,
                        slot(endpoint).cap.restricted_to(rights).with_badge(Badge{badge}));
    }

    Word endpoint = make_endpoint();
    Word reply = make_reply();
    Tcb& sender = make_thread(100);
    Tcb& receiver = make_thread(100);
};

TEST_F(SendReceiveTest, ReceiverFirst) {
    receive(receiver, endpoint, reply);
    EXPECT_EQ(receiver.state, ThreadState::BlockedOnReceive);
    send(sender, minted(Rights::All, 7), {.label = 99, .words = {1, 2, 3}});
    EXPECT_EQ(sender.state, ThreadState::Running);
    EXPECT_EQ(receiver.state, ThreadState::Running);
    EXPECT_EQ(badge_of(receiver), 7u);
    EXPECT_EQ(label_of(receiver), 99u);
    EXPECT_EQ(words_of(receiver), (std::vector<Word>{1, 2, 3}));
    EXPECT_EQ(object<Reply>(reply).tcb, nullptr);
}

TEST_F(SendReceiveTest, SenderFirst) {
    send(sender, minted(Rights::All, 7), {.words = {5}});
    EXPECT_EQ(sender.state, ThreadState::BlockedOnSend);
    receive(receiver, endpoint, reply);
    EXPECT_EQ(sender.state, ThreadState::Running);
    EXPECT_EQ(badge_of(receiver), 7u);
    EXPECT_EQ(words_of(receiver), (std::vector<Word>{5}));
}

TEST_F(SendReceiveTest, CallBlocksUntilAnswered) {
    receive(receiver, endpoint, reply);
    call(sender, endpoint, {.words = {4}});
    EXPECT_EQ(sender.state, ThreadState::BlockedOnReply);
    EXPECT_EQ(object<Reply>(reply).tcb, &sender);
    send(receiver, reply, {.label = 3, .words = {8, 9}});
    EXPECT_EQ(sender.state, ThreadState::Running);
    EXPECT_EQ(badge_of(sender), 0u);
    EXPECT_EQ(label_of(sender), 3u);
    EXPECT_EQ(words_of(sender), (std::vector<Word>{8, 9}));
    send(receiver, reply); // nobody waits: nothing happens
    EXPECT_EQ(receiver.state, ThreadState::Running);
}

TEST_F(SendReceiveTest, ReplyReceiveAnswersAndTakesTheNext) {
    receive(receiver, endpoint, reply);
    call(sender, endpoint);
    reply_receive(receiver, endpoint, reply, {.words = {6}});
    EXPECT_EQ(words_of(sender), (std::vector<Word>{6}));
    EXPECT_EQ(receiver.state, ThreadState::BlockedOnReceive);
    EXPECT_EQ(object<Reply>(reply).tcb, &receiver);
}

TEST_F(SendReceiveTest, WithoutReplyRightsTheCallerStops) {
    receive(receiver, endpoint, reply);
    call(sender, minted(Rights::ReadWrite, 0), {.words = {1}});
    EXPECT_EQ(words_of(receiver), (std::vector<Word>{1}));
    EXPECT_EQ(sender.state, ThreadState::Inactive);
    EXPECT_EQ(object<Reply>(reply).tcb, nullptr);
}

TEST_F(SendReceiveTest, EitherGrantRightAllowsAnAnswer) {
    for (auto const right : {Rights::Grant, Rights::GrantReply}) {
        receive(receiver, endpoint, reply);
        call(sender, minted(Rights::Write | right, 0));
        EXPECT_EQ(sender.state, ThreadState::BlockedOnReply);
        send(receiver, reply);
    }
}

TEST_F(SendReceiveTest, WithoutReplyObjectTheCallerStops) {
    wait(receiver, endpoint);
    call(sender, endpoint, {.words = {1}});
    EXPECT_EQ(words_of(receiver), (std::vector<Word>{1}));
    EXPECT_EQ(sender.state, ThreadState::Inactive);

    auto& second = make_thread(100);
    call(second, endpoint);
    wait(receiver, endpoint);
    EXPECT_EQ(second.state, ThreadState::Inactive);
}

TEST_F(SendReceiveTest, NonBlockingVariantsNeverBlock) {
    send(sender, endpoint, {.words = {1}}, Syscall::NBSend);
    EXPECT_EQ(sender.state, ThreadState::Running);
    EXPECT_TRUE(object<Endpoint>(endpoint).queue.empty());

    receiver.context.x = {};
    receiver.context.x[1] = 0x1234;
    receiver.context.x[2] = 0x5678;
    receive(receiver, endpoint, reply, Syscall::NBRecv);
    EXPECT_EQ(badge_of(receiver), 0u);
    EXPECT_EQ(receiver.context.x[1], 0x1234u); // only the badge says so
    EXPECT_EQ(receiver.context.x[2], 0x5678u);
    EXPECT_EQ(receiver.state, ThreadState::Running);
    EXPECT_EQ(object<Reply>(reply).tcb, nullptr);
}

TEST_F(SendReceiveTest, PollsTakeWhatIsThere) {
    send(sender, minted(Rights::All, 3), {.words = {2}});
    receive(receiver, endpoint, 0, Syscall::NBWait);
    EXPECT_EQ(badge_of(receiver), 3u);
    EXPECT_EQ(sender.state, ThreadState::Running);
    receive(receiver, endpoint, reply);
    send(sender, endpoint, {.words = {9}}, Syscall::NBSend);
    EXPECT_EQ(words_of(receiver), (std::vector<Word>{9}));
}

TEST_F(SendReceiveTest, QueuesAreInOrderOfPriorityThenArrival) {
    auto& low = make_thread(90);
    auto& high = make_thread(110);
    auto& high_too = make_thread(110);
    send(low, minted(Rights::All, 1));
    send(sender, minted(Rights::All, 2));
    send(high, minted(Rights::All, 3));
    send(high_too, minted(Rights::All, 4));
    std::vector<Word> badges;
    for (int i = 0; i < 4; ++i) {
        receive(receiver, endpoint, 0, Syscall::NBWait);
        badges.push_back(badge_of(receiver));
    }
    EXPECT_EQ(badges, (std::vector<Word>{3, 4, 2, 1}));
}

TEST_F(SendReceiveTest, NBSendRecvSendsByX8AndNBSendWaitByX6) {
    auto const note = make_notification();
    become(receiver);
    receiver.context.x[8] = note;
    say(receiver, {});
    receive(receiver, endpoint, reply, Syscall::NBSendRecv);
    EXPECT_TRUE(object<Notification>(note).active);
    EXPECT_EQ(receiver.state, ThreadState::BlockedOnReceive);
    EXPECT_EQ(object<Reply>(reply).tcb, &receiver);

    object<Notification>(note).active = false;
    become(sender);
    say(sender, {});
    receive(sender, endpoint, note, Syscall::NBSendWait);
    EXPECT_TRUE(object<Notification>(note).active);
    EXPECT_EQ(sender.state, ThreadState::BlockedOnReceive);
    EXPECT_EQ(sender.blocking.reply, nullptr);
}

TEST_F(SendReceiveTest, AReplyObjectInUseIsTakenFromItsCaller) {
    auto& other = make_thread(100);
    receive(receiver, endpoint, reply);
    call(sender, endpoint);
    receive(receiver, endpoint, reply); // without answering
    EXPECT_EQ(sender.state, ThreadState::Inactive);
    EXPECT_EQ(object<Reply>(reply).tcb, &receiver);
    receive(other, endpoint, reply);
    EXPECT_EQ(receiver.state, ThreadState::Inactive);
    EXPECT_EQ(object<Reply>(reply).tcb, &other);
}

TEST_F(SendReceiveTest, DeletingTheEndpointRestartsBothKinds) {
    send(sender, endpoint);
    ASSERT_TRUE(delete_slot(*kernel, slot(endpoint)));
    EXPECT_EQ(sender.state, ThreadState::Restart);
    EXPECT_TRUE(sender.in_ready_queue);
    auto const another = make_endpoint();
    receive(receiver, another, reply);
    ASSERT_TRUE(delete_slot(*kernel, slot(another)));
    EXPECT_EQ(receiver.state, ThreadState::Restart);
    EXPECT_EQ(object<Reply>(reply).tcb, nullptr);
    schedule(*kernel);
}

} // namespace
} // namespace kernel
