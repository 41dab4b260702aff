// SPDX-License-Identifier: BSD-2-Clause
//
// HalfPages: a page goes back when both its halves are unused.

#include <pager/half_pages.hpp>

#include <cstring>
#include <new>

namespace pager {

HalfPages::UnusedHalf& HalfPages::other_half(std::byte* half) {
    auto const address = reinterpret_cast<std::uintptr_t>(half);
    return *reinterpret_cast<UnusedHalf*>(address ^ size);
}

std::byte* HalfPages::take() {
    std::byte* half = nullptr;
    if (UnusedHalf* const known = halves_.pop_front()) {
        half = reinterpret_cast<std::byte*>(known);
    } else {
        half = source_.take_page();
        if (half == nullptr) {
            return nullptr;
        }
        halves_.push_front(*new (half + size) UnusedHalf{.mark = unused, .link = {}});
    }
    std::memset(half, 0, size);
    return half;
}

void HalfPages::give(std::byte* half) {
    UnusedHalf& other = other_half(half);
    if (other.mark != unused) {
        halves_.push_front(*new (half) UnusedHalf{.mark = unused, .link = {}});
        return;
    }
    halves_.remove(other);
    auto const page = base::align_down(reinterpret_cast<std::uintptr_t>(half), api::page_bits);
    source_.give_page(reinterpret_cast<std::byte*>(page));
}

} // namespace pager
