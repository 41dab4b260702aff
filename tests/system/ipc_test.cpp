// SPDX-License-Identifier: BSD-2-Clause
//
// Messages over endpoints: order, rights, lengths, capabilities, and every variant of the calls.

#include "suites.hpp"
#include "worker.hpp"

namespace test {

namespace {

using api::Error;
using api::Invocation;
using api::Rights;
using api::Syscall;

/// Answers each call with its words, each one higher, and the badge as the label.
void echo_server(Worker& self) {
    auto got = recv(self.endpoint, self.reply);
    for (;;) {
        ++self.steps;
        self.got = got;
        got = reply_recv(
            self.endpoint, self.reply,
            {.label = got.badge(),
             .length = got.info().length(),
             .words = {got.word(0) + 1, got.word(1) + 1, got.word(2) + 1, got.word(3) + 1}});
    }
}

void call_and_reply(Lab& lab) {
    Worker server{lab, echo_server};
    server.endpoint = lab.make_endpoint();
    server.reply = lab.make_reply();
    server.start();
    auto const client = lab.mint(server.endpoint, 42);
    for (Word round = 0; round < 100; ++round) {
        auto const answer = call(client, {.label = 9, .length = 4, .words = {1, 2, 3, round}});
        expect_equal(answer.badge(), 0);
        expect_equal(answer.label(), 42);
        expect_equal(answer.info().length(), 4);
        expect_equal(answer.word(0), 2);
        expect_equal(answer.word(3), round + 1);
    }
    expect_equal(server.steps, 100);
    expect_equal(server.got.badge(), 42);
    expect_equal(server.got.label(), 9);
}

void all_lengths(Lab& lab) {
    Worker server{lab, echo_server};
    server.endpoint = lab.make_endpoint();
    server.reply = lab.make_reply();
    server.start();
    for (Word length = 0; length <= api::max_message_words; ++length) {
        for (Word i = 4; i < length; ++i) {
            lab.buffer().words[i] = length * 1000 + i;
        }
        expect_equal(call(server.endpoint, {.length = length}).info().length(), length);
        for (Word i = 4; i < length; ++i) {
            if (server.buffer().words[i] != length * 1000 + i) {
                expect_equal(server.buffer().words[i], length * 1000 + i);
                return;
            }
        }
    }
    expect_equal(call(server.endpoint, {.length = 127}).info().length(), 120);
}

void senders_queue_by_priority(Lab& lab) {
    auto const endpoint = lab.make_endpoint();
    auto const body = [](Worker& self) { send(self.endpoint); };
    Worker low{lab, body, 120};
    Worker high{lab, body, 130};
    Worker high_too{lab, body, 130};
    Word badge = 1;
    for (auto* worker : {&low, &high, &high_too}) {
        worker->endpoint = lab.mint(endpoint, badge++);
        worker->start();
    }
    expect_equal(wait(endpoint).badge(), 2);
    expect_equal(wait(endpoint).badge(), 3);
    expect_equal(wait(endpoint).badge(), 1);
    expect(low.finished != 0 && high.finished != 0 && high_too.finished != 0);
}

void changed_priority_moves_in_the_queue(Lab& lab) {
    auto const endpoint = lab.make_endpoint();
    auto const body = [](Worker& self) { send(self.endpoint); };
    Worker first{lab, body, 120};
    Worker second{lab, body, 120};
    first.endpoint = lab.mint(endpoint, 1);
    second.endpoint = lab.mint(endpoint, 2);
    first.start();
    second.start();
    expect_success(lab.invoke(second.tcb(), Invocation::TcbSetPriority, {121}, {Lab::tcb}));
    expect_equal(wait(endpoint).badge(), 2);
    expect_equal(wait(endpoint).badge(), 1);
}

void callers_need_a_way_to_be_answered(Lab& lab) {
    auto const endpoint = lab.make_endpoint();
    auto const body = [](Worker& self) { self.got = call(self.endpoint, {.length = 1}); };
    Worker without_right{lab, body};
    without_right.endpoint = lab.mint(endpoint, 1, Rights::Write);
    without_right.start();
    auto const reply = lab.make_reply();
    expect_equal(recv(endpoint, reply).badge(), 1);
    send(reply);
    expect(without_right.finished == 0);

    Worker unanswered{lab, body};
    unanswered.endpoint = lab.mint(endpoint, 2);
    unanswered.start();
    expect_equal(wait(endpoint).badge(), 2); // without a reply object
    expect(unanswered.finished == 0);

    Worker with_right{lab, body};
    with_right.endpoint = lab.mint(endpoint, 3, Rights::Write | Rights::GrantReply);
    with_right.start();
    expect_equal(recv(endpoint, reply).badge(), 3);
    send(reply);
    expect(with_right.finished != 0);
}

void prepare_receive(api::IpcBuffer& buffer, Word slot) {
    buffer.receive_cnode = Lab::cnode;
    buffer.receive_index = slot;
    buffer.receive_depth = Lab::depth;
}

void capabilities_travel(Lab& lab) {
    Worker server{lab, echo_server};
    server.endpoint = lab.make_endpoint();
    server.reply = lab.make_reply();
    auto const target = lab.slots();
    prepare_receive(server.buffer(), target);
    server.start();
    auto const note = lab.make_notification();
    lab.buffer().caps_or_badges[0] = note;
    auto const weak = lab.mint(server.endpoint, 0, Rights::Write | Rights::GrantReply);
    call(weak, {.caps = 1});
    expect_equal(server.got.info().extra_caps(), 0); // needs the Grant right
    expect(lab.empty(target));

    lab.buffer().caps_or_badges[0] = note;
    call(server.endpoint, {.caps = 1});
    expect_equal(server.got.info().extra_caps(), 1);
    expect_equal(server.got.info().caps_unwrapped(), 0);
    send(target);
    expect_equal(nb_wait(note).badge(), 0);
    lab.buffer().caps_or_badges[0] = note;
    call(server.endpoint, {.caps = 1});
    expect_equal(server.got.info().extra_caps(), 0); // the slot is occupied
    expect_success(lab.revoke(note));
    expect(lab.empty(target)); // it was a child
}

void own_endpoint_is_unwrapped(Lab& lab) {
    Worker server{lab, echo_server};
    server.endpoint = lab.make_endpoint();
    server.reply = lab.make_reply();
    auto const target = lab.slots();
    prepare_receive(server.buffer(), target);
    server.start();
    auto const note = lab.make_notification();
    auto& caps = lab.buffer().caps_or_badges;
    caps = {lab.mint(server.endpoint, 77), note, server.endpoint};
    call(server.endpoint, {.caps = 3});
    expect_equal(server.got.info().extra_caps(), 3);
    expect_equal(server.got.info().caps_unwrapped(), 0b101);
    expect_equal(server.buffer().caps_or_badges[0], 77);
    expect_equal(server.buffer().caps_or_badges[2], 0);
    expect(!lab.empty(target));
}

void deleting_the_endpoint_restarts_waiters(Lab& lab) {
    auto const body = [](Worker& self) {
        ++self.steps;
        send(self.endpoint);
        ++self.steps;
    };
    Worker sender{lab, body};
    sender.endpoint = lab.make_endpoint();
    sender.start();
    expect_equal(sender.steps, 1);
    expect_success(lab.remove(sender.endpoint));
    expect_equal(sender.steps, 2); // sent again, to nothing
}

void combined_calls(Lab& lab) {
    auto const note = lab.make_notification();
    auto const endpoint = lab.make_endpoint();
    Worker sender{lab, [](Worker& self) { send(self.endpoint, {.length = 1, .words = {5}}); }};
    sender.endpoint = lab.mint(endpoint, 4);
    sender.start();
    auto got = trap(Syscall::NBSendRecv,
                    with_message(endpoint, {.length = 1, .words = {1}}, lab.make_reply(), note));
    expect_equal(got.badge(), 4);
    expect_equal(got.word(0), 5);
    expect_equal(nb_wait(note).badge(), 0);
    Worker second{lab, [](Worker& self) { send(self.endpoint, {.length = 1, .words = {6}}); }};
    second.endpoint = sender.endpoint;
    second.start();
    got = trap(Syscall::NBSendWait, with_message(endpoint, {}, note));
    expect_equal(got.word(0), 6);
    send(note);
    got = trap(Syscall::NBSendRecv, with_message(note, {}, Lab::null_slot, Lab::unresolvable));
    expect_equal(got.badge(), 0); // the send phase failed silently
}

constexpr Test tests[] = {
    {"ipc: Call and ReplyRecv", call_and_reply},
    {"ipc: messages of all lengths", all_lengths},
    {"ipc: senders queue by priority", senders_queue_by_priority},
    {"ipc: a changed priority moves in the queue", changed_priority_moves_in_the_queue},
    {"ipc: callers need a way to be answered", callers_need_a_way_to_be_answered},
    {"ipc: capabilities travel to the receive slot", capabilities_travel},
    {"ipc: the endpoint itself is unwrapped", own_endpoint_is_unwrapped},
    {"ipc: deleting the endpoint restarts waiters", deleting_the_endpoint_restarts_waiters},
    {"ipc: NBSendRecv and NBSendWait", combined_calls},
};

} // namespace

constinit Tests const ipc_tests{tests};

} // namespace test
