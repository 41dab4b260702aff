// SPDX-License-Identifier: BSD-2-Clause
//
// BadgeSweep: how far CNode_CancelBadgedSends has come through the queue of an endpoint.
#pragma once

#include <kernel/object/endpoint.hpp>
#include <kernel/object/sched_context.hpp>

namespace kernel {

/// There is one at a time: who wants to begin another finishes this one first. So everyone makes
/// progress, and no endpoint needs room for it.
/// Invariant: `next` waits to send, or is null, and then nothing is left to do.
struct BadgeSweep {
    Tcb* next{nullptr}; // to be looked at
    Badge badge{};
    Ticks began{0};
    Word number{0}; // of the last one that was preempted: its caller's progress

    void begin(Endpoint& endpoint, Badge wanted, Ticks now) {
        next = endpoint.has_senders() ? endpoint.queue.front() : nullptr;
        badge = wanted;
        began = now;
    }

    /// It is one of those that are wanted. Who came after the beginning is not: threads that start
    /// over and send again would keep the sweep busy for ever.
    [[nodiscard]] bool covers(Tcb const& sender) const {
        return next != nullptr && sender.blocking.endpoint == next->blocking.endpoint &&
               sender.blocking.badge == badge && sender.blocking.since <= began;
    }

    /// To be told before a sender leaves its queue, whatever the reason.
    void leaves(Tcb const& sender) {
        if (next == &sender) {
            next = IpcQueue::next(sender);
        }
    }
};

} // namespace kernel
