// SPDX-License-Identifier: BSD-2-Clause
//
// The two halves of system calls: sending (a message, or an invocation of a kernel object), and
// receiving. The thread is core.current.
#pragma once

#include <kernel/invoke/invocation.hpp>

namespace kernel {

enum class [[nodiscard]] Outcome {
    Done,
    Preempted, // the thread executes the whole system call again
};

Outcome send_phase(KernelState& kernel, Word cptr, SendPhase phase);

/// That of Call, which is all of it. The capability has been found; null if the pointer leads
/// nowhere.
Outcome call_phase(KernelState& kernel, Slot* slot);

enum class ReplySlot { None, FromRegister };

struct ReceivePhase {
    Word cptr;
    Wait wait{Wait::Block};
    ReplySlot reply_slot; // whether the system call names a reply object

    [[nodiscard]] constexpr ReceivePhase polling() const {
        return {.cptr = cptr, .wait = Wait::Poll, .reply_slot = reply_slot};
    }
};

void receive_phase(KernelState& kernel, ReceivePhase const& phase);

} // namespace kernel
