// SPDX-License-Identifier: BSD-2-Clause
//
// A block taken from the program's heap and given back, in a heap that has had some before.

#include "memory.hpp"
#include "rows.hpp"
#include <client/program_heap.hpp>

namespace bench {

namespace {

[[noreturn]] void out_of_memory() {
    give_up("heap", ipc::Error::OutOfMemory);
}

template <std::size_t Size>
void allocate_and_release(Samples& samples) {
    auto& heap = client::program_heap();
    std::array<void*, 100> others;
    for (auto& other : others) {
        other = heap.allocate(Size).value_or(nullptr);
        if (other == nullptr) {
            out_of_memory();
        }
    }
    // Those that stay lie apart: what is measured is neither the first nor the last.
    for (std::size_t i = 0; i < others.size(); i += 2) {
        heap.release(std::exchange(others[i], nullptr));
    }
    samples.take([&] {
        auto const before = mark();
        auto const block = heap.allocate(Size);
        if (!block) {
            out_of_memory();
        }
        heap.release(*block);
        return between(before, mark());
    });
    for (auto* const other : others) {
        heap.release(other);
    }
}

constexpr std::array rows{
    Row{"heap.small", Samples::most, allocate_and_release<64>},
    Row{"heap.large", Samples::most, allocate_and_release<64 << 10>},
};

} // namespace

Rows const heap_rows = rows;

} // namespace bench
