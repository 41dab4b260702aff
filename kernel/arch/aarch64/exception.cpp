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
static_assert(offsetof(UserContext, tpidr_el0) == CONTEXT_TPIDR_EL0);
static_assert(offsetof(UserContext, tpidrro_el0) == CONTEXT_TPIDRRO_EL0);

/// The system call instruction itself; the saved address is that of the next one.
constexpr kernel::Word instruction_size = 4;

void export_counters() {
    using VirtualCounter = base::Bits<bool, 1>;
    using VirtualTimer = base::Bits<bool, 8>;
    using PmuVersion = base::Bits<unsigned, 8, 4>;
    static_assert(VirtualTimer::mask<std::uint64_t> != 0);
    WRITE_REGISTER(cntkctl_el1,
                   VirtualCounter::set(std::uint64_t{0}, kernel::config::export_counter));
    auto const pmu = PmuVersion::get(READ_REGISTER(id_aa64dfr0_el1));
    constexpr unsigned not_architected = 15;
    if (pmu != 0 && pmu != not_architected) {
        WRITE_REGISTER(pmuserenr_el0, kernel::config::export_pmu ? 1u : 0u);
    }
}

/// The thread to resume; waits here while there is none.
UserContext& next_thread(kernel::KernelState& kernel) {
    while (kernel.core.current->state == kernel::ThreadState::Idle) {
        // Interrupts are masked, but a pending one ends the wait all the same.
        asm volatile("dsb sy; wfi" ::: "memory");
        kernel::handle_interrupt(kernel);
    }
    return kernel.core.current->context;
}

} // namespace

void enter_exceptions_of(kernel::KernelState& kernel) {
    WRITE_REGISTER(tpidr_el1, reinterpret_cast<std::uint64_t>(&kernel));
    WRITE_REGISTER(vbar_el1, reinterpret_cast<std::uint64_t>(exception_vectors));
    WRITE_REGISTER(mdscr_el1, 0u); // no debug exceptions
    WRITE_REGISTER(cntp_ctl_el0, 0u);
    export_counters();
    disable_fpu();
    instruction_barrier();
    asm volatile("msr daifclr, #4"); // a system error left by the loader shows itself now
}

} // namespace arch

extern "C" arch::UserContext* handle_user_synchronous(kernel::KernelState* state) {
    using namespace arch;
    auto& kernel = *state;
    auto& context = kernel.core.current->context;
    auto const syndrome = READ_REGISTER(esr_el1);
    context.fault_ip = context.next_ip;
    switch (ExceptionSyndrome::Class::get(syndrome)) {
    case ExceptionClass::SystemCall:
        context.fault_ip = context.next_ip - instruction_size;
        kernel::handle_syscall(kernel, context.syscall_number());
        break;
    case ExceptionClass::DataAbort:
        kernel::handle_vm_fault(kernel, READ_REGISTER(far_el1), false,
                                base::extract(syndrome, 0, 32));
        break;
    case ExceptionClass::InstructionAbort:
        kernel::handle_vm_fault(kernel, context.next_ip, true, base::extract(syndrome, 0, 32));
        break;
    default: kernel::handle_user_exception(kernel, syndrome, 0); break;
    }
    return &next_thread(kernel);
}

extern "C" arch::UserContext* handle_user_interrupt(kernel::KernelState* state) {
    using namespace arch;
    auto& context = state->core.current->context;
    context.fault_ip = context.next_ip;
    kernel::handle_interrupt(*state);
    return &next_thread(*state);
}
