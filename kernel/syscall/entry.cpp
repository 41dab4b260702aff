// SPDX-License-Identifier: BSD-2-Clause
//
// Kernel entries: first time is accounted, then the event is handled (or, if the thread's budget
// is gone, happens again later), then it is decided who runs.

#include <arch/interrupts.hpp>
#include <kernel/cap/lookup.hpp>
#include <kernel/debug/invariants.hpp>
#include <kernel/fastpath/fastpath.hpp>
#include <kernel/ipc/fault.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/object/fpu.hpp>
#include <kernel/sched/accounting.hpp>
#include <kernel/syscall/debug.hpp>
#include <kernel/syscall/entry.hpp>
#include <kernel/syscall/phases.hpp>

#include <optional>

namespace kernel {

namespace {

void leave(KernelState& kernel) {
    if (!may_continue(kernel)) {
        schedule(kernel);
    }
    check_invariants(kernel);
}

void handle_fault(KernelState& kernel, FaultRecord const& fault) {
    update_time(kernel);
    if (check_budget_or_restart(kernel)) {
        raise_fault(kernel, *kernel.core.current, fault);
    }
    leave(kernel);
}

/// A half of a system call, and the capability it is on.
struct Send {
    Word cptr;
    SendPhase phase;
};

/// The two halves of a system call. Neither: it is another one, or none at all.
struct Halves {
    std::optional<Send> send{};
    std::optional<ReceivePhase> receive{};
};

Halves halves_of(api::Syscall number, arch::UserContext const& context) {
    using api::Syscall;
    auto const cptr = context.capability_register();
    auto const first = [](Word send_cptr) {
        return Send{send_cptr, {.donation = Donation::Allowed, .is_first_phase = true}};
    };
    ReceivePhase const receive{.cptr = cptr, .reply_slot = ReplySlot::FromRegister};
    ReceivePhase const wait{.cptr = cptr, .reply_slot = ReplySlot::None};
    switch (number) {
    case Syscall::Call: return {.send = Send{cptr, SendPhase::of_call()}};
    case Syscall::ReplyRecv: return {first(context.reply_register()), receive};
    case Syscall::NBSendRecv: return {first(context.send_register()), receive};
    case Syscall::NBSendWait: return {first(context.reply_register()), wait};
    case Syscall::Send: return {.send = Send{cptr, {.wait = Wait::Block}}};
    case Syscall::NBSend: return {.send = Send{cptr, {}}};
    case Syscall::Recv: return {.receive = receive};
    case Syscall::NBRecv: return {.receive = receive.polling()};
    case Syscall::Wait: return {.receive = wait};
    case Syscall::NBWait: return {.receive = wait.polling()};
    default: return {};
    }
}

void perform_other(KernelState& kernel, std::int64_t number) {
    if (api::Syscall{number} == api::Syscall::Yield) {
        yield(kernel);
    } else {
        raise_fault(kernel, *kernel.core.current,
                    {.kind = api::Fault::UnknownSyscall, .words = {static_cast<Word>(number)}});
    }
}

Outcome perform(KernelState& kernel, std::int64_t number) {
    auto const halves = halves_of(api::Syscall{number}, kernel.core.current->context);
    if (!halves.send && !halves.receive) {
        perform_other(kernel, number);
        return Outcome::Done;
    }
    if (halves.send &&
        send_phase(kernel, halves.send->cptr, halves.send->phase) == Outcome::Preempted) {
        return Outcome::Preempted;
    }
    if (halves.receive) {
        receive_phase(kernel, *halves.receive);
    }
    return Outcome::Done;
}

/// `perform` returns an Outcome; what it did is undone by time if there is none left.
template <typename Perform>
[[gnu::always_inline]] inline void on_time_of_caller(KernelState& kernel, Perform perform) {
    update_time(kernel);
    if (check_budget_or_restart(kernel) && perform() == Outcome::Preempted) [[unlikely]] {
        ++kernel.core.counters.preemptions;
        charge_interrupted(kernel);
        take_interrupt(kernel);
    }
    leave(kernel);
}

} // namespace

bool take_fast_path(KernelState& kernel, std::int64_t number, Slot*& called) {
    using api::Syscall;
    bool taken = false;
    if (Syscall{number} == Syscall::Call) {
        auto const& caller = *kernel.core.current;
        called = find_slot(caller, caller.context.capability_register());
        taken = called != nullptr && fast_call(kernel, called->cap);
    } else if (Syscall{number} == Syscall::ReplyRecv) {
        taken = fast_reply_receive(kernel);
    } else if (Syscall{number} == Syscall::Send || Syscall{number} == Syscall::NBSend) {
        taken = fast_signal(kernel);
    } else if (Syscall{number} == Syscall::Yield) {
        taken = fast_yield(kernel);
    }
    if (taken) {
        check_invariants(kernel);
    }
    return taken;
}

void handle_syscall(KernelState& kernel, std::int64_t number) {
    Slot* called = nullptr;
    if (take_fast_path(kernel, number, called)) {
        return;
    }
    if (called != nullptr) {
        handle_call(kernel, called);
    } else {
        handle_any_syscall(kernel, number);
    }
}

void handle_call(KernelState& kernel, Slot* called) {
    on_time_of_caller(kernel, [&] { return call_phase(kernel, called); });
}

void handle_any_syscall(KernelState& kernel, std::int64_t number) {
    if constexpr (config::debug || config::printing) {
        if (debug_syscall(kernel, api::Syscall{number})) {
            return; // straight back: no time is charged, nobody else gets a turn
        }
    }
    on_time_of_caller(kernel, [&] { return perform(kernel, number); });
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
