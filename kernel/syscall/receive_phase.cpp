// SPDX-License-Identifier: BSD-2-Clause
//
// The receive phase: finds what to receive from. All that can be wrong is a fault of the thread,
// even when it only polls.

#include <kernel/cap/lookup.hpp>
#include <kernel/ipc/fault.hpp>
#include <kernel/ipc/signal.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/syscall/phases.hpp>

namespace kernel {

namespace {

/// Which pointer was wrong, and why.
struct ReceiveFault {
    Word cptr;
    LookupFault reason;
};

template <typename T>
using ReceiveResult = base::Result<T, ReceiveFault>;

ReceiveResult<Capability> find(Tcb& thread, Word cptr) {
    auto const slot = lookup_slot(thread, cptr);
    if (!slot) {
        return fail(ReceiveFault{cptr, slot.error()});
    }
    return (*slot)->cap;
}

/// A capability that is there, but of no use.
auto unusable(Word cptr) {
    return fail(ReceiveFault{cptr, LookupFault::missing_capability(0)});
}

ReceiveResult<Reply*> find_reply(Tcb& thread, ReplySlot reply_slot) {
    if (reply_slot == ReplySlot::None) {
        return nullptr;
    }
    auto const cptr = thread.context.reply_register();
    auto* const reply = TRY(find(thread, cptr)).as<Reply>();
    if (reply == nullptr) {
        return unusable(cptr);
    }
    return reply;
}

ReceiveResult<void> try_receive(KernelState& kernel, Tcb& thread, ReceivePhase const& phase) {
    auto const cap = TRY(find(thread, phase.cptr));
    if (auto* const endpoint = cap.as<Endpoint>(); endpoint != nullptr && cap.may(Rights::Read)) {
        auto* const reply = TRY(find_reply(thread, phase.reply_slot));
        receive(kernel, thread, *endpoint, phase.wait, reply);
        return {};
    }
    auto* const notification = cap.as<Notification>();
    if (notification == nullptr || !cap.may(Rights::Read)) {
        return unusable(phase.cptr);
    }
    auto const* const bound = notification->bound_tcb;
    if (bound != nullptr && bound != &thread) {
        return unusable(phase.cptr);
    }
    wait(kernel, thread, *notification, phase.wait);
    return {};
}

} // namespace

void receive_phase(KernelState& kernel, ReceivePhase const& phase) {
    auto& thread = *kernel.core.current;
    auto const result = try_receive(kernel, thread, phase);
    if (!result) {
        raise_fault(kernel, thread,
                    {.kind = api::Fault::CapFault,
                     .in_receive_phase = true,
                     .lookup = result.error().reason,
                     .words = {result.error().cptr}});
    }
}

} // namespace kernel
