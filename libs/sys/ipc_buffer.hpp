// SPDX-License-Identifier: BSD-2-Clause
//
// The IPC buffer of this program, which has one thread: message words from the fifth on, and the
// capabilities that travel. The program start says where it is.
#pragma once

#include <api/message.hpp>

namespace sys {

[[nodiscard]] api::IpcBuffer& ipc_buffer();

void set_ipc_buffer(api::IpcBuffer& buffer);

} // namespace sys
