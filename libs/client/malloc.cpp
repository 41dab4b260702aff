// SPDX-License-Identifier: BSD-2-Clause
//
// C's names for the program's heap. A size of 0 is a block, too, with no room in it. There is no
// errno: null says it all.

#include <client/program_heap.hpp>

#include <algorithm>
#include <cstdlib>

namespace {

std::size_t at_least_one(std::size_t size) {
    return std::max(size, std::size_t{1});
}

} // namespace

extern "C" {

void* malloc(std::size_t size) {
    return client::program_heap().allocate(at_least_one(size)).value_or(nullptr);
}

void* calloc(std::size_t count, std::size_t size) {
    bool const is_nothing = count == 0 || size == 0;
    return client::program_heap()
        .allocate_zeroed(is_nothing ? 1 : count, is_nothing ? 1 : size)
        .value_or(nullptr);
}

void* realloc(void* block, std::size_t size) {
    return client::program_heap().resize(block, at_least_one(size)).value_or(nullptr);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {
    return client::program_heap().allocate(at_least_one(size), alignment).value_or(nullptr);
}

void free(void* block) {
    client::program_heap().release(block);
}

} // extern "C"
