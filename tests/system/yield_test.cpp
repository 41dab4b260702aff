// SPDX-License-Identifier: BSD-2-Clause
//
// YieldTo: who runs, when the answer comes, and what ends the wait for it.

#include "counter.hpp"
#include "suites.hpp"
#include "worker.hpp"

namespace test {

namespace {

using api::Error;
using api::Invocation;

constexpr Word pair_priority = own_priority + 20;

/// Yields to the context in `endpoint`.
void yielding_body(Worker& self) {
    ++self.steps;
    self.got = call(self.endpoint, {.label = std::to_underlying(Invocation::SchedContextYieldTo)});
}

/// Deletes what is in `endpoint`, which may be what it lives on.
void deleting_body(Worker& self) {
    call(Lab::cnode, {.label = std::to_underlying(Invocation::CNodeDelete),
                      .length = 2,
                      .words = {self.endpoint, Lab::depth}});
}

/// A thread that yields to another one of its priority.
struct Pair {
    Pair(Lab& lab, Body body)
        : target{lab, body, pair_priority}, yielder{lab, yielding_body, pair_priority},
          context{lab.make_sched_context()} {
        constexpr Word any = 255;
        require(lab.invoke(yielder.tcb(), Invocation::TcbSetMcPriority, {any}, {Lab::tcb}).error ==
                Error::None);
        target.bind(context);
        yielder.endpoint = context;
    }

    /// Until both have stopped. The one that is started last is the first to run.
    void run(Lab& lab) {
        set_own_priority(lab, pair_priority + 1);
        target.start_without_time();
        yielder.start();
        set_own_priority(lab, own_priority);
    }

    static void set_own_priority(Lab& lab, Word priority) {
        expect_success(lab.invoke(Lab::tcb, Invocation::TcbSetPriority, {priority}, {Lab::tcb}));
    }

    void expect_answer(Location where = Location::current()) const {
        expect(yielder.finished != 0, where);
        expect_equal(yielder.got.badge(), 0, where);
        expect_equal(yielder.got.label(), 0, where);
        expect_equal(yielder.got.info().length(), 1, where);
    }

    Worker target;
    Worker yielder;
    Word context;
};

void until_the_budget_is_gone(Lab& lab) {
    Worker target{lab,
                  [](Worker& self) {
                      for (;;) {
                          ++self.steps;
                      }
                  },
                  own_priority};
    target.bind(lab.make_sched_context(2000, 50'000));
    target.start();
    auto const label = Invocation::SchedContextYieldTo;
    auto const answer = lab.invoke(target.sched_context(), label);
    expect_kind(answer, Error::None);
    expect(answer.words[0] >= 1900 && answer.words[0] <= 3000);
    auto const before = target.steps;
    expect(before != 0);
    expect_success(lab.invoke(target.sched_context(), label), {0}); // at once: it has no budget
    expect_equal(target.steps, before);
}

void until_the_target_stops(Lab& lab) {
    Pair pair{lab, [](Worker& self) {
                  spin_ms(1);
                  ++self.steps;
              }};
    pair.run(lab);
    expect_equal(pair.target.steps, 1);
    pair.expect_answer();
    expect(pair.yielder.got.word(0) >= 1000 && pair.yielder.got.word(0) < 5000);
}

void until_the_target_is_deleted(Lab& lab) {
    Pair pair{lab, deleting_body};
    pair.target.endpoint = pair.target.tcb();
    pair.run(lab);
    expect(lab.empty(pair.target.tcb()));
    pair.expect_answer();
}

void until_the_context_is_deleted(Lab& lab) {
    Pair pair{lab, deleting_body};
    pair.target.endpoint = pair.context;
    pair.run(lab);
    expect(lab.empty(pair.context));
    expect(pair.target.finished == 0);
    pair.expect_answer();
}

void until_the_yielder_is_deleted(Lab& lab) {
    Pair pair{lab, deleting_body};
    pair.target.endpoint = pair.yielder.tcb();
    pair.run(lab);
    expect(lab.empty(pair.yielder.tcb()));
    expect(pair.target.finished != 0);
    expect_equal(pair.yielder.steps, 1);
    expect(pair.yielder.finished == 0);
}

void until_the_yielder_is_suspended(Lab& lab) {
    Pair pair{lab, [](Worker& self) {
                  call(self.endpoint, {.label = std::to_underlying(Invocation::TcbSuspend)});
              }};
    pair.target.endpoint = pair.yielder.tcb();
    pair.run(lab);
    expect(pair.target.finished != 0);
    expect(pair.yielder.finished == 0);
    expect_success(lab.invoke(pair.yielder.tcb(), Invocation::TcbResume));
    expect(pair.yielder.finished != 0); // it goes on behind its call, unanswered
    expect_equal(pair.yielder.steps, 1);
    expect_equal(pair.yielder.got.badge(), pair.context);
}

constexpr Test tests[] = {
    {"yield_to: until the budget is gone", until_the_budget_is_gone},
    {"yield_to: until the target stops", until_the_target_stops},
    {"yield_to: until the target is deleted", until_the_target_is_deleted},
    {"yield_to: until the context is deleted", until_the_context_is_deleted},
    {"yield_to: until the yielder is deleted", until_the_yielder_is_deleted},
    {"yield_to: until the yielder is suspended", until_the_yielder_is_suspended},
};

} // namespace

constinit Tests const yield_tests{tests};

} // namespace test
