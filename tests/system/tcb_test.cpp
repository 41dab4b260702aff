// SPDX-License-Identifier: BSD-2-Clause
//
// TCB invocations: registers, spaces, priorities, and starting and stopping.

#include "counter.hpp"
#include "suites.hpp"
#include "worker.hpp"

namespace test {

namespace {

using api::Error;
using api::Invocation;
using api::ObjectType;
using api::Rights;

void idle_body(Worker& self) {
    wait(self.notification);
}

void registers(Lab& lab) {
    auto const tcb = lab.make(ObjectType::Tcb);
    auto const read = Invocation::TcbReadRegisters;
    auto const write = Invocation::TcbWriteRegisters;
    expect_error(lab.invoke(tcb, read, {0}), Error::TruncatedMessage);
    expect_error(lab.invoke(tcb, read, {0, 0}), Error::RangeError, {1, 36});
    expect_error(lab.invoke(tcb, read, {0, 37}), Error::RangeError, {1, 36});
    expect_error(lab.invoke(Lab::tcb, read, {0, 1}), Error::IllegalOperation);
    expect_error(lab.invoke(tcb, write, {0}), Error::TruncatedMessage);
    expect_error(lab.invoke(tcb, write, {0, 3, 1, 2}), Error::TruncatedMessage);
    expect_error(lab.invoke(Lab::tcb, write, {0, 1, 1}), Error::IllegalOperation);
    expect_success(lab.invoke(tcb, write, {0, 4, 0x1000, 0x2000, ~Word{0}, 0x4000}));
    auto const answer = lab.invoke(tcb, read, {0, 36});
    expect_equal(answer.length, 36);
    expect_equal(answer.words[0], 0x1000);
    expect_equal(answer.words[1], 0x2000);
    expect_equal(answer.words[2] / base::bit(28), 0xf); // of the status only the flags
    expect_equal(answer.words[3], 0x4000);
    auto const other = lab.make(ObjectType::Tcb);
    auto const copy = Invocation::TcbCopyRegisters;
    expect_error(lab.invoke(other, copy, {4}), Error::TruncatedMessage);
    expect_error(lab.invoke(other, copy, {4}, {lab.arena()}), Error::InvalidCapability, {1});
    expect_success(lab.invoke(other, copy, {4}, {tcb}));
    expect_equal(lab.invoke(other, read, {0, 2}).words[1], 0x2000);
}

void configure_errors(Lab& lab) {
    auto const tcb = lab.make(ObjectType::Tcb);
    auto const frame = lab.make(ObjectType::SmallPage);
    auto const raw_space = lab.make(ObjectType::VSpace);
    auto const configure = [&](Words words, Words caps) {
        return lab.invoke(tcb, Invocation::TcbConfigure, words, caps);
    };
    expect_error(configure({0, 0}, {Lab::cnode, Lab::vspace, frame}), Error::TruncatedMessage);
    expect_error(configure({0, 0, 0}, {Lab::cnode, Lab::vspace}), Error::TruncatedMessage);
    expect_error(configure({0, 0, 0x400}, {Lab::cnode, Lab::vspace, tcb}), Error::IllegalOperation);
    expect_error(configure({0, 0, 0x401}, {Lab::cnode, Lab::vspace, frame}), Error::AlignmentError);
    expect_error(configure({0, 0, 0}, {frame, Lab::vspace, Lab::null_slot}),
                 Error::IllegalOperation);
    expect_error(configure({0, 0, 0}, {Lab::cnode, raw_space, Lab::null_slot}),
                 Error::IllegalOperation);
    expect_error(configure({0, 0, 0}, {Lab::cnode, Lab::cnode, Lab::null_slot}),
                 Error::IllegalOperation);
    expect_success(configure({0, 0, 0x400}, {Lab::cnode, Lab::vspace, frame}));
    expect_success(configure({0, 0, 0}, {Lab::cnode, Lab::vspace, Lab::null_slot}));
}

void handlers_are_checked(Lab& lab) {
    auto const tcb = lab.make(ObjectType::Tcb);
    auto const endpoint = lab.make_endpoint();
    auto const weak = lab.copy(endpoint, Rights::ReadWrite);
    auto const replying = lab.copy(endpoint, Rights::Write | Rights::GrantReply);
    auto const set = [&](Word handler) {
        return lab.invoke(tcb, Invocation::TcbSetSpace, {0, 0}, {handler, Lab::cnode, Lab::vspace});
    };
    auto const set_timeout = [&](Word handler) {
        return lab.invoke(tcb, Invocation::TcbSetTimeoutEndpoint, {}, {handler});
    };
    for (Word const bad : {weak, tcb, Lab::cnode}) {
        expect_error(set(bad), Error::InvalidCapability, {1});
        expect_error(set_timeout(bad), Error::InvalidCapability, {1});
    }
    for (Word const good : {endpoint, replying, Lab::null_slot}) {
        expect_success(set(good));
        expect_success(set_timeout(good));
    }
    expect_error(lab.invoke(tcb, Invocation::TcbSetTimeoutEndpoint), Error::TruncatedMessage);
}

void priorities_are_bounded(Lab& lab) {
    auto const tcb = lab.make(ObjectType::Tcb);
    auto const authority = lab.make(ObjectType::Tcb);
    for (auto const label : {Invocation::TcbSetMcPriority, Invocation::TcbSetPriority}) {
        expect_error(lab.invoke(tcb, label, {}, {Lab::tcb}), Error::TruncatedMessage);
        expect_error(lab.invoke(tcb, label, {1}), Error::TruncatedMessage);
        expect_error(lab.invoke(tcb, label, {1}, {Lab::cnode}), Error::InvalidCapability, {1});
        expect_error(lab.invoke(tcb, label, {256}, {Lab::tcb}), Error::RangeError, {0, 255});
        expect_error(lab.invoke(tcb, label, {1}, {authority}), Error::RangeError, {0, 0});
        expect_success(lab.invoke(tcb, label, {255}, {Lab::tcb}));
        expect_success(lab.invoke(tcb, label, {0}, {authority}));
    }
}

void sched_params(Lab& lab) {
    auto const tcb = lab.make(ObjectType::Tcb);
    auto const context = lab.make_sched_context();
    auto const endpoint = lab.make_endpoint();
    auto const set = [&](Words words, Words caps) {
        return lab.invoke(tcb, Invocation::TcbSetSchedParams, words, caps);
    };
    expect_error(set({1}, {Lab::tcb, context, endpoint}), Error::TruncatedMessage);
    expect_error(set({1, 1}, {Lab::tcb, context}), Error::TruncatedMessage);
    expect_error(set({256, 1}, {context, context, endpoint}), Error::InvalidCapability, {1});
    expect_error(set({256, 1}, {Lab::tcb, tcb, endpoint}), Error::RangeError, {0, 255});
    expect_error(set({1, 256}, {Lab::tcb, tcb, endpoint}), Error::RangeError, {0, 255});
    expect_error(set({1, 1}, {Lab::tcb, tcb, tcb}), Error::InvalidCapability, {2});
    expect_error(set({1, 1}, {Lab::tcb, context, tcb}), Error::InvalidCapability, {3});
    expect_error(set({1, 1}, {Lab::tcb, api::initial_slot::sched_context, endpoint}),
                 Error::IllegalOperation);
    expect_success(set({1, 1}, {Lab::tcb, context, endpoint}));
    expect_error(set({1, 1}, {Lab::tcb, lab.make_sched_context(), endpoint}),
                 Error::IllegalOperation);
    expect_success(set({1, 1}, {Lab::tcb, Lab::null_slot, endpoint}));
    expect_error(lab.invoke(Lab::tcb, Invocation::TcbSetSchedParams, {255, own_priority},
                            {Lab::tcb, Lab::null_slot, Lab::null_slot}),
                 Error::IllegalOperation);
}

void sched_params_of_those_who_wait(Lab& lab) {
    auto const endpoint = lab.make_endpoint();
    auto const body = [](Worker& self) { self.got = wait(self.endpoint); };
    Worker first{lab, body};
    Worker second{lab, body};
    Worker third{lab, body};
    for (auto* const worker : {&first, &second, &third}) {
        worker->endpoint = endpoint;
        worker->start();
    }
    auto const set = [&](Worker& worker, Word priority, Word context) {
        return lab.invoke(worker.tcb(), Invocation::TcbSetSchedParams, {0, priority},
                          {Lab::tcb, context, Lab::null_slot});
    };
    auto const next = [&] {
        send(endpoint);
        return (first.finished != 0 ? 1u : 0u) + (second.finished != 0 ? 2u : 0u) +
               (third.finished != 0 ? 4u : 0u);
    };
    // Of another's context, or one that could not pay, nothing is changed: not even the order.
    constexpr Word higher = Worker::default_priority + 1;
    expect_error(set(third, higher, second.sched_context()), Error::IllegalOperation);
    auto const raw = lab.make(ObjectType::SchedContext, 8);
    third.take_time();
    expect_error(set(third, higher, raw), Error::IllegalOperation);
    expect_equal(next(), 1);
    expect_success(set(third, higher, third.sched_context())); // with time, it is the first now
    expect_equal(next(), 1 + 4);
    expect_success(set(second, higher, Lab::null_slot)); // it waits on, without time
    expect_equal(next(), 1 + 4);
    expect_success(set(second, higher, second.sched_context()));
    expect_equal(second.finished, 1);
}

void ipc_buffer(Lab& lab) {
    Worker worker{lab, [](Worker& self) { self.got = recv(self.endpoint, self.reply); }};
    worker.endpoint = lab.make_endpoint();
    worker.reply = lab.make_reply();
    auto const set = [&](Word address, Word frame) {
        return lab.invoke(worker.tcb(), Invocation::TcbSetIpcBuffer, {address}, {frame});
    };
    expect_error(lab.invoke(worker.tcb(), Invocation::TcbSetIpcBuffer, {0x400}),
                 Error::TruncatedMessage);
    expect_error(set(0x400, Lab::cnode), Error::IllegalOperation);
    expect_error(set(0x200, lab.make(ObjectType::SmallPage)), Error::AlignmentError);
    expect_success(set(0, Lab::null_slot));
    worker.start();
    for (Word i = 4; i < 10; ++i) {
        lab.buffer().words[i] = i;
    }
    send(worker.endpoint, {.length = 10, .words = {1, 2, 3, 4}});
    expect_equal(worker.got.info().length(), 4); // it has no buffer
    expect_equal(worker.got.word(3), 4);
}

void suspend_and_resume(Lab& lab) {
    Worker worker{lab, [](Worker& self) {
                      for (;;) {
                          ++self.steps;
                          wait(self.notification);
                      }
                  }};
    worker.notification = lab.make_notification();
    worker.start();
    expect_equal(worker.steps, 1);
    expect_success(lab.invoke(worker.tcb(), Invocation::TcbSuspend));
    send(worker.notification);
    expect_equal(worker.steps, 1);
    expect_success(lab.invoke(worker.tcb(), Invocation::TcbResume));
    expect_equal(worker.steps, 2); // it waited again, and found the signal
    expect_success(lab.invoke(worker.tcb(), Invocation::TcbResume));
}

void a_thread_may_delete_itself(Lab& lab) {
    Worker worker{lab, [](Worker& self) {
                      self.steps = 1;
                      call(Lab::cnode, {.label = std::to_underlying(Invocation::CNodeDelete),
                                        .length = 2,
                                        .words = {self.tcb(), Lab::depth}});
                      self.steps = 2;
                  }};
    worker.start();
    expect_equal(worker.steps, 1);
    expect(lab.empty(worker.tcb()));
}

void binding_errors(Lab& lab) {
    auto const tcb = lab.make(ObjectType::Tcb);
    auto const note = lab.make_notification();
    auto const bind = [&](Word cap) {
        return lab.invoke(tcb, Invocation::TcbBindNotification, {}, {cap});
    };
    Worker waiter{lab, idle_body};
    waiter.notification = lab.make_notification();
    waiter.start();
    expect_error(lab.invoke(tcb, Invocation::TcbBindNotification), Error::TruncatedMessage);
    expect_error(lab.invoke(tcb, Invocation::TcbUnbindNotification), Error::IllegalOperation);
    expect_error(bind(Lab::cnode), Error::IllegalOperation);
    expect_error(bind(lab.copy(note, Rights::Write)), Error::IllegalOperation);
    expect_error(bind(waiter.notification), Error::IllegalOperation);
    expect_success(bind(note));
    expect_error(bind(lab.make_notification()), Error::IllegalOperation);
    auto const second = lab.make(ObjectType::Tcb);
    expect_error(lab.invoke(second, Invocation::TcbBindNotification, {}, {note}),
                 Error::IllegalOperation);
    expect_success(lab.invoke(tcb, Invocation::TcbUnbindNotification));
}

void flags_and_tls(Lab& lab) {
    auto const tcb = lab.make(ObjectType::Tcb);
    expect_error(lab.invoke(tcb, Invocation::TcbSetFlags, {0}), Error::TruncatedMessage);
    expect_success(lab.invoke(tcb, Invocation::TcbSetFlags, {0, ~Word{0}}), {1});
    expect_success(lab.invoke(tcb, Invocation::TcbSetFlags, {1, 0}), {0});
    expect_error(lab.invoke(tcb, Invocation::TcbSetTlsBase), Error::TruncatedMessage);
    expect_success(lab.invoke(Lab::tcb, Invocation::TcbSetTlsBase, {0x7770}));
    expect_equal(thread_pointer(), 0x7770);
    expect_error(lab.invoke(tcb, Invocation::CNodeCopy), Error::IllegalOperation);
}

constexpr Test tests[] = {
    {"tcb: Read-, Write- and CopyRegisters", registers},
    {"tcb: errors of Configure", configure_errors},
    {"tcb: fault and timeout handlers are checked", handlers_are_checked},
    {"tcb: priorities are bounded by the authority", priorities_are_bounded},
    {"tcb: SetSchedParams", sched_params},
    {"tcb: SetSchedParams of those who wait", sched_params_of_those_who_wait},
    {"tcb: SetIPCBuffer", ipc_buffer},
    {"tcb: Suspend and Resume", suspend_and_resume},
    {"tcb: a thread may delete itself", a_thread_may_delete_itself},
    {"tcb: errors of BindNotification", binding_errors},
    {"tcb: SetFlags and SetTLSBase", flags_and_tls},
};

} // namespace

constinit Tests const tcb_tests{tests};

} // namespace test
