// SPDX-License-Identifier: BSD-2-Clause
//
// Interrupts: the controller that the machine has, behind one set of functions.

#include "kernel_map.hpp"
#include "system_register.hpp"
#include <arch/boot.hpp>
#include <arch/interrupts.hpp>
#include <arch/timer.hpp>
#include <base/mmio.hpp>
#include <drivers/gic_v2.hpp>

#include <limits>

namespace arch {

namespace {
using Gic = drivers::GicV2<base::MappedIo>;
/// Written once, at boot.
constinit std::optional<Gic> gic;
} // namespace

std::optional<Word> pending() {
    return gic->acknowledge();
}
void end(Word irq) {
    gic->end(static_cast<unsigned>(irq));
}
void mask(Word irq) {
    gic->mask(static_cast<unsigned>(irq));
}
void unmask(Word irq) {
    gic->unmask(static_cast<unsigned>(irq));
}
void set_trigger(Word irq, Trigger trigger) {
    gic->set_edge(static_cast<unsigned>(irq), trigger == Trigger::Edge);
}
bool interrupt_waiting() {
    using Irq = base::Bits<bool, 7>;
    return Irq::get(READ_REGISTER(isr_el1));
}
bool valid_sgi_target(Word target) {
    return target < 8;
}
void send_sgi(Word number, Word target) {
    gic->send_sgi(static_cast<unsigned>(number), static_cast<unsigned>(target));
}

bool start_interrupts(InterruptController const& controller) {
    auto const d = map_device(controller.distributor);
    auto const c = map_device(controller.core_interface);
    gic.emplace(base::MappedIo{d.raw()}, base::MappedIo{c.raw()});
    gic->start();
    set_deadline(std::numeric_limits<std::uint64_t>::max());
    WRITE_REGISTER(cntv_ctl_el0, 1u);
    unmask(timer_irq);
    return true;
}

} // namespace arch
