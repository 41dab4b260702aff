// SPDX-License-Identifier: BSD-2-Clause
//
// Domains on the machine: who runs when, what crosses from one to another, and what is refused.

#include "counter.hpp"
#include "lab.hpp"
#include "power.hpp"
#include "uart.hpp"
#include "worker.hpp"

namespace test {

namespace {

using api::Error;
using api::Invocation;

constexpr Word domain_count = 4; // of the kernel that this is linked into an image with
constexpr Word schedule_length = 100;
constexpr Word endless = base::low_mask(56);

Answer set_domain(Lab& lab, Word tcb, Word domain) {
    return lab.invoke(api::initial_slot::domain, Invocation::DomainSetSet, {domain}, {tcb});
}

Answer set_slice(Lab& lab, Word index, Word domain, Word duration) {
    return lab.invoke(api::initial_slot::domain, Invocation::DomainScheduleConfigure,
                      {index, domain, duration});
}

Answer start_at(Lab& lab, Word index) {
    return lab.invoke(api::initial_slot::domain, Invocation::DomainScheduleSetStart, {index});
}

/// This domain, then the other one, and so on, until the end of its life.
class TakingTurns {
public:
    TakingTurns(Lab& lab, Word own_ms, Word other, Word others_ms) : lab_{lab} {
        expect_success(set_slice(lab, 0, 0, own_ms * ticks_per_ms()));
        expect_success(set_slice(lab, 1, other, others_ms * ticks_per_ms()));
        expect_success(start_at(lab, 0));
    }

    TakingTurns(TakingTurns const&) = delete;
    TakingTurns& operator=(TakingTurns const&) = delete;

    ~TakingTurns() {
        expect_success(set_slice(lab_, 0, 0, endless));
        expect_success(set_slice(lab_, 1, 0, 0));
        expect_success(start_at(lab_, 0));
    }

private:
    Lab& lab_;
};

void counting_body(Worker& self) {
    for (;;) {
        ++self.steps;
    }
}

void priorities_do_not_reach_other_domains(Lab& lab) {
    Worker worker{lab, [](Worker& self) { ++self.steps; }};
    expect_success(set_domain(lab, worker.tcb(), 1));
    worker.start();
    spin_ms(5);
    expect_equal(worker.steps, 0); // it is never the turn of domain 1
    expect_success(set_domain(lab, worker.tcb(), 0));
    expect_equal(worker.steps, 1); // at once
}

/// How often it was not this thread's turn, and for how many ticks at least.
struct Pauses {
    Word count{0};
    Word shortest{~Word{0}};
};

/// Looks at the clock for so long; a pause is when it has gone on by `least` between two looks.
Pauses pauses_of(Word milliseconds, Word least) {
    Pauses pauses;
    auto const begin = ticks();
    auto last = begin;
    while (last - begin < milliseconds * ticks_per_ms()) {
        auto const now = ticks();
        if (now - last >= least) {
            ++pauses.count;
            pauses.shortest = now - last < pauses.shortest ? now - last : pauses.shortest;
        }
        last = now;
    }
    return pauses;
}

void domains_take_turns(Lab& lab) {
    Worker low{lab, counting_body, 1};
    expect_success(set_domain(lab, low.tcb(), 2));
    low.bind(lab.make_sched_context(1000, 1000));
    low.start();
    TakingTurns const turns{lab, 2, 2, 3};
    auto const before = low.steps;
    auto const pauses = pauses_of(50, ticks_per_ms());
    expect(low.steps != before);                     // for all its low priority
    expect(pauses.count >= 5 && pauses.count <= 10); // 5 ms for both; looking at itself takes more
    expect(pauses.shortest >= 3 * ticks_per_ms() - ticks_per_ms() / 10);
}

void nobody_runs_in_an_empty_domain(Lab& lab) {
    Worker other{lab, counting_body, own_priority};
    expect_success(set_domain(lab, other.tcb(), 1));
    other.start();
    TakingTurns const turns{lab, 1, 3, 1}; // nobody is in 3, and 1 is not in the schedule
    auto const pauses = pauses_of(20, ticks_per_ms() / 2);
    expect(pauses.count >= 5 && pauses.count <= 10);
    expect_equal(other.steps, 0);
}

void calls_wait_for_the_servers_turn(Lab& lab) {
    Worker server{lab, [](Worker& self) {
                      auto got = recv(self.endpoint, self.reply);
                      for (;;) {
                          ++self.steps;
                          got = reply_recv(self.endpoint, self.reply,
                                           {.length = 1, .words = {got.word(0) + 1}});
                      }
                  }};
    server.endpoint = lab.make_endpoint();
    server.reply = lab.make_reply();
    server.start();
    server.take_time(); // it runs on its caller's, in its own domain
    expect_success(set_domain(lab, server.tcb(), 1));
    TakingTurns const turns{lab, 1, 1, 1};
    for (Word round = 1; round <= 5; ++round) {
        expect_equal(call(server.endpoint, {.length = 1, .words = {round}}).word(0), round + 1);
        expect_equal(server.steps, round);
    }
}

void signals_wait_for_the_waiters_turn(Lab& lab) {
    Worker waiter{lab, [](Worker& self) {
                      wait(self.notification);
                      self.steps = ticks();
                  }};
    waiter.notification = lab.make_notification();
    waiter.start();
    expect_success(set_domain(lab, waiter.tcb(), 1));
    send(waiter.notification);
    expect_equal(waiter.steps, 0);
    auto const signalled = ticks();
    TakingTurns const turns{lab, 2, 1, 1};
    spin_ms(5);
    expect(waiter.steps >= signalled + 2 * ticks_per_ms() - ticks_per_ms() / 10);
    expect(waiter.finished != 0);
}

/// A thread that makes another: that one is in its maker's domain.
void new_threads_are_in_the_present_domain(Lab& lab) {
    Worker const newcomer{lab, [](Worker& self) { ++self.steps; }};
    Worker maker{lab, [](Worker& self) {
                     // Untyped_Retype of a TCB; the slot and the untyped are the test's.
                     self.buffer().words[4] = self.endpoint;
                     self.buffer().words[5] = 1;
                     self.buffer().caps_or_badges[0] = Lab::cnode;
                     self.got = call(self.notification,
                                     {.label = std::to_underlying(Invocation::UntypedRetype),
                                      .length = 6,
                                      .words = {std::to_underlying(api::ObjectType::Tcb)},
                                      .caps = 1});
                 }};
    auto const slot = lab.slots();
    maker.endpoint = slot;
    maker.notification = lab.make(api::ObjectType::Untyped, api::tcb_bits);
    expect_success(set_domain(lab, maker.tcb(), 1));
    {
        TakingTurns const turns{lab, 1, 1, 1};
        maker.start();
        spin_ms(4);
    }
    expect(maker.finished != 0);
    expect_equal(maker.got.label(), 0);
    // It gets the place and the registers of a worker that never runs itself.
    expect_success(lab.invoke(slot, Invocation::TcbConfigure,
                              {0, 0, reinterpret_cast<Word>(&newcomer.buffer())},
                              {Lab::cnode, Lab::vspace, lab.frame_of(&newcomer.buffer())}));
    expect_success(lab.invoke(slot, Invocation::TcbSetPriority, {own_priority + 1}, {Lab::tcb}));
    constexpr Word frame_registers = 4;
    expect_success(
        lab.invoke(slot, Invocation::TcbCopyRegisters, {frame_registers}, {newcomer.tcb()}));
    expect_success(lab.invoke(lab.make_sched_context(), Invocation::SchedContextBind, {}, {slot}));
    expect_success(lab.invoke(slot, Invocation::TcbResume));
    expect_equal(newcomer.steps, 0);
    TakingTurns const turns{lab, 1, 1, 1};
    spin_ms(4);
    expect_equal(newcomer.steps, 1);
}

void the_schedule_begins_where_it_is_told(Lab& lab) {
    Worker first{lab, counting_body};
    Worker second{lab, counting_body};
    expect_success(set_domain(lab, first.tcb(), 1));
    expect_success(set_domain(lab, second.tcb(), 2));
    first.start();
    second.start();
    expect_success(set_slice(lab, 1, 1, ticks_per_ms()));
    expect_success(set_slice(lab, 2, 2, ticks_per_ms()));
    expect_success(set_slice(lab, 3, 0, ticks_per_ms()));
    expect_success(start_at(lab, 2)); // now 2, then 3, then 2 again: never 1
    spin_ms(10);
    auto const before = second.steps;
    expect(before != 0);
    spin_ms(10);
    expect(second.steps != before);
    expect_equal(first.steps, 0);
    expect_error(set_slice(lab, 2, 0, 0), Error::InvalidArgument, {2}); // the start
    for (Word const index : {Word{1}, Word{3}}) {
        expect_success(set_slice(lab, index, 0, 0));
    }
    expect_success(start_at(lab, 0));
    expect_success(set_slice(lab, 2, 0, 0));
}

void errors(Lab& lab) {
    auto const tcb = lab.make(api::ObjectType::Tcb);
    expect_success(set_domain(lab, tcb, domain_count - 1));
    expect_error(set_domain(lab, tcb, domain_count), Error::InvalidArgument, {0});
    expect_error(set_slice(lab, schedule_length - 1, 0, 1), Error::RangeError,
                 {0, schedule_length - 2});
    expect_error(set_slice(lab, 1, domain_count, 1), Error::RangeError, {0, domain_count - 1});
    expect_error(set_slice(lab, 1, 1, endless + 1), Error::InvalidArgument, {2});
    expect_error(set_slice(lab, 1, 1, 0), Error::InvalidArgument, {1}); // an end of domain 1
    expect_error(set_slice(lab, 0, 1, 0), Error::InvalidArgument, {1}); // is looked at first
    expect_error(set_slice(lab, 0, 0, 0), Error::InvalidArgument, {2});
    expect_success(set_slice(lab, schedule_length - 2, 3, endless));
    expect_success(set_slice(lab, schedule_length - 2, 0, 0));
    expect_error(start_at(lab, schedule_length), Error::RangeError, {0, schedule_length - 1});
    expect_error(start_at(lab, schedule_length - 1), Error::InvalidArgument, {0});
    expect_error(start_at(lab, 1), Error::InvalidArgument, {0});
}

constexpr Test tests[] = {
    {"domain: priorities do not reach other domains", priorities_do_not_reach_other_domains},
    {"domain: they take turns", domains_take_turns},
    {"domain: nobody runs in an empty one", nobody_runs_in_an_empty_domain},
    {"domain: calls wait for the server's turn", calls_wait_for_the_servers_turn},
    {"domain: signals wait for the waiter's turn", signals_wait_for_the_waiters_turn},
    {"domain: new threads are in the present one", new_threads_are_in_the_present_domain},
    {"domain: the schedule begins where it is told", the_schedule_begins_where_it_is_told},
    {"domain: errors", errors},
};

} // namespace

} // namespace test

int main(api::BootInfo const& boot_info) {
    using namespace test;
    static Lab lab{boot_info};
    start_uart(lab);
    lab.begin_tests();
    require(
        lab.invoke(Lab::tcb, api::Invocation::TcbSetPriority, {own_priority}, {Lab::tcb}).error ==
        api::Error::None);
    std::array const lists{Tests{tests}};
    run_all(lists, lab);
    power_off(lab);
}
