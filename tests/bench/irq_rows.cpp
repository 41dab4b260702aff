// SPDX-License-Identifier: BSD-2-Clause
//
// Interrupts, until the first instruction of the thread that they are for.

#include "crowd.hpp"
#include "kernel_call.hpp"
#include "loops.hpp"
#include "rows.hpp"
#include "second_space.hpp"
#include "uart.hpp"
#include "worker.hpp"

namespace bench {

namespace {

using api::Error;
using api::Invocation;
using test::require;
using test::Worker;

Count volatile marked_there = 0;

/// The UART has sent something, so it interrupts as soon as it may.
void latency(Lab& lab, Samples& samples) {
    auto const irq = lab.slots();
    auto const note = lab.make_notification();
    require(lab.invoke(api::initial_slot::irq_control, Invocation::IrqIssueHandler,
                       {Board::uart_irq, irq, Lab::depth}, {Lab::cnode})
                .error == Error::None);
    require(lab.invoke(irq, Invocation::IrqSetHandler, {}, {note}).error == Error::None);
    Worker handler{
        lab,
        [](Worker& self) { mark_after_each(api::Syscall::Wait, self.notification, &marked_there); },
        Worker::default_priority, make_second_space(lab)};
    handler.notification = note;
    handler.start();
    auto uart = test::uart();
    samples.take([&] {
        auto const before = mark();
        uart.enable_interrupts({.transmit = true});
        auto const cost = between(before, marked_there);
        uart.enable_interrupts({});
        require(lab.invoke(irq, Invocation::IrqAck).error == Error::None);
        return cost;
    });
}

/// A thread that the kernel's timer wakes again and again: with a sporadic scheduling context a
/// yield lasts until the next refill, which is a period after the last wake.
struct Sleeper {
    Count volatile wakes{0};
    Count volatile woke_at{0};
    Count volatile interval{0}; // between the last two wakes

    /// Where latencies go while they are to be sampled.
    Samples* volatile samples{nullptr};
    /// So long after a wake the next interrupt comes.
    Count due{0};

    void run() {
        for (;;) {
            test::yield();
            auto const now = mark();
            interval = now - woke_at;
            woke_at = now;
            wakes = wakes + 1;
            if (samples != nullptr) {
                samples->add(interval - due);
            }
        }
    }
};

constinit Sleeper sleeper;

/// From a wake to the interrupt that leads to the next, found out while a program runs. The last
/// mark before the interrupt is a few instructions early, so latencies are told a few too long.
Count due_at_rest() {
    Count due = 0;
    for (int settle = 0; settle < 3; ++settle) {
        auto const wakes = sleeper.wakes;
        Count const last_wake = sleeper.woke_at;
        for (auto now = mark(); sleeper.wakes == wakes; now = mark()) {
            due = now - last_wake;
        }
    }
    return due;
}

constexpr Word radix = 12;

/// Thousands of capabilities that go when the untyped is revoked.
void fill(Lab& lab, Word untyped, Word endpoint, Word cnode) {
    lab.retype(untyped, api::ObjectType::Endpoint, 0, endpoint);
    for (Word i = 0; i < Word{1} << radix; ++i) {
        KernelCall{lab,
                   cnode,
                   Invocation::CNodeCopy,
                   {i, radix, endpoint, Lab::depth, api::Rights::All.bits()},
                   {Lab::cnode}}
            .make();
    }
}

/// The kernel looks for interrupts at every so many steps, counted from the last one it found. In
/// periods of many lengths they come at any time between two looks; and the first comes at any time
/// of an operation that takes `length` instructions.
template <typename Prepare, typename Operate>
void latency_under(Lab& lab, Samples& samples, Count length, Prepare prepare, Operate operate) {
    constexpr Word budget_us = 50;
    constexpr Word shortest_us = 100;
    constexpr Word lengths = 50;
    constexpr Count step = 997;
    Worker worker{lab, [](Worker&) { sleeper.run(); }, Worker::default_priority,
                  make_second_space(lab)};
    worker.bind(lab.make_sched_context(budget_us, shortest_us));
    worker.start_without_time();
    for (Word i = 0; !samples.full(); ++i) {
        auto const period_us = shortest_us + i % lengths;
        require(lab.configure(worker.sched_context(), budget_us, period_us).error == Error::None);
        prepare();
        sleeper.due = due_at_rest();
        auto const begin = sleeper.woke_at + sleeper.due - i * step % length;
        while (mark() < begin) {
        }
        sleeper.samples = &samples;
        operate();
        sleeper.samples = nullptr;
    }
}

void latency_under_revoke(Lab& lab, Samples& samples) {
    auto const cnode = lab.make(api::ObjectType::CNode, radix);
    auto const untyped = lab.make(api::ObjectType::Untyped, api::page_bits);
    auto const endpoint = lab.slots();
    latency_under(
        lab, samples, 100'000, [&] { fill(lab, untyped, endpoint, cnode); },
        [&] { require(lab.revoke(untyped).error == Error::None); });
}

/// Who is cancelled sends again when this thread lets the crowd by.
void latency_under_cancel_badged(Lab& lab, Samples& samples) {
    constexpr Word senders = 192; // the kernel looks for interrupts six times
    auto const endpoint = lab.mint(lab.make_endpoint(), 1); // made first, so gone last
    test::Crowd crowd{lab, senders};
    crowd.keep_sending(endpoint);
    auto const set_own_priority = [&](Word priority) {
        require(lab.invoke(Lab::tcb, Invocation::TcbSetPriority, {priority}, {Lab::tcb}).error ==
                Error::None);
    };
    latency_under(
        lab, samples, 20'000,
        [&] {
            set_own_priority(test::own_priority);
            set_own_priority(test::Crowd::priority + 1);
        },
        [&] {
            require(
                lab.invoke(Lab::cnode, Invocation::CNodeCancelBadgedSends, {endpoint, Lab::depth})
                    .error == Error::None);
        });
    set_own_priority(test::own_priority);
}

constexpr Row rows[] = {
    {"irq.latency", latency},
    {"irq.latency_under_revoke", latency_under_revoke},
    {"irq.latency_under_cancel_badged", latency_under_cancel_badged},
};

} // namespace

constinit Rows const irq_rows{rows};

} // namespace bench
