// SPDX-License-Identifier: BSD-2-Clause
//
// Interrupts, until the first instruction of the thread that they are for.

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

constexpr Row rows[] = {
    {"irq.latency", latency},
};

} // namespace

constinit Rows const irq_rows{rows};

} // namespace bench
