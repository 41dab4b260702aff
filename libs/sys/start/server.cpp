// SPDX-License-Identifier: BSD-2-Clause
//
// The start of a server that init loads itself: main() gets the address of its start-up block.

#include <sys/ipc_buffer.hpp>
#include <sys/start/runtime.hpp>

int main(api::Word startup_block);

extern "C" [[noreturn]] void start_program(api::IpcBuffer* buffer, api::Word startup_block);

extern "C" void start_program(api::IpcBuffer* buffer, api::Word startup_block) {
    sys::set_ipc_buffer(*buffer);
    sys::run_constructors();
    main(startup_block);
    sys::trap(); // a server does not end
}
