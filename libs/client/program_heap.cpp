// SPDX-License-Identifier: BSD-2-Clause
//
// There from the first instruction on, so that constructors can allocate.

#include <client/heap_pages.hpp>
#include <client/program_heap.hpp>

namespace client {

namespace {

constinit HeapPages pages;
constinit heap::Heap shared_heap{pages};

} // namespace

heap::Heap& program_heap() {
    return shared_heap;
}

} // namespace client
