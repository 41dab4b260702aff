// SPDX-License-Identifier: BSD-2-Clause
//
// The end of notifications and reply objects.

#include <kernel/ipc/cancel.hpp>
#include <kernel/ipc/reply_stack.hpp>
#include <kernel/ipc/signal.hpp>
#include <kernel/object/finalise.hpp>
#include <kernel/sched/binding.hpp>

namespace kernel {

void finalise(Notification& notification) {
    if (notification.sched_context != nullptr) {
        unbind_notification(*notification.sched_context);
    }
    if (notification.bound_tcb != nullptr) {
        unbind_notification(*notification.bound_tcb);
    }
}

void finalise(KernelState& kernel, Reply& reply) {
    if (reply.tcb == nullptr) {
        return;
    }
    if (reply.tcb->state == ThreadState::BlockedOnReply) {
        remove_reply(kernel, reply);
    } else {
        cancel_ipc(kernel, *reply.tcb);
    }
}

} // namespace kernel
