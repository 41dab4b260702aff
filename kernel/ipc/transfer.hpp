// SPDX-License-Identifier: BSD-2-Clause
//
// Transfer: carries a message, with its capabilities, from one thread to another.
#pragma once

#include <kernel/object/endpoint.hpp>

namespace kernel {

struct KernelState;

struct Route {
    Endpoint const* endpoint; // null for answers
    Badge badge;
    bool may_grant; // capabilities may go along
};

/// What `sender` says: its fault, if it has one, or the message in its registers and buffer.
void transfer_message(KernelState& kernel, Tcb& sender, Tcb& receiver, Route const& route);

/// How many extra capabilities arrived, and which of them as badges (bit i: the i-th).
struct ArrivedCaps {
    unsigned count{0};
    Word unwrapped{0};
};

/// Both threads' buffers exist. Nothing fails here: what cannot be transferred stays behind.
[[nodiscard]] ArrivedCaps transfer_capabilities(Tcb& sender, api::IpcBuffer const& from,
                                                Tcb& receiver, api::IpcBuffer& to,
                                                Endpoint const* endpoint);

} // namespace kernel
