// SPDX-License-Identifier: BSD-2-Clause
//
// Signals, and yielding: what another thread, in another address space and with time of its own,
// gets to run by.

#include "loops.hpp"
#include "rows.hpp"
#include "second_space.hpp"
#include "worker.hpp"

namespace bench {

namespace {

using api::Syscall;
using test::Worker;

/// Written by the other thread, whose program is this one.
Count volatile marked_there = 0;

void signal_no_waiter(Lab& lab, Samples& samples) {
    auto const note = lab.make_notification();
    samples.take([&] {
        auto const cost = marked_trap(Syscall::Send, {{note}}).cost();
        test::nb_wait(note);
        return cost;
    });
}

void signal_waiter(Lab& lab, Samples& samples) {
    Worker waiter{
        lab, [](Worker& self) { mark_after_each(Syscall::Wait, self.notification, &marked_there); },
        Worker::default_priority, make_second_space(lab)};
    auto const note = lab.make_notification();
    waiter.notification = note;
    waiter.start();
    samples.take([&] {
        auto const signal = marked_trap(Syscall::Send, {{note}});
        return between(signal.before, marked_there);
    });
}

void yield_cross_space(Lab& lab, Samples& samples) {
    Worker other{lab, [](Worker&) { mark_after_each(Syscall::Yield, 0, &marked_there); },
                 test::own_priority, make_second_space(lab)};
    other.start();
    test::yield();
    samples.take([&] {
        auto const yield = marked_trap(Syscall::Yield, {});
        return between(yield.before, marked_there);
    });
}

constexpr Row rows[] = {
    {"signal.no_waiter", signal_no_waiter},
    {"signal.waiter", signal_waiter},
    {"yield.cross_space", yield_cross_space},
};

} // namespace

constinit Rows const signal_rows{rows};

} // namespace bench
