// SPDX-License-Identifier: BSD-2-Clause
//
// Long operations let urgent threads by: one that the timer wakes runs before they are done.

#include "crowd.hpp"
#include "suites.hpp"
#include "worker.hpp"

namespace test {

namespace {

using api::Invocation;
using api::ObjectType;
using api::Rights;

/// Wakes up as often as its budget comes back, and counts.
struct Clock {
    Clock(Lab& lab, Word budget_us, Word period_us) : worker{lab, body} {
        worker.bind(lab.make_sched_context(budget_us, period_us));
        worker.start();
    }

    static void body(Worker& self) {
        for (;;) {
            ++self.steps;
            yield();
        }
    }

    Worker worker;
};

/// `operation` is one system call, `prepare` makes it possible again. How long it takes depends on
/// the build, so clocks are tried from slow to fast until one runs while the operation does: twice,
/// because once could be just before or just after.
template <typename Prepare, typename Operation>
void expect_interruptible(Lab& lab, Prepare prepare, Operation operation,
                          Location where = Location::current()) {
    for (Word const period_us : {10'000, 5000, 2000, 1000, 500, 200}) {
        prepare();
        Clock const clock{lab, period_us / 5, period_us};
        Word const before = clock.worker.steps;
        auto const answer = operation();
        Word const after = clock.worker.steps;
        expect_success(answer, {}, where);
        expect_success(lab.remove(clock.worker.tcb()), {}, where);
        if (after - before >= 2) {
            return;
        }
    }
    expect(false, where);
}

constexpr Word many = 4096;

/// Fills a CNode with children of an untyped.
void fill(Lab& lab, Word untyped, Word node) {
    for (Word i = 0; i < many; i += api::retype_fan_out) {
        expect_success(lab.invoke(
            untyped, Invocation::UntypedRetype,
            {std::to_underlying(ObjectType::Endpoint), 0, 0, 0, i, api::retype_fan_out}, {node}));
    }
}

void revoke_is_interrupted(Lab& lab) {
    auto const node = lab.make(ObjectType::CNode, 12);
    auto const untyped = lab.make(ObjectType::Untyped, 17);
    expect_interruptible(
        lab, [&] { fill(lab, untyped, node); }, [&] { return lab.revoke(untyped); });
}

void delete_is_interrupted(Lab& lab) {
    auto const untyped = lab.make(ObjectType::Untyped, 17);
    Word node = 0;
    expect_interruptible(
        lab,
        [&] {
            node = lab.make(ObjectType::CNode, 12);
            fill(lab, untyped, node);
        },
        [&] { return lab.remove(node); });
}

/// RAM that nothing has been made of, and enough of it.
Word unused_ram(Lab& lab, Word bits) {
    auto const& info = lab.boot_info();
    for (auto untyped = info.untyped.end; untyped-- > info.untyped.start;) {
        auto const& description = info.untyped_list[untyped - info.untyped.start];
        auto const slot = lab.slots();
        if (description.is_device == 0 && description.size_bits >= bits &&
            lab.invoke(untyped, Invocation::UntypedRetype,
                       {std::to_underlying(ObjectType::Untyped), bits, 0, 0, slot, 1}, {Lab::cnode})
                    .error == api::Error::None) {
            return slot;
        }
    }
    require(false);
    return 0;
}

void retype_is_interrupted(Lab& lab) {
    constexpr Word count = 16;
    auto const ram = unused_ram(lab, api::large_page_bits + 4);
    auto const slots = lab.slots(count);
    expect_interruptible(
        lab, [&] { expect_success(lab.revoke(ram)); },
        [&] {
            return lab.invoke(ram, Invocation::UntypedRetype,
                              {std::to_underlying(ObjectType::LargePage), 0, 0, 0, slots, count},
                              {Lab::cnode});
        });
}

/// Somebody who makes one system call, with so little time that it may not last for all of it.
class Manager {
public:
    Manager(Lab& lab, Body body, Word endpoint, Word budget_us) : worker_{lab, body} {
        constexpr Word period_us = 20'000;
        worker_.endpoint = endpoint;
        worker_.bind(lab.make_sched_context(budget_us, period_us));
        worker_.start();
    }

    [[nodiscard]] bool has_finished() const { return worker_.finished != 0; }

    /// The answer is a success.
    void expect_end(Lab& lab) {
        while (!has_finished()) {
            yield();
        }
        expect_equal(worker_.steps, 0);
        expect_success(lab.remove(worker_.tcb()));
    }

private:
    Worker worker_;
};

/// How long a system call takes depends on the build and the machine: with one of these budgets it
/// has begun and not ended. `attempt` returns whether it was so.
template <typename Attempt>
void expect_unfinished_once(Attempt attempt, Location where = Location::current()) {
    constexpr Word longest_us = 10'000;
    bool seen = false;
    for (Word budget_us = 24; !seen && budget_us < longest_us; budget_us += budget_us / 6) {
        seen = attempt(budget_us);
    }
    expect(seen, where);
}

Word ask(Invocation label, Word slot) {
    return call(Lab::cnode,
                {.label = std::to_underlying(label), .length = 2, .words = {slot, Lab::depth}})
        .label();
}

constexpr Word crowd_size = 256;

void cancelling_badged_sends_is_interrupted(Lab& lab) {
    auto const endpoint = lab.make_endpoint();
    auto const badged = lab.mint(endpoint, 1);
    auto const reply = lab.make_reply();
    Crowd crowd{lab, crowd_size};
    expect_unfinished_once([&](Word budget_us) {
        crowd.send(badged);
        Manager manager{lab,
                        [](Worker& self) {
                            self.steps = ask(Invocation::CNodeCancelBadgedSends, self.endpoint);
                        },
                        badged, budget_us};
        bool const unfinished = !manager.has_finished();
        Word waiting = 0;
        while (nb_recv(endpoint, reply).badge() != 0) {
            ++waiting; // until now
        }
        manager.expect_end(lab);
        return unfinished && waiting != 0 && waiting != crowd_size;
    });
}

void the_end_of_an_endpoint_is_interrupted(Lab& lab) {
    Crowd crowd{lab, crowd_size};
    expect_unfinished_once([&](Word budget_us) {
        auto const endpoint = lab.make_endpoint();
        crowd.send(endpoint);
        Manager manager{
            lab, [](Worker& self) { self.steps = ask(Invocation::CNodeDelete, self.endpoint); },
            endpoint, budget_us};
        auto const copy = lab.slots();
        auto const answer =
            lab.invoke(Lab::cnode, Invocation::CNodeCopy,
                       {copy, Lab::depth, endpoint, Lab::depth, Rights::All.bits()}, {Lab::cnode});
        manager.expect_end(lab);
        expect(lab.empty(endpoint));
        expect_success(lab.remove(copy));
        return answer.error == api::Error::IllegalOperation; // neither there nor gone
    });
}

constexpr Test tests[] = {
    {"preemption: Revoke of thousands of children", revoke_is_interrupted},
    {"preemption: Delete of a full CNode", delete_is_interrupted},
    {"preemption: Retype of large pages", retype_is_interrupted},
    {"preemption: CancelBadgedSends of many", cancelling_badged_sends_is_interrupted},
    {"preemption: Delete of an endpoint where many wait", the_end_of_an_endpoint_is_interrupted},
};

} // namespace

constinit Tests const preemption_tests{tests};

} // namespace test
