// SPDX-License-Identifier: BSD-2-Clause
//
// What arrives of a message: words, with and without buffers, and capabilities.

#include <kernel/cap/deletion.hpp>

#include <numeric>
#include <tests/unit/kernel/fixture.hpp>

namespace kernel {
namespace {

class TransferTest : public KernelTest {
protected:
    static std::vector<Word> numbers(std::size_t count) {
        std::vector<Word> words(count);
        std::iota(words.begin(), words.end(), 1000);
        return words;
    }

    /// The receiver waits, then the sender sends.
    void transfer(Said const& said, Word through) {
        wait(receiver, endpoint);
        send(sender, through, said);
    }

    void transfer(Said const& said) { transfer(said, endpoint); }

    api::IpcBuffer& receive_buffer() { return *receiver.ipc_buffer(Tcb::BufferUse::Receive); }

    Word prepare_receive_slot() {
        auto& buffer = receive_buffer();
        buffer.receive_cnode = cnode;
        buffer.receive_index = target;
        buffer.receive_depth = 64;
        return target;
    }

    static Word extra_caps(Tcb const& thread) { return thread.context.message_info().extra_caps(); }
    static Word unwrapped(Tcb const& thread) {
        return thread.context.message_info().caps_unwrapped();
    }

    static constexpr Word target = 200;
    Word endpoint = make_endpoint();
    Word other = make_endpoint();
    Tcb& sender = make_thread(100);
    Tcb& receiver = make_thread(100);
};

TEST_F(TransferTest, AllLengthsUpToTheLongest) {
    for (std::size_t length = 0; length <= api::max_message_words; ++length) {
        transfer({.words = numbers(length)});
        ASSERT_EQ(words_of(receiver), numbers(length));
    }
}

TEST_F(TransferTest, LengthsAboveTheLongestAreCut) {
    wait(receiver, endpoint);
    say(sender, {.words = numbers(120)});
    become(sender);
    sender.context.x[1] = 127;
    sender.context.x[0] = endpoint;
    trap(sender, api::Syscall::Send);
    EXPECT_EQ(receiver.context.message_info().length(), 120u);
}

TEST_F(TransferTest, WordsBeyondTheMessageAreNotWritten) {
    receiver.context.x[4] = 77;
    transfer({.words = {1, 2}});
    EXPECT_EQ(receiver.context.x[4], 77u);
}

TEST_F(TransferTest, WithoutEitherBufferOnlyRegistersTravel) {
    for (auto* thread : {&sender, &receiver}) {
        auto& frame = thread->slot(Tcb::IpcBufferFrame);
        auto const saved = frame.cap;
        say(sender, {.words = numbers(10)});
        frame.cap = saved.restricted_to(Rights::None); // nobody's any more
        wait(receiver, endpoint);
        become(sender);
        sender.context.x[0] = endpoint;
        sender.context.x[1] = 10;
        trap(sender, api::Syscall::Send);
        EXPECT_EQ(words_of(receiver), numbers(4));
        frame.cap = saved;
    }
}

TEST_F(TransferTest, AReadOnlyBufferSendsButDoesNotReceive) {
    auto& frame = sender.slot(Tcb::IpcBufferFrame);
    frame.cap = frame.cap.restricted_to(Rights::Read);
    EXPECT_NE(sender.ipc_buffer(Tcb::BufferUse::Send), nullptr);
    EXPECT_EQ(sender.ipc_buffer(Tcb::BufferUse::Receive), nullptr);
    frame.cap = frame.cap.restricted_to(Rights::Write);
    EXPECT_EQ(sender.ipc_buffer(Tcb::BufferUse::Send), nullptr);
}

TEST_F(TransferTest, TheBufferLiesAtItsOffsetInTheFrame) {
    sender.ipc_buffer_offset = 0xc00;
    auto const frame = sender.slot(Tcb::IpcBufferFrame).cap.address();
    EXPECT_EQ(sender.ipc_buffer(Tcb::BufferUse::Send),
              arch::kernel_address(frame + 0xc00).as_pointer<api::IpcBuffer>());
    remove_slot(sender.slot(Tcb::IpcBufferFrame));
    EXPECT_EQ(sender.ipc_buffer(Tcb::BufferUse::Send), nullptr);
}

TEST_F(TransferTest, ACapabilityGoesToTheReceiveSlotAsAChild) {
    prepare_receive_slot();
    transfer({.words = {1}, .caps = {other}});
    EXPECT_EQ(extra_caps(receiver), 1u);
    EXPECT_EQ(unwrapped(receiver), 0u);
    EXPECT_EQ(slot(target).cap.as<Endpoint>(), &object<Endpoint>(other));
    ASSERT_TRUE(revoke_slot(*kernel, slot(other)));
    EXPECT_TRUE(slot(target).empty());
}

TEST_F(TransferTest, ThereIsOneReceiveSlotOnly) {
    prepare_receive_slot();
    auto const third = make_notification();
    transfer({.caps = {other, third}});
    EXPECT_EQ(extra_caps(receiver), 1u);
}

TEST_F(TransferTest, WithoutGrantNothingTravels) {
    prepare_receive_slot();
    auto const weak = add_copy(
        endpoint, slot(endpoint).cap.restricted_to(Rights::ReadWrite | Rights::GrantReply));
    transfer({.caps = {other}}, weak);
    EXPECT_EQ(extra_caps(receiver), 0u);
    EXPECT_TRUE(slot(target).empty());
}

TEST_F(TransferTest, TheSameEndpointIsUnwrapped) {
    prepare_receive_slot();
    auto const badged = add_copy(endpoint, slot(endpoint).cap.with_badge(Badge{55}));
    transfer({.caps = {badged, other, endpoint}});
    EXPECT_EQ(extra_caps(receiver), 3u);
    EXPECT_EQ(unwrapped(receiver), 0b101u);
    EXPECT_EQ(receive_buffer().caps_or_badges[0], 55u);
    EXPECT_EQ(receive_buffer().caps_or_badges[2], 0u);
    EXPECT_EQ(slot(target).cap.as<Endpoint>(), &object<Endpoint>(other));
}

TEST_F(TransferTest, AnUnusableReceiveSlotStopsTheTransfer) {
    prepare_receive_slot();
    receive_buffer().receive_depth = 65;
    transfer({.caps = {other}});
    EXPECT_EQ(extra_caps(receiver), 0u);
    receive_buffer().receive_depth = 64;
    receive_buffer().receive_index = other; // occupied
    transfer({.caps = {other}});
    EXPECT_EQ(extra_caps(receiver), 0u);
    receive_buffer().receive_cnode = unresolvable;
    transfer({.caps = {other}});
    EXPECT_EQ(extra_caps(receiver), 0u);
}

TEST_F(TransferTest, WhatCannotBeDerivedStopsTheTransfer) {
    prepare_receive_slot();
    transfer({.caps = {no_slot}});
    EXPECT_EQ(extra_caps(receiver), 0u);
    auto const table = add(Capability::page_table(allocate(12)));
    transfer({.caps = {table, other}});
    EXPECT_EQ(extra_caps(receiver), 0u);
}

TEST_F(TransferTest, ABlockedSendersCapabilitiesAreLookedUpLate) {
    prepare_receive_slot();
    send(sender, endpoint, {.words = {3}, .caps = {other}});
    ASSERT_EQ(sender.state, ThreadState::BlockedOnSend);
    sender.ipc_buffer(Tcb::BufferUse::Send)->caps_or_badges[0] = unresolvable;
    wait(receiver, endpoint);
    EXPECT_EQ(extra_caps(receiver), 0u);
    EXPECT_EQ(words_of(receiver), (std::vector<Word>{3}));
}

TEST_F(TransferTest, RepliesCarryCapabilitiesIfTheReplyMayGrant) {
    auto const reply = make_reply();
    auto& buffer = *sender.ipc_buffer(Tcb::BufferUse::Receive);
    buffer.receive_cnode = cnode;
    buffer.receive_index = target;
    buffer.receive_depth = 64;
    receive(receiver, endpoint, reply);
    call(sender, endpoint);
    auto const weak = add_copy(reply, slot(reply).cap.restricted_to(Rights::ReadWrite));
    send(receiver, weak, {.caps = {endpoint}});
    EXPECT_EQ(extra_caps(sender), 0u);
    receive(receiver, endpoint, reply);
    call(sender, endpoint);
    send(receiver, reply, {.caps = {endpoint}}); // not unwrapped: it travels through no endpoint
    EXPECT_EQ(extra_caps(sender), 1u);
    EXPECT_EQ(unwrapped(sender), 0u);
    EXPECT_EQ(slot(target).cap.as<Endpoint>(), &object<Endpoint>(endpoint));
}

} // namespace
} // namespace kernel
