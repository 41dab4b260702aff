// SPDX-License-Identifier: BSD-2-Clause
//
// Heap: a page is on the list of its size while it has room.

#include <api/object.hpp>
#include <pager/heap.hpp>

#include <algorithm>
#include <new>

namespace pager {

namespace {

/// All sizes are multiples of it.
constexpr std::size_t unit = Heap::sizes.front();

/// Which size class has room for so many units.
constexpr auto class_of_units = [] {
    std::array<std::uint8_t, Heap::sizes.back() / unit + 1> classes{};
    for (std::size_t units = 0; units < classes.size(); ++units) {
        auto const* const fitting = std::ranges::lower_bound(Heap::sizes, units * unit);
        classes[units] = static_cast<std::uint8_t>(fitting - Heap::sizes.begin());
    }
    return classes;
}();

} // namespace

Heap::PageHeader& Heap::page_of(void* object) {
    auto const address = reinterpret_cast<std::uintptr_t>(object);
    return *reinterpret_cast<PageHeader*>(base::align_down(address, api::page_bits));
}

void* Heap::allocate(std::size_t size) {
    if (size > sizes.back()) {
        return nullptr;
    }
    std::size_t const size_class = class_of_units[(size + unit - 1) / unit];
    auto& with_room = pages_with_room_[size_class];
    PageHeader* const page = with_room.empty() ? add_page(size_class) : with_room.front();
    if (page == nullptr) {
        return nullptr;
    }
    FreeObject* const object = page->free;
    page->free = object->next;
    ++page->used;
    if (page->free == nullptr) {
        with_room.remove(*page);
    }
    return object;
}

void Heap::release(void* object) {
    if (object == nullptr) {
        return;
    }
    PageHeader& page = page_of(object);
    auto& with_room = pages_with_room_[page.size_class];
    if (page.free == nullptr) {
        with_room.push_front(page);
    }
    page.free = new (object) FreeObject{page.free};
    if (--page.used == 0) {
        with_room.remove(page);
        --pages_;
        source_.give_page(reinterpret_cast<std::byte*>(&page));
    }
}

Heap::PageHeader* Heap::add_page(std::size_t size_class) {
    std::byte* const memory = source_.take_page();
    if (memory == nullptr) {
        return nullptr;
    }
    auto* const page = new (memory) PageHeader{};
    page->size_class = static_cast<std::uint32_t>(size_class);
    std::size_t const size = sizes[size_class];
    for (std::size_t count = (api::page_size - header_size) / size; count > 0; --count) {
        page->free = new (memory + header_size + (count - 1) * size) FreeObject{page->free};
    }
    pages_with_room_[size_class].push_front(*page);
    ++pages_;
    return page;
}

} // namespace pager
