// SPDX-License-Identifier: BSD-2-Clause
//
// The message of fork(): two threads return from it.

#include <client/process.hpp>

namespace client::process {

[[nodiscard]] ipc::Result<Pid> request_fork() asm("client_request_fork");

ipc::Result<Pid> request_fork() {
    return TRY(ipc::call(init_server, ipc::process::Fork{})).pid;
}

} // namespace client::process
