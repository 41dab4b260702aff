// SPDX-License-Identifier: BSD-2-Clause
//
// Binding: which thread (or notification, or stack of calls) a scheduling context belongs to, and
// its way from one thread to another.
#pragma once

#include <kernel/object/notification.hpp>
#include <kernel/object/sched_context.hpp>

namespace kernel {

struct KernelState;

/// Neither has been bound to another. The thread may run from now on.
void bind(KernelState& kernel, SchedContext& context, Tcb& thread);

/// The thread of `context`, if any, stops running.
void unbind_thread(KernelState& kernel, SchedContext& context);

/// The context goes from whoever has it to `thread`, which has none.
void donate(KernelState& kernel, SchedContext& context, Tcb& thread);

void bind(SchedContext& context, Notification& notification);
void unbind_notification(SchedContext& context);

/// The stack of calls stays, but the context will not travel back along it.
void unbind_reply(SchedContext& context);

/// The thread of `context`, if it could run, waits until its budget becomes usable.
void postpone_if_unusable(KernelState& kernel, SchedContext& context);

/// A thread that was blocked goes on: a sporadic context notices what became usable meanwhile.
void restart_sporadic(KernelState& kernel, Tcb& thread);

/// A thread without a context is lent the one of the notification that woke it.
void borrow_context(KernelState& kernel, Tcb& thread, Notification& notification);

/// A thread that is about to wait gives the notification's context back.
void return_context(KernelState& kernel, Tcb& thread, Notification& notification);

} // namespace kernel
