// SPDX-License-Identifier: BSD-2-Clause
//
// Interrupts on their way to the programs that handle them. One that was delivered stays masked
// until the program acknowledges it.

#include <kernel/ipc/signal.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/object/finalise.hpp>
#include <kernel/object/irq.hpp>
#include <kernel/object/notification.hpp>

namespace kernel {

namespace {

void deliver(KernelState& kernel, Word irq) {
    auto const& cap = kernel.irqs.slot(irq).cap;
    if (auto* const notification = cap.as<Notification>();
        notification != nullptr && cap.may(Rights::Write)) {
        signal(kernel, *notification, cap.badge());
    }
}

} // namespace

void take_interrupt(KernelState& kernel) {
    auto const irq = arch::pending();
    if (!irq) {
        return;
    }
    ++kernel.core.counters.interrupts;
    auto const state = IrqTable::valid(*irq) ? kernel.irqs.state(*irq) : IrqState::Inactive;
    switch (state) {
    case IrqState::Reserved: kernel.core.scheduler.timer_is_stale = true; break;
    case IrqState::Signal:
        deliver(kernel, *irq);
        arch::mask(*irq);
        break;
    case IrqState::Inactive: arch::mask(*irq); break;
    }
    arch::end(*irq);
}

void finalise_irq_handler(KernelState& kernel, Word irq) {
    kernel.irqs.set_state(irq, IrqState::Inactive);
    arch::mask(irq);
}

} // namespace kernel
