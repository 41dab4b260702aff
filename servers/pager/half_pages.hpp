// SPDX-License-Identifier: BSD-2-Clause
//
// HalfPages: tables of 512 words of 32 bits, two to a page. The heap cannot make them without
// wasting nearly as much, because it keeps notes at the start of each page; here there is room for
// notes in the unused halves only.
#pragma once

#include <api/object.hpp>
#include <base/bits.hpp>
#include <pager/heap.hpp>

namespace pager {

class HalfPages {
public:
    static constexpr std::size_t size = api::page_size / 2;

    explicit HalfPages(PageSource& source) : source_{source} {}
    HalfPages(HalfPages const&) = delete;
    HalfPages& operator=(HalfPages const&) = delete;

    /// All zero. Null: there is no page.
    [[nodiscard]] std::byte* take();

    void give(std::byte* half);

private:
    /// No table ever begins with a word like this, so a half says of itself that it is unused.
    static constexpr std::uint64_t unused = ~std::uint64_t{0};

    struct UnusedHalf {
        std::uint64_t mark;
        base::ListLink<UnusedHalf> link;
    };

    [[nodiscard]] static UnusedHalf& other_half(std::byte* half);

    PageSource& source_;
    base::IntrusiveList<UnusedHalf, &UnusedHalf::link> halves_;
};

} // namespace pager
