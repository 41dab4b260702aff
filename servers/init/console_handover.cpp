// SPDX-License-Identifier: BSD-2-Clause
//
// UART registers, interrupt, endpoint, and memory for reply objects.

#include <board.hpp>
#include <console/startup.hpp>
#include <init/console_handover.hpp>
#include <init/own_capabilities.hpp>

namespace init {

namespace {

namespace startup = console::startup;

sys::Result<> connect_interrupt(Server const& server, ObjectFactory& factory, sys::Slot handler) {
    auto const notification = TRY(factory.create<sys::Notification>(api::ObjectType::Notification));
    TRY(server.thread.bind_notification(notification));
    auto const badged = TRY(factory.badged(notification, api::Rights::Write,
                                           sys::notification_badge | startup::irq_signal));
    auto const cptr = TRY(factory.slots());
    TRY(own::irq_control.get(Board::uart_irq, factory.slot(cptr)));
    TRY(sys::IrqHandler{cptr}.set_notification(badged));
    return handler.move_from(factory.slot(cptr));
}

} // namespace

sys::Result<sys::CNode> hand_over_console(Server& server, ObjectFactory& factory, Devices& devices,
                                          sys::Endpoint endpoint, sys::Notification attention) {
    auto const uart = TRY(devices.take_page(Board::uart));
    TRY(server.space.map(uart, base::UserAddr{startup::uart_address},
                         {.rights = api::Rights::ReadWrite, .cached = false}));

    auto const bare = TRY(factory.create<sys::CNode>(api::ObjectType::CNode, startup::cnode_bits));
    auto const guard = sys::guard_word(0, api::word_bits - startup::cnode_bits);
    auto const root = TRY(factory.badged(bare, api::Rights::All, guard));
    auto const slot = [&](api::Word index) { return bare.slot(index, startup::cnode_bits); };
    TRY(slot(startup::slot::endpoint).copy_from(factory.slot(endpoint.cptr())));
    TRY(slot(startup::slot::cnode).copy_from(factory.slot(root.cptr())));
    TRY(slot(startup::slot::attention).copy_from(factory.slot(attention.cptr())));
    TRY(connect_interrupt(server, factory, slot(startup::slot::irq_handler)));
    auto const memory =
        TRY(factory.create<sys::Untyped>(api::ObjectType::Untyped, startup::untyped_bits));
    TRY(slot(startup::slot::untyped).move_from(factory.slot(memory.cptr())));
    return root;
}

} // namespace init
