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
using base::Left;
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

/// "x7   0x..." in a column of its own.
struct NamedRegister {
    std::string_view name;
    std::uint64_t value;
};

void print_row(NamedRegister a, NamedRegister b, NamedRegister c) {
    print(Left{a.name, 5}, Hex{a.value, 16}, "  ", Left{b.name, 5}, Hex{b.value, 16}, "  ",
          Left{c.name, 5}, Hex{c.value, 16});
}

void print_registers(ExceptionFrame const& frame) {
    static constexpr std::array<std::string_view, 30> names{
        "x0",  "x1",  "x2",  "x3",  "x4",  "x5",  "x6",  "x7",  "x8",  "x9",
        "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x18", "x19",
        "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x29"};
    for (std::size_t i = 0; i < names.size(); i += 3) {
        print_row({names[i], frame.x[i]}, {names[i + 1], frame.x[i + 1]},
                  {names[i + 2], frame.x[i + 2]});
    }
    print_row({"x30", frame.x[30]}, {"sp", frame.sp}, {"pc", frame.elr});
    print_row({"esr", frame.esr}, {"far", frame.far}, {"spsr", frame.spsr});
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

bool in_guard(std::uint64_t address) {
    return address >= address_of(kernel_stack_guard) && address < address_of(kernel_stack);
}

/// Compilers plant a trap where the program has no meaning, and say in it why it is there.
std::string_view reason_of_trap(std::uint64_t syndrome) {
    using Origin = base::Bits<std::uint8_t, 8, 8>;
    constexpr std::uint8_t undefined_behaviour = 0x55;
    return Origin::get(syndrome) == undefined_behaviour ? "undefined behaviour"
                                                        : "a check of the library failed";
}

std::string_view reason_of(ExceptionFrame const& frame) {
    switch (ExceptionClass{ExceptionSyndrome::Class::get(frame.esr)}) {
    case ExceptionClass::DataAbortSame:
        return in_guard(frame.far) ? "the kernel's stack overflowed" : "data abort";
    case ExceptionClass::InstructionAbortSame: return "instruction abort";
    case ExceptionClass::StackAlignment: return "misaligned stack";
    case ExceptionClass::ProgramCounterAlignment: return "misaligned program counter";
    case ExceptionClass::FloatingPoint: return "use of floating point";
    case ExceptionClass::Breakpoint: return reason_of_trap(frame.esr);
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
