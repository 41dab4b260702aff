// SPDX-License-Identifier: BSD-2-Clause
//
// The console server: owns the UART that a person sits at.

#include <console/console.hpp>
#include <console/transport.hpp>
#include <drivers/pl011.hpp>
#include <sys/interrupt.hpp>
#include <sys/start/runtime.hpp>

namespace {

namespace startup = console::startup;

using Uart = drivers::Pl011<base::MappedIo>;
using Loop = ipc::ServerLoop<console::ConsoleTransport>;
using Server = console::Console<Uart, sys::IrqHandler, sys::Notification, Loop>;

// Too large for the stack.
console::ConsoleTransport transport{sys::Endpoint{api::CPtr{startup::slot::endpoint}}};

} // namespace

int main(api::Word /*startup_block*/) {
    auto* const first = transport.new_reply_object();
    if (first == nullptr) {
        sys::trap(); // init gave us less than it promised
    }
    Uart uart{base::MappedIo{startup::uart_address}};
    Loop loop{transport, *first};
    static Server server{uart, sys::IrqHandler{api::CPtr{startup::slot::irq_handler}},
                         sys::Notification{api::CPtr{startup::slot::attention}}, loop,
                         startup::init_process};
    server.start();
    loop.run(server);
}
