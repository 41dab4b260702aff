// SPDX-License-Identifier: BSD-2-Clause
//
// The start of the root task: main() gets the boot information.

#include <api/boot_info.hpp>
#include <sys/ipc_buffer.hpp>
#include <sys/start/runtime.hpp>

int main(api::BootInfo const& boot_info);

extern "C" [[noreturn]] void start_root_task(api::BootInfo const* boot_info);

extern "C" void start_root_task(api::BootInfo const* boot_info) {
    sys::set_ipc_buffer(*reinterpret_cast<api::IpcBuffer*>(boot_info->ipc_buffer));
    sys::run_constructors();
    main(*boot_info);
    sys::trap(); // the root task does not end
}
