// SPDX-License-Identifier: BSD-2-Clause
//
// The pager's books where they lie in earnest: operator new of the test program draws from the
// pager's heap while the pager runs, and from the host's otherwise. So a test sees a reserve that
// does not last, which on a board is the end of the pager.
#pragma once

#include "host_window.hpp"
#include <pager/own_memory.hpp>

namespace pager::test {

/// Says, while it lives, where operator new takes from; null is the host's heap.
class AllocateFrom {
public:
    explicit AllocateFrom(Heap* heap);
    ~AllocateFrom();
    AllocateFrom(AllocateFrom const&) = delete;
    AllocateFrom& operator=(AllocateFrom const&) = delete;

private:
    Heap* before_;
};

/// The heap and its pages. One at a time: operator delete tells by the address what is the pager's.
class BooksHeap {
public:
    /// With room for the frames of a pager's pool.
    explicit BooksHeap(std::size_t frames);
    ~BooksHeap();
    BooksHeap(BooksHeap const&) = delete;
    BooksHeap& operator=(BooksHeap const&) = delete;

    [[nodiscard]] Heap& heap() { return heap_; }
    [[nodiscard]] OwnMemory& pages() { return own_; }

    /// Where those frames are seen.
    [[nodiscard]] UserAddr frames() const { return window_.start(); }

    /// How often there was nothing left to allocate from.
    [[nodiscard]] static unsigned failures();

private:
    static constexpr std::size_t first_pages = 16; // as at the start of the pager

    HostWindow window_;
    OwnMemory own_;
    Heap heap_;
};

} // namespace pager::test
