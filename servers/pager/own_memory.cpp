// SPDX-License-Identifier: BSD-2-Clause
//
// OwnMemory: spare pages are linked through themselves.

#include <pager/own_memory.hpp>

#include <limits>
#include <new>

namespace pager {

void OwnMemory::add(std::byte* first, std::size_t count) {
    for (std::size_t i = count; i-- > 0;) {
        give_page(first + i * page_size);
    }
}

std::byte* OwnMemory::pop(List& list) {
    SparePage* const page = list.first;
    list.first = page->next;
    --list.size;
    return reinterpret_cast<std::byte*>(page);
}

std::byte* OwnMemory::take_page() {
    List& list = fixed_.size > 0 ? fixed_ : pooled_;
    return list.size > 0 ? pop(list) : nullptr;
}

void OwnMemory::give_page(std::byte* page) {
    List& list = pool_ != nullptr && pool_->contains(page) ? pooled_ : fixed_;
    list.first = new (page) SparePage{list.first};
    ++list.size;
}

/// While there is no pool the pager starts, and asks for nothing yet.
std::size_t OwnMemory::spare() const {
    return pool_ != nullptr ? pooled_.size + fixed_.size : std::numeric_limits<std::size_t>::max();
}

std::size_t OwnMemory::refill(std::size_t wanted) {
    while (spare() < wanted && grow()) {
    }
    return spare();
}

Result<> OwnMemory::grow() {
    Frame const frame = TRY(pool_->take_unzeroed(PageGroup::Books, FrameState::Pager, no_space));
    give_page(pool_->bytes(frame));
    return {};
}

void OwnMemory::trim(std::size_t limit) {
    while (spare() > limit && pooled_.size > 0) {
        pool_->give(pool_->frame_at(pop(pooled_)));
    }
}

} // namespace pager
