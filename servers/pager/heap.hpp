// SPDX-License-Identifier: BSD-2-Clause
//
// Heap: where the pager's books lie. Pages are cut into objects of one size each; an empty page
// goes back at once. No book needs an object bigger than a page.
#pragma once

#include <base/intrusive_list.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace pager {

/// Where the heap gets whole pages from: page-aligned memory. Null when there is none.
class PageSource {
public:
    [[nodiscard]] virtual std::byte* take_page() = 0;
    virtual void give_page(std::byte* page) = 0;

protected:
    ~PageSource() = default; // never owned through this interface
};

class Heap {
public:
    explicit Heap(PageSource& source) : source_{source} {}
    Heap(Heap const&) = delete;
    Heap& operator=(Heap const&) = delete;

    /// Aligned for everything. Null: there is no page, or the object is too big for one.
    [[nodiscard]] void* allocate(std::size_t size);
    void release(void* object);

    [[nodiscard]] std::size_t pages() const { return pages_; }

    /// Multiples of 16. The big ones divide the page, less its header, with little waste.
    static constexpr std::array<std::uint16_t, 12> sizes{16,  32,  48,  64,  96,   128,
                                                         192, 256, 384, 560, 1008, 2016};

private:
    struct FreeObject {
        FreeObject* next;
    };

    /// At the start of each page.
    struct PageHeader {
        base::ListLink<PageHeader> link; // while some of its objects are free
        FreeObject* free;
        std::uint32_t used;
        std::uint32_t size_class;
    };

    static constexpr std::size_t header_size = 48;
    static_assert(sizeof(PageHeader) <= header_size);

    static PageHeader& page_of(void* object);
    [[nodiscard]] PageHeader* add_page(std::size_t size_class);

    PageSource& source_;
    std::array<base::IntrusiveList<PageHeader, &PageHeader::link>, sizes.size()> pages_with_room_;
    std::size_t pages_{0};
};

} // namespace pager
