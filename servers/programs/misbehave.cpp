// SPDX-License-Identifier: BSD-2-Clause
//
// misbehave KIND: does one thing that a program must not do. Whoever survives it says so.

#include <client/console.hpp>
#include <client/vm.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace {

using client::console::print;

/// In assembly, so that neither the compiler nor its checks see what we are up to.
void load_from(std::uintptr_t address) {
    std::uint32_t value;
    asm volatile("ldr %w0, [%1]" : "=r"(value) : "r"(address) : "memory");
}

void store_to(std::uintptr_t address) {
    asm volatile("str wzr, [%0]" : : "r"(address) : "memory");
}

void read_null() {
    load_from(0);
}

void write_text() {
    store_to(reinterpret_cast<std::uintptr_t>(&read_null));
}

void execute_data() {
    std::uint32_t volatile code = 0xd65f'03c0; // ret
    asm volatile("blr %0" : : "r"(&code) : "x30", "memory");
}

/// Goes down a page at a time; the compiler can neither make a loop of it nor see that it is none.
int overflow_stack(int depth) { // NOLINT(misc-no-recursion): that is the point
    char volatile page[4096];
    page[0] = static_cast<char>(depth);
    return depth < 0 ? 0 : overflow_stack(depth + 1) + page[0];
}

void overflow() {
    static_cast<void>(overflow_stack(0));
}

/// Where the stack may grow to one day, but is not yet.
void write_unused_stack() {
    constexpr std::uintptr_t far = 1024 * 1024;
    store_to(reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) - far);
}

void write_wild() {
    store_to(0x0000'4bad'cafe'f000);
}

void run_privileged() {
    std::uint64_t value;
    asm volatile("mrs %0, sctlr_el1" : "=r"(value));
}

/// Each read costs a page table, and none of them a page of its own.
void read_far_apart() {
    constexpr api::Word size = api::Word{1} << 40;
    if (auto const memory = client::vm::mmap(size)) {
        for (api::Word offset = 0; offset < size; offset += api::Word{1} << api::large_page_bits) {
            load_from(*memory + offset);
        }
    }
}

struct Kind {
    std::string_view name;
    void (*act)();
    std::string_view what;
};

constexpr std::array kinds{
    Kind{"null", read_null, "reads through a null pointer"},
    Kind{"text", write_text, "writes to its own program text"},
    Kind{"execute", execute_data, "executes what it wrote to its stack"},
    Kind{"stack", overflow, "calls itself until the stack is full"},
    Kind{"stray", write_unused_stack, "writes far below its stack pointer"},
    Kind{"wild", write_wild, "writes to an address where nothing is"},
    Kind{"greedy", read_far_apart, "reads one word in every 2 MiB of a tebibyte"},
    Kind{"privileged", run_privileged, "executes an instruction of the kernel's"},
};

} // namespace

int main(int argc, char** argv) {
    std::string_view const wanted = argc == 2 ? argv[1] : "";
    for (auto const& kind : kinds) {
        if (kind.name == wanted) {
            kind.act();
            print("misbehave: nobody stopped me\n");
            return 1;
        }
    }
    print("usage: misbehave KIND, where KIND is one of\n");
    for (auto const& kind : kinds) {
        print("  ", base::Left{kind.name, 12}, kind.what, "\n");
    }
    return 2;
}
