// SPDX-License-Identifier: BSD-2-Clause
//
// The two halves of system calls: sending (a message, or an invocation of a kernel object), and
// receiving. The thread is core.current.
#pragma once

#include <kernel/ipc/send_receive.hpp>

namespace kernel {

/// Small enough to be passed in registers.
struct SendPhase {
    Wait wait{Wait::Poll};
    bool is_call{false};
    Donation donation{Donation::Never};
    bool is_first_phase{false}; // a receive phase follows

    static constexpr SendPhase of_call() {
        return {.wait = Wait::Block, .is_call = true, .donation = Donation::Allowed};
    }
};

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
