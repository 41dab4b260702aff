// SPDX-License-Identifier: BSD-2-Clause
//
// System calls as such: what registers survive, who hears of errors.

#include "counter.hpp"
#include "registers.hpp"
#include "suites.hpp"
#include "worker.hpp"

namespace test {

namespace {

using api::Error;
using api::Invocation;
using api::Syscall;

/// After the call everything but the registers in `changed` must be as before.
void expect_others_survive(Syscall number, Registers const& in,
                           std::initializer_list<std::size_t> changed,
                           Location where = Location::current()) {
    std::array<Word, 31> block{};
    for (std::size_t i = 0; i < block.size(); ++i) {
        block[i] = i < in.x.size() ? in.x[i] : 0x5a00 + i;
    }
    block[7] = static_cast<Word>(number);
    auto const before = block;
    trap_with_all_registers(block.data());
    for (std::size_t i = 0; i < block.size(); ++i) {
        bool may_change = false;
        for (auto const index : changed) {
            may_change = may_change || index == i;
        }
        if (!may_change) {
            expect_equal(block[i], before[i], where);
        }
    }
}

void registers_survive(Lab& lab) {
    auto const note = lab.make_notification();
    auto const endpoint = lab.make_endpoint();
    auto const reply = lab.make_reply();
    Registers const in{{note, 0, 11, 12, 13, 14, reply, 0, note}};
    auto on_endpoint = in;
    on_endpoint.x[0] = endpoint;
    expect_others_survive(Syscall::Yield, in, {});
    expect_others_survive(Syscall::Send, in, {});
    expect_others_survive(Syscall::NBSend, in, {});
    expect_others_survive(Syscall::NBSend, on_endpoint, {});
    expect_others_survive(Syscall::Call, in, {0, 1});
    expect_others_survive(Syscall::NBWait, in, {0});
    expect_others_survive(Syscall::NBRecv, on_endpoint, {0});
    expect_others_survive(Syscall::NBSendRecv, in, {0});
    expect_others_survive(Syscall::NBSend, in, {});
    expect_others_survive(Syscall::Wait, in, {0});
}

/// As programs that were built for debugging do it on any kernel.
void names_and_kinds_may_be_asked_for(Lab&) {
    constexpr Word tcb_kind = 12;
    std::array<Word, 31> block{Lab::tcb};
    block[7] = static_cast<Word>(Syscall::DebugCapIdentify);
    trap_with_all_registers(block.data());
    expect_equal(block[0], tcb_kind);
    block[0] = Lab::null_slot;
    trap_with_all_registers(block.data());
    expect_equal(block[0], Word{0});

    block[0] = Lab::tcb;
    block[7] = static_cast<Word>(Syscall::DebugNameThread);
    auto const before = block;
    trap_with_all_registers(block.data());
    expect(block == before);
}

void errors_are_answered_to_calls_only(Lab& lab) {
    expect_error(lab.invoke(Lab::null_slot, Invocation::TcbSuspend), Error::InvalidCapability, {0});
    send(Lab::null_slot, {.label = 1});
    nb_send(Lab::null_slot, {.label = 1});
    nb_send(Lab::unresolvable, {.label = 1});
    expect(true); // still here: nothing was raised
}

void a_polled_send_without_receiver_is_dropped(Lab& lab) {
    auto const endpoint = lab.make_endpoint();
    nb_send(endpoint, {.length = 1, .words = {5}});
    auto const got = nb_recv(endpoint, lab.make_reply());
    expect_equal(got.badge(), 0);
}

void floating_point_survives_switches(Lab& lab) {
    Worker other{lab, [](Worker& self) {
                     self.steps = get_d31() + 1; // a new thread begins with zero
                     set_d31(0x5555);
                     wait(self.notification);
                     self.steps = get_d31();
                 }};
    other.notification = lab.make_notification();
    set_d31(0x1234);
    other.start();
    expect_equal(other.steps, 1);
    expect_equal(get_d31(), 0x1234);
    send(other.notification);
    expect_equal(other.steps, 0x5555);
    expect_equal(get_d31(), 0x1234);
}

/// It computed last: its values are still in the registers when it ends, and nobody's.
void floating_point_ends_with_its_thread(Lab& lab) {
    set_d31(0x1234);
    Worker deleted{lab, [](Worker&) { set_d31(0x7777); }};
    deleted.start();
    expect_success(lab.remove(deleted.tcb()));
    Worker newcomer{lab, [](Worker& self) { self.steps = get_d31() + 1; }};
    newcomer.start();
    expect_equal(newcomer.steps, 1);
    expect_equal(get_d31(), 0x1234);
}

/// A server that computes, called by a client that computes: neither switches through the queues.
void floating_point_survives_calls(Lab& lab) {
    Worker server{lab, [](Worker& self) {
                      auto got = recv(self.endpoint, self.reply);
                      for (;;) {
                          set_d31(get_d31() + got.word(0));
                          got = reply_recv(self.endpoint, self.reply,
                                           {.length = 1, .words = {get_d31()}});
                      }
                  }};
    server.endpoint = lab.make_endpoint();
    server.reply = lab.make_reply();
    server.start();
    expect_success(lab.invoke(server.sched_context(), Invocation::SchedContextUnbind));
    set_d31(0x1234);
    for (Word const sum : {10, 20, 30}) {
        auto const got = call(server.endpoint, {.length = 1, .words = {10}});
        expect_equal(got.word(0), sum);
        expect_equal(get_d31(), 0x1234);
    }
}

void user_thread_pointer_is_kept(Lab& lab) {
    Worker other{lab, [](Worker& self) {
                     set_thread_pointer(0x1234);
                     wait(self.notification);
                     self.steps = thread_pointer();
                 }};
    other.notification = lab.make_notification();
    set_thread_pointer(0x9876);
    other.start();
    expect_equal(thread_pointer(), 0x9876);
    send(other.notification);
    expect_equal(other.steps, 0x1234);
}

constexpr Test tests[] = {
    {"syscall: registers survive", registers_survive},
    {"syscall: names and kinds may be asked for in any build", names_and_kinds_may_be_asked_for},
    {"syscall: errors are answered to calls only", errors_are_answered_to_calls_only},
    {"syscall: a polled send without receiver is dropped",
     a_polled_send_without_receiver_is_dropped},
    {"syscall: floating point survives switches", floating_point_survives_switches},
    {"syscall: floating point survives calls", floating_point_survives_calls},
    {"syscall: floating point ends with its thread", floating_point_ends_with_its_thread},
    {"syscall: the user's thread pointer is kept", user_thread_pointer_is_kept},
};

} // namespace

constinit Tests const syscall_tests{tests};

} // namespace test
