// SPDX-License-Identifier: BSD-2-Clause
//
// Scheduling contexts: parameters and bindings.

#include "counter.hpp"
#include "suites.hpp"
#include "worker.hpp"

namespace test {

namespace {

using api::Error;
using api::Invocation;
using api::ObjectType;

void body_that_waits(Worker& self) {
    wait(self.notification);
}

void configure_errors(Lab& lab) {
    auto const context = lab.make(ObjectType::SchedContext, 8);
    auto const control = lab.boot_info().sched_control.start;
    auto const label = Invocation::SchedControlConfigureFlags;
    expect_error(lab.invoke(control, label, {1000, 1000, 0, 0, 0}), Error::TruncatedMessage);
    expect_error(lab.invoke(control, label, {1000, 1000, 0, 0}, {context}),
                 Error::TruncatedMessage);
    expect_error(lab.invoke(control, Invocation::TcbResume), Error::IllegalOperation);
    auto const too_much = lab.configure(context, ~Word{0}, 1000);
    expect_kind(too_much, Error::RangeError);
    auto const most = too_much.words[1];
    expect_error(lab.configure(context, 1000, most + 1), Error::RangeError, {20, most});
    expect_error(lab.configure(context, 19, 1000), Error::RangeError, {20, most});
    expect_error(lab.configure(context, 20, 19), Error::RangeError, {20, most});
    expect_error(lab.configure(context, 1001, 1000), Error::RangeError, {20, 1000});
    expect_error(lab.configure(control, 20, 1000, 1000), Error::InvalidCapability, {1});
    expect_error(lab.configure(context, 20, 1000, 9), Error::RangeError, {0, 8});
    expect_success(lab.configure(context, 20, 1000, 8));
    expect_success(lab.configure(context, most, most));
    expect_error(lab.configure(lab.make(ObjectType::SchedContext, 7), 20, 1000, 1),
                 Error::RangeError, {0, 0});
}

void bind_errors(Lab& lab) {
    auto const context = lab.make_sched_context();
    auto const tcb = lab.make(ObjectType::Tcb);
    auto const note = lab.make_notification();
    auto const bind = Invocation::SchedContextBind;
    expect_error(lab.invoke(context, bind), Error::TruncatedMessage);
    expect_error(lab.invoke(context, bind, {}, {Lab::cnode}), Error::InvalidCapability, {1});
    expect_error(lab.invoke(context, bind, {}, {Lab::tcb}), Error::IllegalOperation);
    expect_success(lab.invoke(context, bind, {}, {tcb}));
    expect_error(lab.invoke(context, bind, {}, {lab.make(ObjectType::Tcb)}),
                 Error::IllegalOperation);
    expect_success(lab.invoke(context, bind, {}, {note}));
    expect_error(lab.invoke(context, bind, {}, {lab.make_notification()}), Error::IllegalOperation);
    expect_error(lab.invoke(lab.make_sched_context(), bind, {}, {note}), Error::IllegalOperation);
    expect_success(lab.invoke(context, Invocation::SchedContextUnbind));
    expect_success(lab.invoke(context, bind, {}, {tcb}));
}

void a_blocked_thread_needs_usable_time(Lab& lab) {
    Worker worker{lab, body_that_waits};
    worker.notification = lab.make_notification();
    worker.start();
    expect_success(lab.invoke(worker.sched_context(), Invocation::SchedContextUnbind));
    auto const raw = lab.make(ObjectType::SchedContext, 8);
    expect_error(lab.invoke(raw, Invocation::SchedContextBind, {}, {worker.tcb()}),
                 Error::IllegalOperation);
    expect_success(lab.configure(raw, 1000, 1000));
    expect_success(lab.invoke(raw, Invocation::SchedContextBind, {}, {worker.tcb()}));
    send(worker.notification);
    expect(worker.finished != 0);
}

void unbind_errors(Lab& lab) {
    auto const own = api::initial_slot::sched_context;
    auto const context = lab.make_sched_context();
    auto const label = Invocation::SchedContextUnbindObject;
    expect_error(lab.invoke(own, Invocation::SchedContextUnbind), Error::IllegalOperation);
    expect_error(lab.invoke(own, label, {}, {Lab::tcb}), Error::IllegalOperation);
    expect_error(lab.invoke(context, label), Error::TruncatedMessage);
    expect_error(lab.invoke(context, label, {}, {lab.make(ObjectType::Tcb)}),
                 Error::IllegalOperation);
    expect_error(lab.invoke(context, label, {}, {lab.make_notification()}),
                 Error::IllegalOperation);
    expect_error(lab.invoke(context, label, {}, {Lab::cnode}), Error::InvalidCapability, {1});
    expect_error(lab.invoke(context, Invocation::CNodeCopy), Error::IllegalOperation);
}

void a_thread_without_time_does_not_run(Lab& lab) {
    Worker worker{lab, [](Worker& self) { ++self.steps; }};
    worker.start_without_time();
    expect_equal(worker.steps, 0);
    worker.bind(lab.make_sched_context());
    expect(worker.finished != 0); // at once: it has the higher priority
}

void consumed_time_is_told_once(Lab& lab) {
    Worker worker{lab, [](Worker& self) {
                      spin_ms(1);
                      wait(self.notification);
                  }};
    worker.notification = lab.make_notification();
    worker.bind(lab.make_sched_context(100'000, 100'000));
    worker.start();
    auto const consumed = lab.invoke(worker.sched_context(), Invocation::SchedContextConsumed);
    expect_kind(consumed, Error::None);
    expect_equal(consumed.length, 1);
    expect(consumed.words[0] >= 1000);
    expect_success(lab.invoke(worker.sched_context(), Invocation::SchedContextConsumed), {0});
}

void yield_to(Lab& lab) {
    auto const label = Invocation::SchedContextYieldTo;
    expect_error(lab.invoke(lab.make_sched_context(), label), Error::IllegalOperation);
    expect_error(lab.invoke(api::initial_slot::sched_context, label), Error::IllegalOperation);
    auto const body = [](Worker& self) { ++self.steps; };
    Worker lower{lab, body, own_priority - 1};
    lower.start();
    auto const at_once = lab.invoke(lower.sched_context(), label);
    expect_kind(at_once, Error::None);
    expect_equal(at_once.length, 1);
    expect_equal(lower.steps, 0);
    Worker equal{lab, body, own_priority};
    equal.start();
    expect_equal(equal.steps, 0);
    auto const after = lab.invoke(equal.sched_context(), label);
    expect_kind(after, Error::None);
    expect_equal(after.length, 1);
    expect_equal(equal.steps, 1);
    Worker stopped{lab, body, own_priority};
    stopped.bind(lab.make_sched_context());
    expect_success(lab.invoke(stopped.sched_context(), label), {0});
}

void deleting_the_context_stops_its_thread(Lab& lab) {
    Worker worker{lab, body_that_waits};
    worker.notification = lab.make_notification();
    worker.start();
    expect_success(lab.remove(worker.sched_context()));
    send(worker.notification);
    expect(worker.finished == 0);
    worker.bind(lab.make_sched_context());
    expect(worker.finished != 0);
}

constexpr Test tests[] = {
    {"sched_context: errors of ConfigureFlags", configure_errors},
    {"sched_context: Bind", bind_errors},
    {"sched_context: a blocked thread needs usable time", a_blocked_thread_needs_usable_time},
    {"sched_context: errors of Unbind", unbind_errors},
    {"sched_context: a thread without time does not run", a_thread_without_time_does_not_run},
    {"sched_context: Consumed", consumed_time_is_told_once},
    {"sched_context: YieldTo", yield_to},
    {"sched_context: deleting it stops its thread", deleting_the_context_stops_its_thread},
};

} // namespace

constinit Tests const sched_context_tests{tests};

} // namespace test
