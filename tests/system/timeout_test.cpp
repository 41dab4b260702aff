// SPDX-License-Identifier: BSD-2-Clause
//
// Timeout faults: of threads and of the servers that run on their time.

#include "counter.hpp"
#include "suites.hpp"
#include "worker.hpp"

#include <algorithm>
#include <array>

namespace test {

namespace {

using api::Invocation;

constexpr Word client_priority = own_priority + 20;
constexpr Word budget_us = 2000;
constexpr Word period_us = 20'000;
constexpr Word timeout_label = 5;
constexpr Word ready_label = 3;
constexpr std::size_t timeout_answer_words = 34; // in the order of ReadRegisters

void spinning_body(Worker& self) {
    for (;;) {
        ++self.steps;
    }
}

/// Receives one message, and then uses all time it can get.
void greedy_server(Worker& self) {
    recv(self.endpoint, self.reply);
    spinning_body(self);
}

/// Says that it is ready, and is a greedy server then.
void announced_server(Worker& self) {
    trap(api::Syscall::NBSendRecv,
         with_message(self.endpoint, {.label = ready_label}, self.reply, self.endpoint));
    spinning_body(self);
}

/// Asks the server behind `notification` before it answers.
void forwarding_server(Worker& self) {
    recv(self.endpoint, self.reply);
    self.got = call(self.notification);
    reply_recv(self.endpoint, self.reply, {.length = 1, .words = {self.got.word(0)}});
}

void client_body(Worker& self) {
    self.got = call(self.endpoint);
}

/// Waits for its first client without any time of its own.
struct Server {
    Server(Lab& lab, Body body, Word next = 0) : worker{lab, body} {
        worker.endpoint = lab.make_endpoint();
        worker.reply = lab.make_reply();
        worker.notification = next;
        worker.start();
        worker.take_time();
    }

    Worker worker;
};

struct Client {
    Client(Lab& lab, Word server, Word badge) : worker{lab, client_body, client_priority} {
        worker.endpoint = server;
        worker.bind(lab.make_sched_context(budget_us, period_us, badge));
    }

    Worker worker;
};

void set_timeout_handler(Lab& lab, Worker const& worker, Word handler) {
    expect_success(lab.invoke(worker.tcb(), Invocation::TcbSetTimeoutEndpoint, {}, {handler}));
}

void expect_timeout(Registers const& fault, Word handler_badge, Word context_badge,
                    Location where = Location::current()) {
    expect_equal(fault.label(), timeout_label, where);
    expect_equal(fault.info().length(), 2, where);
    expect_equal(fault.badge(), handler_badge, where);
    expect_equal(fault.word(0), context_badge, where);
}

void a_server_runs_out_of_its_clients_time(Lab& lab) {
    auto const timeouts = lab.make_endpoint();
    auto const reply = lab.make_reply();
    Server const server{lab, greedy_server};
    set_timeout_handler(lab, server.worker, lab.mint(timeouts, 7));
    Client client{lab, server.worker.endpoint, 0xc1};
    client.worker.start(); // until the budget is gone
    auto const fault = recv(timeouts, reply);
    expect_timeout(fault, 7, 0xc1);
    expect(fault.word(1) >= budget_us - 100 && fault.word(1) <= budget_us + 1000);

    // Time was not lent to the handler. It answers the client in the server's place.
    send(server.worker.reply, {.length = 1, .words = {99}});
    expect(client.worker.finished == 0); // its budget is used up
    spin_ms(period_us / 1000 + 5);
    expect(client.worker.finished != 0);
    expect_equal(client.worker.got.word(0), 99);

    // The server is started anew, and is of use to the next one.
    auto const before = server.worker.steps;
    send(reply, {.label = 1});
    spin_ms(1);
    expect_equal(server.worker.steps, before);
}

void servers_of_servers_run_out_one_by_one(Lab& lab) {
    auto const timeouts = lab.make_endpoint();
    auto const inner_fault = lab.make_reply();
    auto const outer_fault = lab.make_reply();
    Server const inner{lab, greedy_server};
    Server const outer{lab, forwarding_server, inner.worker.endpoint};
    set_timeout_handler(lab, inner.worker, lab.mint(timeouts, 1));
    set_timeout_handler(lab, outer.worker, lab.mint(timeouts, 2));
    Client client{lab, outer.worker.endpoint, 0xc2};
    client.worker.start();
    expect_timeout(recv(timeouts, inner_fault), 1, 0xc2);
    expect_equal(nb_recv(timeouts, outer_fault).badge(), 0); // of the one who has the time only

    // The time goes back to the outer server, and there is none left of it.
    send(inner.worker.reply, {.length = 1, .words = {5}});
    expect_timeout(recv(timeouts, outer_fault), 2, 0xc2);
    expect(client.worker.finished == 0);
    send(outer.worker.reply, {.length = 1, .words = {6}}); // in the outer one's place, too
    spin_ms(period_us / 1000 + 5);
    expect(client.worker.finished != 0);
    expect_equal(client.worker.got.word(0), 6);
}

void a_server_may_be_given_more_time(Lab& lab) {
    auto const timeouts = lab.make_endpoint();
    auto const reply = lab.make_reply();
    Server const server{lab, [](Worker& self) {
                            recv(self.endpoint, self.reply);
                            spin_ms(3);
                            reply_recv(self.endpoint, self.reply, {.length = 1, .words = {8}});
                        }};
    set_timeout_handler(lab, server.worker, timeouts);
    Client client{lab, server.worker.endpoint, 3};
    client.worker.start();
    expect_equal(recv(timeouts, reply).word(0), 3);
    expect_success(lab.configure(client.worker.sched_context(), 2 * budget_us, period_us));
    send(reply);
    expect(client.worker.finished != 0); // without waiting for a period to end
    expect_equal(client.worker.got.word(0), 8);
}

void without_a_handler_a_server_waits(Lab& lab) {
    Server const server{lab, [](Worker& self) {
                            recv(self.endpoint, self.reply);
                            spin_ms(3);
                            reply_recv(self.endpoint, self.reply, {.length = 1, .words = {8}});
                        }};
    Client client{lab, server.worker.endpoint, 0};
    client.worker.start();
    expect(client.worker.finished == 0);
    spin_ms(period_us / 1000 + 5); // until the next budget
    expect(client.worker.finished != 0);
    expect_equal(client.worker.got.word(0), 8);
}

void rescued_body(Worker* self) {
    self->finished = 2;
    wait(self->notification);
}

/// The first words of the answer: where to go on, the stack, the status, x0.
void an_answer_may_send_it_elsewhere(Lab& lab) {
    auto const timeouts = lab.make_endpoint();
    auto const reply = lab.make_reply();
    Worker worker{lab, spinning_body};
    worker.notification = lab.make_notification();
    worker.bind(lab.make_sched_context(budget_us, period_us));
    set_timeout_handler(lab, worker, timeouts);
    worker.start();
    expect_equal(recv(timeouts, reply).label(), timeout_label);
    auto const stack = worker.read_register(1);
    expect_success(lab.configure(worker.sched_context(), budget_us, period_us));
    auto const before = worker.steps;
    send(reply, {.length = 4,
                 .words = {reinterpret_cast<Word>(&rescued_body), stack, 0,
                           reinterpret_cast<Word>(&worker)}});
    expect_equal(worker.finished, 2);
    expect_equal(worker.steps, before);
}

/// All words of the answer: the registers that the server had when it waited for its client. It
/// begins again on time of its own, while the one whose call it was already has an answer.
void a_server_is_taken_back_to_where_it_waited(Lab& lab) {
    auto const timeouts = lab.make_endpoint();
    auto const fault = lab.make_reply();
    Server server{lab, announced_server};
    set_timeout_handler(lab, server.worker, lab.mint(timeouts, 7));
    std::array<Word, timeout_answer_words> waiting{};
    for (std::size_t i = 0; i < waiting.size(); ++i) {
        waiting[i] = server.worker.read_register(i);
    }
    for (Word badge = 1; badge <= 3; ++badge) {
        Client client{lab, server.worker.endpoint, badge};
        client.worker.start();
        expect_timeout(recv(timeouts, fault), 7, badge);
        send(server.worker.reply, {.length = 1, .words = {99}});
        server.worker.bind(lab.make_sched_context());
        std::copy(waiting.begin(), waiting.end(), lab.buffer().words.begin());
        auto const ready = reply_recv(
            server.worker.endpoint, fault,
            {.length = waiting.size(), .words = {waiting[0], waiting[1], waiting[2], waiting[3]}});
        expect_equal(ready.label(), ready_label);
        server.worker.take_time();
        expect(client.worker.finished == 0); // there is none left of its budget
        spin_ms(period_us / 1000 + 5);
        expect_equal(client.worker.got.word(0), 99);
    }
}

void neither_yielding_nor_slices_raise_one(Lab& lab) {
    auto const timeouts = lab.make_endpoint();
    auto const reply = lab.make_reply();
    Worker yielding{lab, [](Worker& self) {
                        for (;;) {
                            ++self.steps;
                            yield();
                        }
                    }};
    yielding.bind(lab.make_sched_context(1000, 3000));
    set_timeout_handler(lab, yielding, timeouts);
    Worker slicing{lab, spinning_body, own_priority};
    slicing.bind(lab.make_sched_context(1000, 1000));
    set_timeout_handler(lab, slicing, timeouts);
    yielding.start();
    slicing.start();
    spin_ms(12);
    expect(yielding.steps >= 3);
    expect(slicing.steps >= 1);
    expect_equal(nb_recv(timeouts, reply).badge(), 0);
    expect_success(lab.invoke(slicing.tcb(), Invocation::TcbSuspend));
}

void a_passive_handler_gets_no_time(Lab& lab) {
    Worker handler{lab, [](Worker& self) {
                       self.got = recv(self.endpoint, self.reply);
                       ++self.steps;
                   }};
    handler.endpoint = lab.make_endpoint();
    handler.reply = lab.make_reply();
    handler.start();
    handler.take_time();
    Worker worker{lab, spinning_body};
    worker.bind(lab.make_sched_context(budget_us, period_us, 9));
    set_timeout_handler(lab, worker, handler.endpoint);
    worker.start();
    spin_ms(period_us / 1000 + 5);
    expect_equal(handler.steps, 0); // not even when there is a new budget
    handler.bind(lab.make_sched_context());
    expect_equal(handler.steps, 1);
    expect_equal(handler.got.label(), timeout_label);
    expect_equal(handler.got.word(0), 9);
}

constexpr Test tests[] = {
    {"timeout: a server runs out of its client's time", a_server_runs_out_of_its_clients_time},
    {"timeout: servers of servers, one by one", servers_of_servers_run_out_one_by_one},
    {"timeout: a server may be given more time", a_server_may_be_given_more_time},
    {"timeout: a passive handler gets no time", a_passive_handler_gets_no_time},
    {"timeout: without a handler a server waits", without_a_handler_a_server_waits},
    {"timeout: an answer may send it elsewhere", an_answer_may_send_it_elsewhere},
    {"timeout: a server is taken back to where it waited",
     a_server_is_taken_back_to_where_it_waited},
    {"timeout: neither for yielding nor for slices", neither_yielding_nor_slices_raise_one},
};

} // namespace

constinit Tests const timeout_tests{tests};

} // namespace test
