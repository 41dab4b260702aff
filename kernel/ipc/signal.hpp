// SPDX-License-Identifier: BSD-2-Clause
//
// Notifications: signalling and waiting, and the thread bound to one.
#pragma once

#include <kernel/ipc/send_receive.hpp>
#include <kernel/object/notification.hpp>

namespace kernel {

struct KernelState;

/// Wakes a waiter, or the bound thread out of a receive, or else remembers the bits.
void signal(KernelState& kernel, Notification& notification, Badge badge);

/// Takes the bits that are there, or waits for some.
void wait(KernelState& kernel, Tcb& thread, Notification& notification, Wait wait);

/// Gives `thread` the bits of an active notification.
void take_signal(KernelState& kernel, Tcb& thread, Notification& notification);

void bind_notification(Notification& notification, Tcb& thread);
/// Nothing happens if none is bound.
void unbind_notification(Tcb& thread);

} // namespace kernel
