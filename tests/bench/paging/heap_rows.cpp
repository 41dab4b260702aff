// SPDX-License-Identifier: BSD-2-Clause
//
// A block allocated and released, in a heap that is in use: ours, and picolibc's for comparison.

#include "memory.hpp"
#include "rows.hpp"
#include <client/program_heap.hpp>

#include <cstdlib>

namespace bench {

namespace {

struct OwnHeap {
    static void* allocate(std::size_t size) {
        return client::program_heap().allocate(size).value_or(nullptr);
    }

    static void release(void* block) { client::program_heap().release(block); }
};

struct Picolibc {
    static void* allocate(std::size_t size) { return std::malloc(size); }

    static void release(void* block) { std::free(block); }
};

void* require_block(void* block) {
    if (block == nullptr) {
        give_up("heap", ipc::Error::OutOfMemory);
    }
    return block;
}

using Blocks = std::array<void*, 50>;

template <typename Heap>
void release_all(Blocks const& blocks) {
    for (auto* const block : blocks) {
        Heap::release(block);
    }
}

/// The program holds some blocks, with room between them, and replaces one by another each time:
/// a step that has no divisor in common with their number comes to all of them.
template <typename Heap, std::size_t Size>
void allocate_and_release(Samples& samples) {
    constexpr std::size_t step = 17;
    Blocks held;
    Blocks gaps;
    for (std::size_t i = 0; i < held.size(); ++i) {
        held[i] = require_block(Heap::allocate(Size));
        gaps[i] = require_block(Heap::allocate(Size));
    }
    release_all<Heap>(gaps);
    std::size_t next = 0;
    samples.take([&] {
        void* const leaving = held[next];
        auto const before = mark();
        void* const coming = Heap::allocate(Size);
        Heap::release(leaving);
        auto const after = mark();
        held[next] = require_block(coming);
        next = (next + step) % held.size();
        return between(before, after);
    });
    release_all<Heap>(held);
}

constexpr std::size_t small = 64;
constexpr std::size_t large = 64 << 10;

constexpr std::array rows{
    Row{"heap.small", allocate_and_release<OwnHeap, small>},
    Row{"heap.small.picolibc", allocate_and_release<Picolibc, small>},
    Row{"heap.large", allocate_and_release<OwnHeap, large>},
    Row{"heap.large.picolibc", allocate_and_release<Picolibc, large>},
};

} // namespace

Rows const heap_rows = rows;

} // namespace bench
