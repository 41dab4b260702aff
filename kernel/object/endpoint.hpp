// SPDX-License-Identifier: BSD-2-Clause
//
// Endpoint: where senders and receivers of messages meet.
#pragma once

#include <kernel/object/tcb.hpp>

namespace kernel {

/// Invariant: all queued threads wait for the same thing, to send or to receive; the head's state
/// tells which. The queue is ordered by priority, and by arrival within one.
class Endpoint {
public:
    static constexpr auto cap_kind = CapKind::Endpoint;
    static constexpr unsigned size_bits = api::endpoint_bits;

    IpcQueue queue;

    [[nodiscard]] bool has_senders() const {
        return !queue.empty() && queue.front()->state == ThreadState::BlockedOnSend;
    }

    [[nodiscard]] bool has_receivers() const {
        return !queue.empty() && queue.front()->state == ThreadState::BlockedOnReceive;
    }
};

static_assert(sizeof(Endpoint) <= 1u << Endpoint::size_bits);

} // namespace kernel
