// SPDX-License-Identifier: BSD-2-Clause
//
// Turns: a thread's equals get theirs, whoever works on its time when its slice ends.

#include "counter.hpp"
#include "suites.hpp"
#include "worker.hpp"

namespace test {

namespace {

constexpr Word client_slice_us = 1000;
constexpr Word rounds = 5;

/// Ranks above its clients, and waits for them without any time of its own.
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

void yielding_server(Worker& self) {
    recv(self.endpoint, self.reply);
    for (;;) {
        yield(); // the slice of its client
        reply_recv(self.endpoint, self.reply);
    }
}

void slow_server(Worker& self) {
    recv(self.endpoint, self.reply);
    for (;;) {
        spin_ms(2 * client_slice_us / 1000);
        reply_recv(self.endpoint, self.reply);
    }
}

/// Asks the server behind `notification` before it answers.
void forwarding_server(Worker& self) {
    recv(self.endpoint, self.reply);
    for (;;) {
        call(self.notification);
        reply_recv(self.endpoint, self.reply);
    }
}

void counting_body(Worker& self) {
    for (;;) {
        ++self.steps;
    }
}

/// Counts the calls during which `equal` had a turn.
class Client : public Worker {
public:
    Client(Lab& lab, Word server, Worker const& equal)
        : Worker{lab, body, own_priority}, equal_{equal} {
        endpoint = server;
        bind(lab.make_sched_context(client_slice_us, client_slice_us));
    }

private:
    static void body(Worker& self) {
        auto& client = static_cast<Client&>(self);
        for (Word round = 0; round < rounds; ++round) {
            Word const before = client.equal_.steps;
            call(client.endpoint);
            if (client.equal_.steps != before) {
                ++client.steps;
            }
        }
    }

    Worker const& equal_;
};

void expect_turns_of_equals(Lab& lab, Word server) {
    Worker equal{lab, counting_body, own_priority};
    Client client{lab, server, equal};
    client.start();
    equal.start();
    while (client.finished == 0) {
        yield();
    }
    expect_equal(client.steps, rounds);
}

void a_slice_ends_while_a_server_works(Lab& lab) {
    Server const server{lab, slow_server};
    expect_turns_of_equals(lab, server.worker.endpoint);
}

void a_server_yields(Lab& lab) {
    Server const server{lab, yielding_server};
    expect_turns_of_equals(lab, server.worker.endpoint);
}

void a_server_of_a_server_yields(Lab& lab) {
    Server const inner{lab, yielding_server};
    Server const outer{lab, forwarding_server, inner.worker.endpoint};
    expect_turns_of_equals(lab, outer.worker.endpoint);
}

constexpr Test tests[] = {
    {"turn: a slice ends while a server works", a_slice_ends_while_a_server_works},
    {"turn: a server yields", a_server_yields},
    {"turn: a server of a server yields", a_server_of_a_server_yields},
};

} // namespace

constinit Tests const turn_tests{tests};

} // namespace test
