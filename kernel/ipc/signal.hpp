// SPDX-License-Identifier: BSD-2-Clause
//
// Notifications: signalling, waiting, and threads and scheduling contexts bound to them.
#pragma once

#include <kernel/object/notification.hpp>

namespace kernel {

struct KernelState;

/// Wakes a waiter, or the bound thread out of a receive, or else remembers the bits.
void signal(KernelState& kernel, Notification& notification, Badge badge);

void bind_notification(Notification& notification, Tcb& thread);
/// Nothing happens if none is bound.
void unbind_notification(Tcb& thread);

} // namespace kernel
