// SPDX-License-Identifier: BSD-2-Clause
//
// Panic on the machine: from a place in the kernel, or from an exception that must not happen.

#include "exception_frame.hpp"
#include "image.hpp"
#include "system_register.hpp"
#include <arch/cpu.hpp>
#include <kernel/debug/backtrace.hpp>
#include <kernel/debug/panic.hpp>
#include <kernel/debug/print.hpp>
#include <kernel/kernel_state.hpp>

namespace arch {

namespace {

using base::Hex;
using kernel::print;

struct Stack {
    std::uint64_t begin;
    std::uint64_t end;
};

/// The kernel's stack, or the panic stack if that is where `pointer` points.
Stack stack_of(std::uint64_t pointer) {
    if (pointer >= address_of(panic_stack_guard) && pointer <= address_of(panic_stack_top)) {
        return {address_of(panic_stack_guard), address_of(panic_stack_top)};
    }
    return {address_of(kernel_stack), address_of(kernel_stack_top)};
}

void print_registers(ExceptionFrame const& frame) {
    for (std::size_t i = 0; i < 30; i += 3) {
        print("x", base::Left{i < 10 ? "" : "", 0}, i, " ", Hex{frame.x[i], 16}, "  x", i + 1, " ",
              Hex{frame.x[i + 1], 16}, "  x", i + 2, " ", Hex{frame.x[i + 2], 16});
    }
    print("x30 ", Hex{frame.x[30], 16}, "  sp ", Hex{frame.sp, 16}, "  pc ", Hex{frame.elr, 16});
    print("esr ", Hex{frame.esr, 16}, "  far ", Hex{frame.far, 16}, "  spsr ", Hex{frame.spsr, 16});
}

void print_running_thread() {
    auto const* const kernel =
        reinterpret_cast<kernel::KernelState const*>(READ_REGISTER(tpidr_el1));
    if (kernel == nullptr || kernel->core.current == nullptr) {
        return;
    }
    auto const& thread = *kernel->core.current;
    print("for thread ", std::string_view{thread.name.data()}, " at ",
          Hex{thread.context.fault_ip, 16}, ", system call ", thread.context.syscall_number());
}

/// How the architecture calls the ways into the vector table.
std::string_view vector_name(std::uint64_t vector) {
    static constexpr std::array<std::string_view, 4> names{"synchronous exception", "interrupt",
                                                           "fast interrupt", "system error"};
    return names[vector % names.size()];
}

std::string_view reason_of(ExceptionFrame const& frame) {
    switch (ExceptionClass{ExceptionSyndrome::Class::get(frame.esr)}) {
    case ExceptionClass::DataAbortSame: return "data abort";
    case ExceptionClass::InstructionAbortSame: return "instruction abort";
    case ExceptionClass::StackAlignment: return "misaligned stack";
    case ExceptionClass::ProgramCounterAlignment: return "misaligned program counter";
    case ExceptionClass::FloatingPoint: return "use of floating point";
    case ExceptionClass::Breakpoint: return "trap: undefined behaviour or a broken library check";
    default: return "see esr";
    }
}

} // namespace

} // namespace arch

/// From vectors.S.
extern "C" [[noreturn]] void handle_fatal_exception(arch::ExceptionFrame const* frame) {
    using namespace arch;
    auto const stack = stack_of(frame->sp);
    if (stack.end == address_of(panic_stack_top)) {
        halt(); // the panic itself went wrong; more words would only repeat that
    }
    print("");
    print("quire kernel: panic: ", vector_name(frame->vector), ": ", reason_of(*frame));
    print_running_thread();
    print_registers(*frame);
    kernel::print_backtrace(frame->elr, frame->x[29], stack.begin, stack.end);
    halt();
}

namespace kernel {

void panic(std::string_view reason) {
    auto const frame = reinterpret_cast<std::uint64_t>(__builtin_frame_address(0));
    print("");
    print("quire kernel: panic: ", reason);
    arch::print_running_thread();
    auto const here = reinterpret_cast<std::uint64_t>(__builtin_return_address(0));
    auto const stack = arch::stack_of(frame);
    print_backtrace(here, frame, stack.begin, stack.end);
    arch::halt();
}

} // namespace kernel
