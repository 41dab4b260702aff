// SPDX-License-Identifier: BSD-2-Clause
//
// Memory of the calling process. Sizes and addresses are multiples of the page size.
#pragma once

#include <client/servers.hpp>
#include <ipc/protocol/pager.hpp>

namespace client::vm {

using ipc::pager::Access;

/// New memory, zero-filled on first touch; at `address`, or where the pager likes if that is 0.
inline ipc::Result<api::Word> map(api::Word size, Access access = Access::ReadWrite,
                                  api::Word address = 0) {
    auto const reply = TRY(ipc::call(
        pager_server, ipc::pager::Map{.address = address, .size = size, .access = access}));
    return reply.address;
}

/// A request the pager answers in steps; after a refusal the steps before it stay done.
template <ipc::Request R>
ipc::Result<> call_in_steps(R request) {
    for (;;) {
        api::Word const done = TRY(ipc::call(pager_server, request)).size;
        if (done >= request.size) {
            return {};
        }
        request.address += done;
        request.size -= done;
    }
}

inline ipc::Result<> unmap(api::Word address, api::Word size) {
    return call_in_steps(ipc::pager::Unmap{.address = address, .size = size});
}

inline ipc::Result<> protect(api::Word address, api::Word size, Access access) {
    return call_in_steps(ipc::pager::Protect{.address = address, .size = size, .access = access});
}

/// Has the pager do a step of what it would do later; whether there is more. Who may inspect may.
inline ipc::Result<bool> work_ahead() {
    return TRY(ipc::call(pager_server, ipc::pager::WorkAhead{})).more != 0;
}

} // namespace client::vm
