// SPDX-License-Identifier: BSD-2-Clause
//
// The heap of the books, the window it lies in, and operator new.

#include "books_heap.hpp"

#include <sys/mman.h>

#include <cstdlib>
#include <new>
#include <utility>

namespace pager::test {

namespace {

constexpr std::uintptr_t window_address = 0x3000'0000'0000;
constexpr std::uintptr_t window_limit = 0x3100'0000'0000;

constinit Heap* current = nullptr; // what operator new draws from
constinit Heap* books = nullptr;   // whose objects lie in the window
constinit unsigned failed_allocations = 0;

bool is_in_window(void const* object) {
    auto const address = reinterpret_cast<std::uintptr_t>(object);
    return address >= window_address && address < window_limit;
}

} // namespace

HostWindow::HostWindow(std::uintptr_t address, std::size_t size)
    : size_{size},
      memory_{mmap(reinterpret_cast<void*>(address), size, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0)} {
    if (memory_ == MAP_FAILED) {
        std::abort();
    }
}

HostWindow::~HostWindow() {
    munmap(memory_, size_);
}

base::UserAddr HostWindow::start() const {
    return base::UserAddr{reinterpret_cast<std::uintptr_t>(memory_)}.aligned_up(
        api::large_page_bits);
}

AllocateFrom::AllocateFrom(Heap* heap) : before_{std::exchange(current, heap)} {}

AllocateFrom::~AllocateFrom() {
    current = before_;
}

/// Behind the frames lie those that are there from the start.
BooksHeap::BooksHeap(std::size_t frames)
    : window_{window_address, (frames + first_pages) * page_size + base::bit(api::large_page_bits)},
      heap_{own_} {
    own_.add(reinterpret_cast<std::byte*>((window_.start() + frames * page_size).raw()),
             first_pages);
    books = &heap_;
    failed_allocations = 0;
}

/// What still lies in the window goes with it.
BooksHeap::~BooksHeap() {
    books = nullptr;
}

unsigned BooksHeap::failures() {
    return failed_allocations;
}

} // namespace pager::test

// On a board the pager ends when its heap is empty. Here it goes on, so that the test can say so.
void* operator new(std::size_t size) {
    if (pager::test::current != nullptr) {
        if (void* const object = pager::test::current->allocate(size)) {
            return object;
        }
        ++pager::test::failed_allocations;
    }
    void* const object = std::malloc(size);
    return object != nullptr ? object : throw std::bad_alloc{};
}

// Only libraries of the host's use this one; what they take they give back by the same delete.
void* operator new(std::size_t size, std::nothrow_t const&) noexcept {
    return std::malloc(size);
}

void operator delete(void* object) noexcept {
    if (!pager::test::is_in_window(object)) {
        std::free(object);
    } else if (pager::test::books != nullptr) {
        pager::test::books->release(object);
    }
}

void operator delete(void* object, std::size_t) noexcept {
    operator delete(object);
}
