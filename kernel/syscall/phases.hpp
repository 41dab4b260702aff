// SPDX-License-Identifier: BSD-2-Clause
//
// The two halves of system calls: sending (a message, or an invocation of a kernel object), and
// receiving. The thread is core.current.
#pragma once

#include <kernel/ipc/send_receive.hpp>

namespace kernel {

struct SendPhase {
    Word cptr;
    Wait wait{Wait::Poll};
    bool is_call{false};
    Donation donation{Donation::Never};
    bool is_first_phase{false}; // a receive phase follows
};

enum class [[nodiscard]] Outcome {
    Done,
    Preempted, // the thread executes the whole system call again
};

Outcome send_phase(KernelState& kernel, SendPhase const& phase);

enum class ReplySlot { None, FromRegister };

/// `reply_slot`: whether the system call names a reply object.
void receive_phase(KernelState& kernel, Word cptr, Wait wait, ReplySlot reply_slot);

} // namespace kernel
