// SPDX-License-Identifier: BSD-2-Clause
//
// Notification: a word of event bits that threads can wait for.
#pragma once

#include <kernel/object/tcb.hpp>

namespace kernel {

/// Invariant: while threads wait, it is not active.
class Notification {
public:
    static constexpr auto cap_kind = CapKind::Notification;
    static constexpr unsigned size_bits = api::notification_bits;

    IpcQueue waiters; // ordered by priority, and by arrival within one
    Word bits{0};
    bool active{false}; // signalled; a signal with badge 0 counts, so bits alone cannot tell
    Tcb* bound_tcb{nullptr};
    SchedContext* sched_context{nullptr};

    /// A signal goes to a waiter, or to the bound thread if that receives and has not been
    /// signalled yet.
    [[nodiscard]] bool would_wake_someone() const {
        return !waiters.empty() || (!active && bound_tcb != nullptr &&
                                    bound_tcb->state == ThreadState::BlockedOnReceive);
    }

    void remember(Badge badge) {
        bits = bits | std::to_underlying(badge);
        active = true;
    }
};

static_assert(sizeof(Notification) <= 1u << Notification::size_bits);

} // namespace kernel
