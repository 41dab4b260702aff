// SPDX-License-Identifier: BSD-2-Clause
//
// Interrupts: handlers and their errors; software-generated interrupts deliver for real.

#include "lab.hpp"
#include "suites.hpp"
#include "uart.hpp"
#include <board.hpp>

namespace test {

namespace {

using api::Error;
using api::Invocation;
using api::Rights;

constexpr Word control = api::initial_slot::irq_control;
constexpr Word timer_irq = 27;
constexpr Word software_irq = 5;

void get_errors(Lab& lab) {
    auto const slot = lab.slots();
    auto const get = Invocation::IrqIssueHandler;
    auto const get_trigger = Invocation::IrqIssueHandlerTrigger;
    constexpr Word most = Board::max_irq;
    expect_error(lab.invoke(control, get, {40, slot}, {Lab::cnode}), Error::TruncatedMessage);
    expect_error(lab.invoke(control, get, {40, slot, 64}), Error::TruncatedMessage);
    expect_error(lab.invoke(control, get, {most + 1, slot, 64}, {Lab::cnode}), Error::RangeError,
                 {0, most});
    expect_error(lab.invoke(control, get, {timer_irq, slot, 64}, {Lab::cnode}), Error::RevokeFirst);
    expect_error(lab.invoke(control, get, {40, Lab::tcb, 64}, {Lab::cnode}), Error::DeleteFirst);
    expect_error(lab.invoke(control, get_trigger, {40, 1, slot}, {Lab::cnode}),
                 Error::TruncatedMessage);
    expect_success(lab.invoke(control, get_trigger, {40, 1, slot, 64}, {Lab::cnode}));
    expect_error(lab.invoke(control, get, {40, lab.slots(), 64}, {Lab::cnode}), Error::RevokeFirst);
    expect_success(lab.remove(slot));
    expect_success(lab.invoke(control, get, {40, slot, 64}, {Lab::cnode})); // free again
}

void handler_errors(Lab& lab) {
    auto const slot = lab.slots();
    auto const note = lab.make_notification();
    expect_success(lab.invoke(control, Invocation::IrqIssueHandler, {41, slot, 64}, {Lab::cnode}));
    auto const set = Invocation::IrqSetHandler;
    expect_error(lab.invoke(slot, set), Error::TruncatedMessage);
    expect_error(lab.invoke(slot, set, {}, {Lab::cnode}), Error::InvalidCapability, {0});
    expect_error(lab.invoke(slot, set, {}, {lab.copy(note, Rights::Read)}),
                 Error::InvalidCapability, {0});
    expect_success(lab.invoke(slot, set, {}, {note}));
    expect_success(lab.invoke(slot, Invocation::IrqAck));
    expect_success(lab.invoke(slot, Invocation::IrqClearHandler));
    expect_error(lab.invoke(slot, Invocation::TcbResume), Error::IllegalOperation);
}

void sgi_errors(Lab& lab) {
    auto const issue = Invocation::IrqIssueSgiSignal;
    auto const slot = lab.slots();
    expect_error(lab.invoke(control, issue, {1, 0, slot}, {Lab::cnode}), Error::TruncatedMessage);
    expect_error(lab.invoke(control, issue, {16, 0, slot, 64}, {Lab::cnode}), Error::RangeError,
                 {0, 15});
    expect_error(lab.invoke(control, issue, {1, ~Word{0}, slot, 64}, {Lab::cnode}),
                 Error::InvalidArgument, {1});
    expect_error(lab.invoke(control, issue, {1, 0, Lab::tcb, 64}, {Lab::cnode}),
                 Error::DeleteFirst);
}

void software_interrupts_are_delivered(Lab& lab) {
    auto const handler = lab.slots();
    auto const sender = lab.slots();
    auto const note = lab.make_notification();
    expect_success(lab.invoke(control, Invocation::IrqIssueHandler, {software_irq, handler, 64},
                              {Lab::cnode}));
    expect_success(lab.invoke(control, Invocation::IrqIssueSgiSignal, {software_irq, 0, sender, 64},
                              {Lab::cnode}));
    expect_success(lab.invoke(handler, Invocation::IrqSetHandler, {}, {lab.mint(note, 0x40)}));
    send(sender);
    expect_equal(wait(note).badge(), 0x40);
    expect_success(lab.invoke(handler, Invocation::IrqAck));
    expect_success(lab.invoke(sender, Invocation::Invalid));
    expect_equal(wait(note).badge(), 0x40);
    expect_success(lab.invoke(handler, Invocation::IrqClearHandler));
    send(sender);
    expect_equal(nb_wait(note).badge(), 0);
}

/// The UART interrupts for as long as it has room to send, and that is allowed.
void device_interrupts_are_masked_until_acknowledged(Lab& lab) {
    auto const handler = lab.slots();
    auto const note = lab.make_notification();
    expect_success(lab.invoke(control, Invocation::IrqIssueHandler, {Board::uart_irq, handler, 64},
                              {Lab::cnode}));
    expect_success(lab.invoke(handler, Invocation::IrqSetHandler, {}, {lab.mint(note, 0x80)}));
    uart().enable_interrupts({.transmit = true});
    print("# the UART interrupts when it has sent this");
    expect_equal(wait(note).badge(), 0x80);
    yield();
    expect_equal(nb_wait(note).badge(), 0); // still asserted, but masked
    expect_success(lab.invoke(handler, Invocation::IrqAck));
    expect_equal(wait(note).badge(), 0x80);
    uart().enable_interrupts({});
    expect_success(lab.invoke(handler, Invocation::IrqAck));
    yield();
    expect_equal(nb_wait(note).badge(), 0);
}

Word clock_registers = 0;

/// Other boards have none.
constexpr bool has_clock = Board::name == "QEMU virt";

/// The real-time clock of QEMU's virt machine (PL031): interrupts in a second or less.
void a_clock_interrupts(Lab& lab) {
    if (!has_clock) {
        return;
    }
    constexpr Word clock_irq = 34;
    constexpr std::size_t data = 0;
    constexpr std::size_t match = 1;
    constexpr std::size_t allow = 4;
    constexpr std::size_t clear = 7;
    auto* const registers = reinterpret_cast<std::uint32_t volatile*>(clock_registers);
    auto const handler = lab.slots();
    auto const note = lab.make_notification();
    expect_success(
        lab.invoke(control, Invocation::IrqIssueHandler, {clock_irq, handler, 64}, {Lab::cnode}));
    expect_success(lab.invoke(handler, Invocation::IrqSetHandler, {}, {lab.mint(note, 0x100)}));
    registers[match] = registers[data] + 1;
    registers[allow] = 1;
    expect_equal(wait(note).badge(), 0x100);
    expect(registers[data] >= registers[match]);
    registers[allow] = 0;
    registers[clear] = 1;
    expect_success(lab.invoke(handler, Invocation::IrqAck));
    yield();
    expect_equal(nb_wait(note).badge(), 0);
}

constexpr Test tests[] = {
    {"irq: errors of IRQControl_Get", get_errors},
    {"irq: errors of handlers", handler_errors},
    {"irq: errors of IssueSGISignal", sgi_errors},
    {"irq: software interrupts are delivered", software_interrupts_are_delivered},
    {"irq: device interrupts stay masked until acknowledged",
     device_interrupts_are_masked_until_acknowledged},
    {has_clock ? "irq: the real-time clock interrupts"
               : "irq: the real-time clock interrupts # SKIP this board has none",
     a_clock_interrupts},
};

} // namespace

constinit Tests const irq_tests{tests};

void map_clock(Lab& lab) {
    if constexpr (has_clock) {
        clock_registers = lab.map_device(base::PhysAddr{0x0901'0000});
    }
}

} // namespace test
