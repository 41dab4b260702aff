// SPDX-License-Identifier: BSD-2-Clause
//
// Notifications: bits that are collected, waiters, bound threads, lent time.

#include "suites.hpp"
#include "worker.hpp"

namespace test {

namespace {

using api::Error;
using api::Invocation;

void signals_are_collected(Lab& lab) {
    auto const note = lab.make_notification();
    send(lab.mint(note, 0b001));
    send(lab.mint(note, 0b100));
    expect_equal(wait(note).badge(), 0b101);
    expect_equal(nb_wait(note).badge(), 0);
    send(note); // no bits, but a signal: the wait returns
    expect_equal(wait(note).badge(), 0);
    expect_success(lab.invoke(note, Invocation::Invalid)); // a Call is answered empty
    expect_equal(wait(note).badge(), 0);
}

void waiters_are_woken_one_by_one(Lab& lab) {
    auto const note = lab.make_notification();
    auto const one = lab.mint(note, 1);
    auto const body = [](Worker& self) { self.got = wait(self.notification); };
    Worker low{lab, body, 120};
    Worker high{lab, body, 130};
    low.notification = note;
    high.notification = note;
    low.start();
    high.start();
    send(one);
    expect(high.finished != 0 && low.finished == 0);
    send(one);
    expect(low.finished != 0);
    expect_equal(nb_wait(note).badge(), 0);
}

void a_bound_signal_interrupts_a_receive(Lab& lab) {
    auto const note = lab.make_notification();
    auto const endpoint = lab.make_endpoint();
    Worker worker{lab, [](Worker& self) {
                      self.got = recv(self.endpoint, self.reply);
                      ++self.steps;
                      self.got = recv(self.endpoint, self.reply);
                      ++self.steps;
                  }};
    worker.endpoint = endpoint;
    worker.reply = lab.make_reply();
    expect_success(lab.invoke(worker.tcb(), Invocation::TcbBindNotification, {}, {note}));
    worker.start();
    send(lab.mint(note, 0x80));
    expect_equal(worker.steps, 1);
    expect_equal(worker.got.badge(), 0x80);
    send(lab.mint(endpoint, 5), {.length = 1, .words = {6}});
    expect_equal(worker.steps, 2);
    expect_equal(worker.got.badge(), 5);
    expect_equal(worker.got.word(0), 6);
}

void a_pending_bound_signal_comes_first(Lab& lab) {
    auto const note = lab.make_notification();
    auto const endpoint = lab.make_endpoint();
    expect_success(lab.invoke(Lab::tcb, Invocation::TcbBindNotification, {}, {note}));
    Worker sender{lab, [](Worker& self) { send(self.endpoint); }};
    sender.endpoint = lab.mint(endpoint, 5);
    sender.start();
    send(lab.mint(note, 0x80));
    auto const reply = lab.make_reply();
    expect_equal(nb_recv(endpoint, reply).badge(), 0x80);
    expect_equal(nb_recv(endpoint, reply).badge(), 5);
    expect_success(lab.invoke(Lab::tcb, Invocation::TcbUnbindNotification));
}

void a_notification_lends_its_time(Lab& lab) {
    auto const note = lab.make_notification();
    auto const context = lab.make_sched_context();
    Worker worker{lab, [](Worker& self) {
                      for (;;) {
                          self.got = wait(self.notification);
                          ++self.steps;
                      }
                  }};
    worker.notification = note;
    expect_success(lab.invoke(context, Invocation::SchedContextBind, {}, {note}));
    worker.bind(context);
    worker.start();
    send(lab.mint(note, 3));
    expect_equal(worker.steps, 1);
    // It waits again, and its time is back with the notification.
    expect_error(lab.invoke(context, Invocation::SchedContextUnbindObject, {}, {worker.tcb()}),
                 Error::IllegalOperation);
    send(lab.mint(note, 4));
    expect_equal(worker.steps, 2);
    expect_equal(worker.got.badge(), 4);
}

void deletion_wakes_the_waiters(Lab& lab) {
    Worker worker{lab, [](Worker& self) {
                      ++self.steps;
                      self.got = wait(self.notification);
                      ++self.steps;
                  }};
    auto const note = lab.make_notification();
    auto const faults = lab.make_endpoint();
    worker.notification = note;
    worker.set_fault_handler(faults);
    worker.start();
    expect_success(lab.remove(note));
    auto const fault = recv(faults, lab.make_reply()); // it waits again, on an empty slot
    expect_equal(fault.label(), 1);
    expect_equal(worker.steps, 1);
}

constexpr Test tests[] = {
    {"notification: signals are collected", signals_are_collected},
    {"notification: waiters are woken one by one", waiters_are_woken_one_by_one},
    {"notification: a bound signal interrupts a receive", a_bound_signal_interrupts_a_receive},
    {"notification: a pending bound signal comes first", a_pending_bound_signal_comes_first},
    {"notification: it lends its time", a_notification_lends_its_time},
    {"notification: deletion wakes the waiters", deletion_wakes_the_waiters},
};

} // namespace

constinit Tests const notification_tests{tests};

} // namespace test
