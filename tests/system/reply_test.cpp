// SPDX-License-Identifier: BSD-2-Clause
//
// Reply objects and passive servers: time that is lent along calls, and comes back.

#include "suites.hpp"
#include "worker.hpp"

namespace test {

namespace {

using api::Error;
using api::Invocation;

/// Receives once without any time of its own, then answers for ever.
void passive_body(Worker& self) {
    auto got = recv(self.endpoint, self.reply);
    for (;;) {
        ++self.steps;
        self.got = got;
        got = reply_recv(self.endpoint, self.reply, {.length = 1, .words = {got.word(0) * 2}});
    }
}

/// Lets the server run until it waits, and takes its time away.
void make_passive(Lab& lab, Worker& server) {
    server.endpoint = lab.make_endpoint();
    server.reply = lab.make_reply();
    server.start();
    expect_success(lab.invoke(server.sched_context(), Invocation::SchedContextUnbindObject, {},
                              {server.tcb()}));
}

void calls_lend_their_time(Lab& lab) {
    Worker server{lab, passive_body};
    make_passive(lab, server);
    expect_equal(call(server.endpoint, {.length = 1, .words = {21}}).word(0), 42);
    expect_equal(call(server.endpoint, {.length = 1, .words = {4}}).word(0), 8);
    expect_equal(server.steps, 2);
    // The plain send is received, but there is no time to look at it.
    send(server.endpoint, {.length = 1, .words = {1}});
    expect_equal(server.steps, 2);
    server.bind(lab.make_sched_context());
    expect_equal(server.steps, 3);
}

/// Calls on through the endpoint in `notification` before it answers.
void forwarding_body(Worker& self) {
    auto got = recv(self.endpoint, self.reply);
    for (;;) {
        ++self.steps;
        auto const answer = call(self.notification, {.length = 1, .words = {got.word(0) + 1}});
        ++self.steps;
        got = reply_recv(self.endpoint, self.reply, {.length = 1, .words = {answer.word(0)}});
    }
}

void time_travels_through_chains(Lab& lab) {
    Worker last{lab, passive_body};
    make_passive(lab, last);
    Worker first{lab, forwarding_body};
    first.notification = last.endpoint;
    make_passive(lab, first);
    for (Word round = 0; round < 10; ++round) {
        expect_equal(call(first.endpoint, {.length = 1, .words = {round}}).word(0),
                     (round + 1) * 2);
    }
    expect_equal(first.steps, 20);
}

/// A client of its own thread, so that a broken chain does not stop the tests.
void client_body(Worker& self) {
    self.got = call(self.endpoint, {.length = 1, .words = {3}});
}

/// Receives and never answers.
void silent_body(Worker& self) {
    self.got = recv(self.endpoint, self.reply);
    ++self.steps;
    wait(self.notification);
}

void deleting_the_reply_gives_time_back(Lab& lab) {
    Worker server{lab, silent_body};
    server.notification = lab.make_notification();
    make_passive(lab, server);
    Worker client{lab, client_body};
    client.endpoint = server.endpoint;
    client.start();
    expect_equal(server.steps, 1);
    expect_success(lab.remove(server.reply));
    expect(client.finished == 0); // it became inactive, with its time
    expect_error(
        lab.invoke(client.sched_context(), Invocation::SchedContextBind, {}, {server.tcb()}),
        Error::IllegalOperation);
    expect_success(lab.invoke(client.sched_context(), Invocation::SchedContextUnbindObject, {},
                              {client.tcb()}));
}

void someone_else_may_answer(Lab& lab) {
    Worker server{lab, silent_body};
    server.notification = lab.make_notification();
    make_passive(lab, server);
    Worker client{lab, client_body};
    client.endpoint = server.endpoint;
    client.start();
    send(server.reply, {.length = 1, .words = {99}});
    expect(client.finished != 0);
    expect_equal(client.got.word(0), 99);
    send(server.reply, {.length = 1, .words = {98}}); // nobody waits any more
}

void reusing_a_reply_object_stops_its_caller(Lab& lab) {
    auto const endpoint = lab.make_endpoint();
    auto const reply = lab.make_reply();
    Worker client{lab, client_body};
    client.endpoint = endpoint;
    client.start();
    expect_equal(recv(endpoint, reply).word(0), 3);
    expect_equal(nb_recv(endpoint, reply).badge(), 0);
    send(reply);
    expect(client.finished == 0);
    expect_success(lab.invoke(client.tcb(), Invocation::TcbResume)); // calls again
    expect_equal(recv(endpoint, reply).word(0), 3);
    send(reply);
    expect(client.finished != 0);
}

void suspending_the_caller_frees_the_reply(Lab& lab) {
    auto const endpoint = lab.make_endpoint();
    auto const reply = lab.make_reply();
    Worker client{lab, client_body};
    client.endpoint = endpoint;
    client.start();
    expect_equal(recv(endpoint, reply).word(0), 3);
    expect_success(lab.invoke(client.tcb(), Invocation::TcbSuspend));
    send(reply);
    expect(client.finished == 0);
}

void deleting_the_server_keeps_the_caller(Lab& lab) {
    Worker server{lab, silent_body};
    server.notification = lab.make_notification();
    make_passive(lab, server);
    Worker client{lab, client_body};
    client.endpoint = server.endpoint;
    client.start();
    expect_success(lab.remove(server.tcb()));
    expect(client.finished == 0);
    send(server.reply);
    expect(client.finished != 0); // with the time that it had lent
}

constexpr Test tests[] = {
    {"reply: calls lend their time to passive servers", calls_lend_their_time},
    {"reply: time travels through chains of calls", time_travels_through_chains},
    {"reply: deleting the reply object gives time back", deleting_the_reply_gives_time_back},
    {"reply: someone else may answer", someone_else_may_answer},
    {"reply: reusing a reply object stops its caller", reusing_a_reply_object_stops_its_caller},
    {"reply: suspending the caller frees the reply", suspending_the_caller_frees_the_reply},
    {"reply: deleting the server keeps the caller", deleting_the_server_keeps_the_caller},
};

} // namespace

constinit Tests const reply_tests{tests};

} // namespace test
