// SPDX-License-Identifier: BSD-2-Clause
//
// Scheduling: priorities, slices, budgets.

#include "counter.hpp"
#include "suites.hpp"
#include "worker.hpp"

namespace test {

namespace {

using api::Error;
using api::Invocation;

void counting_body(Worker& self) {
    for (;;) {
        ++self.steps;
    }
}

void higher_priority_runs_at_once(Lab& lab) {
    Worker higher{lab, [](Worker& self) { ++self.steps; }, own_priority + 1};
    Worker lower{lab, [](Worker& self) { ++self.steps; }, own_priority - 1};
    lower.start();
    expect_equal(lower.steps, 0);
    higher.start();
    expect_equal(higher.steps, 1);
    expect_success(
        lab.invoke(lower.tcb(), Invocation::TcbSetPriority, {own_priority + 1}, {Lab::tcb}));
    expect_equal(lower.steps, 1);
}

void equals_do_not_preempt(Lab& lab) {
    Worker equal{lab, [](Worker& self) { ++self.steps; }, own_priority};
    equal.start();
    expect_equal(equal.steps, 0);
    yield();
    expect_equal(equal.steps, 1);
}

void lowering_the_own_priority_lets_others_run(Lab& lab) {
    Worker worker{lab, [](Worker& self) { ++self.steps; }, 50};
    worker.start();
    expect_success(lab.invoke(Lab::tcb, Invocation::TcbSetPriority, {40}, {Lab::tcb}));
    expect_equal(worker.steps, 1);
    expect_success(lab.invoke(Lab::tcb, Invocation::TcbSetPriority, {own_priority}, {Lab::tcb}));
}

void equals_share_by_slices(Lab& lab) {
    Worker one{lab, counting_body, own_priority};
    Worker two{lab, counting_body, own_priority};
    one.bind(lab.make_sched_context(1000, 1000));
    two.bind(lab.make_sched_context(1000, 1000));
    one.start();
    two.start();
    for (int round = 0; round < 5; ++round) {
        auto const one_before = one.steps;
        auto const two_before = two.steps;
        yield(); // both get a slice before it is this thread's turn again
        expect(one.steps != one_before);
        expect(two.steps != two_before);
    }
}

void a_slice_ends_without_a_system_call(Lab& lab) {
    Worker worker{lab, counting_body, own_priority};
    worker.start();
    spin_ms(12); // two slices of this thread
    expect(worker.steps > 0);
}

void a_budget_is_not_exceeded(Lab& lab) {
    Worker worker{lab, counting_body, own_priority + 1};
    worker.bind(lab.make_sched_context(2000, 20'000)); // a tenth of the time
    worker.start();
    spin_ms(100);
    auto const consumed =
        lab.invoke(worker.sched_context(), Invocation::SchedContextConsumed).words[0];
    expect(consumed >= 8000);
    expect(consumed <= 14'500); // at most one more period has begun; and what entries cost
}

void sleeping_is_waiting_for_budget(Lab& lab) {
    Worker worker{lab, [](Worker& self) {
                      for (;;) {
                          ++self.steps;
                          yield(); // the rest of the budget
                      }
                  }};
    worker.bind(lab.make_sched_context(1000, 10'000));
    worker.start();
    expect_equal(worker.steps, 1);
    spin_ms(55);
    expect(worker.steps >= 5 && worker.steps <= 7);
}

void running_out_raises_a_timeout(Lab& lab) {
    auto const faults = lab.make_endpoint();
    auto const reply = lab.make_reply();
    Worker worker{lab, counting_body, own_priority - 1};
    worker.bind(lab.make_sched_context(2000, 50'000, 123));
    expect_success(lab.invoke(worker.tcb(), Invocation::TcbSetTimeoutEndpoint, {}, {faults}));
    worker.start();
    auto const fault = recv(faults, reply);
    expect_equal(fault.label(), 5);
    expect_equal(fault.info().length(), 2);
    expect_equal(fault.word(0), 123);
    expect(fault.word(1) >= 1900 && fault.word(1) <= 3000);
    auto const before = worker.steps;
    expect_success(lab.configure(worker.sched_context(), 2000, 50'000, 0, 124));
    send(reply); // with a new budget it goes on until that is gone
    auto const second = recv(faults, reply);
    expect_equal(second.word(0), 124);
    expect(worker.steps != before);
}

void domains(Lab& lab) {
    auto const domain = api::initial_slot::domain;
    auto const set = Invocation::DomainSetSet;
    auto const slice = Invocation::DomainScheduleConfigure;
    auto const start = Invocation::DomainScheduleSetStart;
    auto const tcb = lab.make(api::ObjectType::Tcb);
    expect_error(lab.invoke(domain, set), Error::TruncatedMessage);
    expect_error(lab.invoke(domain, set, {256}), Error::InvalidArgument, {0});
    expect_error(lab.invoke(domain, set, {0}), Error::TruncatedMessage);
    expect_error(lab.invoke(domain, set, {0}, {Lab::cnode}), Error::InvalidArgument, {1});
    expect_success(lab.invoke(domain, set, {0}, {tcb}));
    expect_error(lab.invoke(domain, slice, {0, 0}), Error::TruncatedMessage);
    expect_kind(lab.invoke(domain, slice, {1000, 0, 1}), Error::RangeError);
    expect_kind(lab.invoke(domain, slice, {0, 256, 1}), Error::RangeError);
    expect_error(lab.invoke(domain, slice, {0, 0, base::bit(56)}), Error::InvalidArgument, {2});
    expect_error(lab.invoke(domain, slice, {0, 0, 0}), Error::InvalidArgument, {2});
    expect_error(lab.invoke(domain, start), Error::TruncatedMessage);
    expect_kind(lab.invoke(domain, start, {1000}), Error::RangeError);
    expect_error(lab.invoke(domain, start, {1}), Error::InvalidArgument, {0});
    expect_success(lab.invoke(domain, start, {0}));
    expect_error(lab.invoke(domain, Invocation::TcbResume), Error::IllegalOperation);
}

constexpr Test tests[] = {
    {"sched: a higher priority runs at once", higher_priority_runs_at_once},
    {"sched: equals do not preempt", equals_do_not_preempt},
    {"sched: lowering one's own priority", lowering_the_own_priority_lets_others_run},
    {"sched: equals share by slices", equals_share_by_slices},
    {"sched: a slice ends without a system call", a_slice_ends_without_a_system_call},
    {"sched: a budget is not exceeded", a_budget_is_not_exceeded},
    {"sched: yielding waits for the next budget", sleeping_is_waiting_for_budget},
    {"sched: running out raises a timeout fault", running_out_raises_a_timeout},
    {"sched: domain invocations", domains},
};

} // namespace

constinit Tests const sched_tests{tests};

} // namespace test
