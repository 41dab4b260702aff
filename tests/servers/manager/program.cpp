// SPDX-License-Identifier: BSD-2-Clause
//
// The program in the spaces of the manager tests: does what it is told, and asks what now. All its
// threads run this; they share no memory that it would write to.

#include "../support/pages.hpp"
#include "actor_protocol.hpp"
#include <client/vm.hpp>

namespace test {

namespace {

/// In assembly, so that nobody but the processor has an opinion on it.
Word read(Word address) {
    Word value;
    asm volatile("ldr %0, [%1]" : "=r"(value) : "r"(address) : "memory");
    return value;
}

Word read_register(Word address) {
    std::uint32_t value;
    asm volatile("ldr %w0, [%1]" : "=r"(value) : "r"(address) : "memory");
    return value;
}

void write(Word address, Word value) {
    asm volatile("str %1, [%0]" : : "r"(address), "r"(value) : "memory");
}

void execute(Word address) {
    asm volatile("blr %0" : : "r"(address) : "x30", "memory");
}

[[noreturn]] void hammer(Word address) {
    for (Word i = 0;; ++i) {
        write(address, i);
    }
}

[[noreturn]] void flood() {
    for (;;) {
        if (auto const memory = client::vm::mmap(page_size)) {
            write(*memory, 1);
            static_cast<void>(client::vm::munmap(*memory, page_size));
        }
    }
}

void make_no_system_call() {
    constexpr Word no_number = 12345;
    register Word const number asm("x7") = no_number;
    asm volatile("svc #0" : : "r"(number) : "x0", "x1", "memory");
}

Word perform(Command const& command) {
    auto const& [act, address, size, value] = command;
    switch (act) {
    case Act::Nothing: break;
    case Act::Read: return read(address);
    case Act::Write: write(address, value); break;
    case Act::Execute: execute(address); break;
    case Act::Fill: fill(address, size, value); break;
    case Act::Sum: return sum_of(address, size);
    case Act::Hammer: hammer(address);
    case Act::Flood: flood();
    case Act::Touch:
        for (Word offset = 0; offset < size; offset += page_size) {
            write(address + offset, value + offset);
        }
        break;
    case Act::Syscall: make_no_system_call(); break;
    case Act::Register: return read_register(address);
    case Act::Receive: sys::recv(api::CPtr{address}, api::null_cptr); break;
    }
    return 0;
}

} // namespace

} // namespace test

extern "C" [[noreturn]] void start_program();

extern "C" void start_program() {
    test::Word result = 0;
    for (;;) {
        auto const next = ipc::call(client::init_server, test::Ready{.result = result});
        result = next ? test::perform(*next) : 0;
    }
}
