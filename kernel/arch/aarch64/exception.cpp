// SPDX-License-Identifier: BSD-2-Clause
//
// Exceptions from programs: what vectors.S calls once the registers are saved.

#include "exception_frame.hpp"
#include "system_register.hpp"
#include <arch/boot.hpp>
#include <arch/context.hpp>
#include <arch/fpu.hpp>
#include <kernel/config.hpp>
#include <kernel/debug/assert.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/syscall/entry.hpp>

extern "C" char const exception_vectors[];

namespace arch {

namespace {

static_assert(offsetof(UserContext, x) == CONTEXT_X);
static_assert(offsetof(UserContext, sp) == CONTEXT_SP);
static_assert(offsetof(UserContext, next_ip) == CONTEXT_NEXT_IP);
static_assert(offsetof(UserContext, spsr) == CONTEXT_SPSR);
static_assert(offsetof(UserContext, fault_ip) == CONTEXT_FAULT_IP);
static_assert(offsetof(UserContext, tpidr_el0) == CONTEXT_TPIDR_EL0);
static_assert(CONTEXT_TPIDR_EL0 == CONTEXT_FAULT_IP + 8); // saved as a pair
static_assert(offsetof(UserContext, tpidrro_el0) == CONTEXT_TPIDRRO_EL0);

void export_counters() {
    using VirtualCounter = base::Bits<bool, 1>;
    using PmuVersion = base::Bits<unsigned, 8, 4>;
    WRITE_REGISTER(cntkctl_el1,
                   VirtualCounter::set(std::uint64_t{0}, kernel::config::export_counter));
    auto const pmu = PmuVersion::get(READ_REGISTER(id_aa64dfr0_el1));
    constexpr unsigned not_architected = 15;
    if (pmu != 0 && pmu != not_architected) {
        WRITE_REGISTER(pmuserenr_el0, kernel::config::export_pmu ? 1u : 0u);
    }
}

/// The thread to resume; waits here while there is none.
UserContext* next_thread(kernel::KernelState& kernel) {
    while (kernel.core.current->state == kernel::ThreadState::Idle) {
        // Interrupts are masked, but a pending one ends the wait all the same.
        asm volatile("dsb sy; wfi" ::: "memory");
        kernel::handle_interrupt(kernel);
    }
    return &kernel.core.current->context;
}

} // namespace

void enter_exceptions_of(kernel::KernelState& kernel) {
    WRITE_REGISTER(tpidr_el1, reinterpret_cast<std::uint64_t>(&kernel));
    WRITE_REGISTER(vbar_el1, reinterpret_cast<std::uint64_t>(exception_vectors));
    WRITE_REGISTER(mdscr_el1, 0u); // no debug exceptions
    WRITE_REGISTER(cntp_ctl_el0, 0u);
    export_counters();
    allow_fpu(false);
    instruction_barrier();
    asm volatile("msr daifclr, #4"); // a system error left by the loader shows itself now
}

} // namespace arch

namespace {

/// All registers of the program are saved when vectors.S calls these, so they need not save any:
/// such a function finds its argument in x20.
#define REGISTERS_ARE_SAVED __attribute__((preserve_none))

/// Anything but a system call: the instruction that caused it is the saved address.
[[gnu::noinline]] void handle_exception(kernel::KernelState& kernel, std::uint64_t syndrome) {
    using namespace arch;
    auto& context = kernel.core.current->context;
    context.fault_ip = context.next_ip;
    switch (ExceptionSyndrome::Class::get(syndrome)) {
    case ExceptionClass::FloatingPoint: kernel::handle_fpu_use(kernel, syndrome); break;
    case ExceptionClass::DataAbort:
        kernel::handle_vm_fault(kernel, READ_REGISTER(far_el1), false,
                                base::extract(syndrome, 0, 32));
        break;
    case ExceptionClass::InstructionAbort:
        kernel::handle_vm_fault(kernel, context.next_ip, true, base::extract(syndrome, 0, 32));
        break;
    default: kernel::handle_user_exception(kernel, syndrome, 0); break;
    }
}

// Apart, so that the fast paths need no stack.

[[gnu::noinline]] REGISTERS_ARE_SAVED arch::UserContext*
handle_generally(kernel::KernelState* state, std::uint64_t syndrome) {
    using namespace arch;
    if (ExceptionSyndrome::Class::get(syndrome) == ExceptionClass::SystemCall) {
        kernel::handle_any_syscall(*state, state->core.current->context.syscall_number());
    } else {
        handle_exception(*state, syndrome);
    }
    return next_thread(*state);
}

[[gnu::noinline]] REGISTERS_ARE_SAVED arch::UserContext* handle_call(kernel::KernelState* state,
                                                                     kernel::Slot* called) {
    kernel::handle_call(*state, called);
    return arch::next_thread(*state);
}

} // namespace

extern "C" REGISTERS_ARE_SAVED arch::UserContext*
handle_user_synchronous(kernel::KernelState* state) {
    using namespace arch;
    auto& kernel = *state;
    auto const syndrome = READ_REGISTER(esr_el1);
    if (ExceptionSyndrome::Class::get(syndrome) != ExceptionClass::SystemCall) [[unlikely]] {
        return handle_generally(state, syndrome);
    }
    kernel::Slot* called = nullptr;
    if (kernel::take_fast_path(kernel, kernel.core.current->context.syscall_number(), called)) {
        return &kernel.core.current->context;
    }
    return called != nullptr ? handle_call(state, called) : handle_generally(state, syndrome);
}

extern "C" REGISTERS_ARE_SAVED arch::UserContext*
handle_user_interrupt(kernel::KernelState* state) {
    kernel::handle_interrupt(*state);
    return arch::next_thread(*state);
}
