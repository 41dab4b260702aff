// SPDX-License-Identifier: BSD-2-Clause
//
// The one pointer behind ipc_buffer().

#include <sys/ipc_buffer.hpp>

namespace sys {

namespace {

constinit api::IpcBuffer* the_buffer = nullptr;

} // namespace

api::IpcBuffer& ipc_buffer() {
    return *the_buffer;
}

void set_ipc_buffer(api::IpcBuffer& buffer) {
    the_buffer = &buffer;
}

} // namespace sys
