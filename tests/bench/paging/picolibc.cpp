// SPDX-License-Identifier: BSD-2-Clause
//
// The thread pointer, and sbrk over a stretch of memory that is touched beforehand.

#include "picolibc.hpp"

#include "memory.hpp"

namespace bench {

namespace {

constexpr Word heap_pages = (16 << 20) / page_size;

/// Two words that belong to the thread library, which there is none of, then errno.
constinit std::array<Word, 4> thread_block{};

constinit Pages heap_memory{};

} // namespace

void prepare_picolibc() {
    asm volatile("msr tpidr_el0, %0" : : "r"(thread_block.data()));
    auto const size = heap_pages * page_size;
    heap_memory = {.begin = require(client::vm::mmap(size), "map"), .count = heap_pages};
    write_each(heap_memory);
}

} // namespace bench

/// The end of the heap before it moved, or -1.
extern "C" void* sbrk(std::ptrdiff_t change) {
    static bench::Word used = 0;
    auto const before = used;
    if (before + change > bench::heap_memory.size()) {
        return reinterpret_cast<void*>(~bench::Word{0});
    }
    used = before + change;
    return reinterpret_cast<void*>(bench::heap_memory.begin + before);
}
