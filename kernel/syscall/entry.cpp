// SPDX-License-Identifier: BSD-2-Clause
//
// Kernel entries: first time is accounted, then the event is handled (or, if the thread's budget
// is gone, happens again later), then it is decided who runs.

#include <arch/interrupts.hpp>
#include <kernel/debug/invariants.hpp>
#include <kernel/fastpath/fastpath.hpp>
#include <kernel/ipc/fault.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/object/fpu.hpp>
#include <kernel/sched/accounting.hpp>
#include <kernel/syscall/debug.hpp>
#include <kernel/syscall/entry.hpp>
#include <kernel/syscall/phases.hpp>

namespace kernel {

namespace {

void leave(KernelState& kernel) {
    schedule(kernel);
    check_invariants(kernel);
}

void handle_fault(KernelState& kernel, FaultRecord const& fault) {
    update_time(kernel);
    if (check_budget_or_restart(kernel)) {
        raise_fault(kernel, *kernel.core.current, fault);
    }
    leave(kernel);
}

Outcome send_then_receive(KernelState& kernel, Word send_cptr, ReplySlot reply_slot) {
    auto const receive_cptr = kernel.core.current->context.capability_register();
    auto const outcome = send_phase(
        kernel, {.cptr = send_cptr, .donation = Donation::Allowed, .is_first_phase = true});
    if (outcome == Outcome::Done) {
        receive_phase(kernel, receive_cptr, Wait::Block, reply_slot);
    }
    return outcome;
}

Outcome receive_only(KernelState& kernel, Word cptr, Wait wait, ReplySlot reply_slot) {
    receive_phase(kernel, cptr, wait, reply_slot);
    return Outcome::Done;
}

Outcome perform(KernelState& kernel, std::int64_t number) {
    using api::Syscall;
    auto const& context = kernel.core.current->context;
    auto const cptr = context.capability_register();
    switch (Syscall{number}) {
    case Syscall::Call:
        return send_phase(
            kernel,
            {.cptr = cptr, .wait = Wait::Block, .is_call = true, .donation = Donation::Allowed});
    case Syscall::ReplyRecv:
        return send_then_receive(kernel, context.reply_register(), ReplySlot::FromRegister);
    case Syscall::NBSendRecv:
        return send_then_receive(kernel, context.send_register(), ReplySlot::FromRegister);
    case Syscall::NBSendWait:
        return send_then_receive(kernel, context.reply_register(), ReplySlot::None);
    case Syscall::Send: return send_phase(kernel, {.cptr = cptr, .wait = Wait::Block});
    case Syscall::NBSend: return send_phase(kernel, {.cptr = cptr});
    case Syscall::Recv: return receive_only(kernel, cptr, Wait::Block, ReplySlot::FromRegister);
    case Syscall::NBRecv: return receive_only(kernel, cptr, Wait::Poll, ReplySlot::FromRegister);
    case Syscall::Wait: return receive_only(kernel, cptr, Wait::Block, ReplySlot::None);
    case Syscall::NBWait: return receive_only(kernel, cptr, Wait::Poll, ReplySlot::None);
    case Syscall::Yield: yield(kernel); return Outcome::Done;
    default:
        raise_fault(kernel, *kernel.core.current,
                    {.kind = api::Fault::UnknownSyscall, .words = {static_cast<Word>(number)}});
        return Outcome::Done;
    }
}

bool try_fast_path(KernelState& kernel, std::int64_t number) {
    switch (api::Syscall{number}) {
    case api::Syscall::Call: return fast_call(kernel);
    case api::Syscall::ReplyRecv: return fast_reply_receive(kernel);
    case api::Syscall::Send:
    case api::Syscall::NBSend: return fast_signal(kernel);
    default: return false;
    }
}

} // namespace

bool take_fast_path(KernelState& kernel, std::int64_t number) {
    bool const taken = try_fast_path(kernel, number);
    if (taken) {
        check_invariants(kernel);
    }
    return taken;
}

void handle_syscall(KernelState& kernel, std::int64_t number) {
    if (!take_fast_path(kernel, number)) {
        handle_any_syscall(kernel, number);
    }
}

// Apart, so that the fast paths need no stack.
[[gnu::noinline]] void handle_any_syscall(KernelState& kernel, std::int64_t number) {
    if constexpr (config::debug || config::printing) {
        if (debug_syscall(kernel, api::Syscall{number})) {
            return; // straight back: no time is charged, nobody else gets a turn
        }
    }
    update_time(kernel);
    if (check_budget_or_restart(kernel) && perform(kernel, number) == Outcome::Preempted) {
        charge_interrupted(kernel);
        take_interrupt(kernel);
    }
    leave(kernel);
}

void handle_vm_fault(KernelState& kernel, Word address, bool is_prefetch, Word syndrome) {
    if (fast_vm_fault(kernel, address, is_prefetch, syndrome)) {
        check_invariants(kernel);
    } else {
        handle_any_vm_fault(kernel, address, is_prefetch, syndrome);
    }
}

void handle_any_vm_fault(KernelState& kernel, Word address, bool is_prefetch, Word syndrome) {
    handle_fault(kernel, {.kind = api::Fault::VmFault,
                          .words = {address, is_prefetch ? Word{1} : Word{0}, syndrome}});
}

void handle_user_exception(KernelState& kernel, Word number, Word code) {
    handle_fault(kernel, {.kind = api::Fault::UserException, .words = {number, code}});
}

void handle_fpu_use(KernelState& kernel, Word syndrome) {
    if (!acquire_fpu(kernel)) {
        handle_user_exception(kernel, syndrome, 0);
    }
}

void handle_interrupt(KernelState& kernel) {
    update_time(kernel);
    (void)check_budget(kernel); // an interrupted thread has nothing to do again
    take_interrupt(kernel);
    leave(kernel);
}

} // namespace kernel
