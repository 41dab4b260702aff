// SPDX-License-Identifier: BSD-2-Clause
//
// OwnMemory: spare pages are linked through themselves.

#include <base/scope_guard.hpp>
#include <pager/own_memory.hpp>

#include <new>

namespace pager {

namespace {

std::uint64_t address_of(std::byte const* page) {
    return reinterpret_cast<std::uintptr_t>(page);
}

} // namespace

bool OwnMemory::is_own(std::byte const* page) const {
    std::uint64_t const size = memory_.frames.records().size() * page_size;
    return address_of(page) >= window_.raw() && address_of(page) - window_.raw() < size;
}

void OwnMemory::add(std::byte* first, std::size_t count) {
    for (std::size_t i = count; i-- > 0;) {
        give_page(first + i * page_size);
    }
}

std::byte* OwnMemory::take_page() {
    bool const fixed = fixed_ != nullptr;
    SparePage*& list = fixed ? fixed_ : spare_;
    if (list == nullptr) {
        return nullptr;
    }
    SparePage* const page = list;
    list = page->next;
    --(fixed ? fixed_count_ : spare_count_);
    return reinterpret_cast<std::byte*>(page);
}

void OwnMemory::give_page(std::byte* page) {
    bool const own = is_own(page);
    SparePage*& list = own ? spare_ : fixed_;
    list = new (page) SparePage{list};
    ++(own ? spare_count_ : fixed_count_);
}

std::size_t OwnMemory::refill(std::size_t wanted) {
    while (spare() < wanted && grow()) {
    }
    return spare();
}

void OwnMemory::trim(std::size_t limit) {
    while (spare() > limit && spare_ != nullptr) {
        shrink();
    }
}

Result<> OwnMemory::grow() {
    Frame const frame = TRY(memory_.make(api::ObjectType::SmallPage, FrameState::Pager, no_space));
    base::ScopeGuard destroy{[&] { memory_.destroy(frame); }};
    UserAddr const address = window_ + index(frame) * page_size;
    TRY(tables_.hold(address));
    base::ScopeGuard release{[&] { tables_.release(address); }};
    TRY(memory_.port.map_frame(memory_.capability(frame), vspace_, address, Access::ReadWrite));
    release.disarm();
    destroy.disarm();
    give_page(reinterpret_cast<std::byte*>(address.raw()));
    return {};
}

void OwnMemory::shrink() {
    UserAddr const address{address_of(reinterpret_cast<std::byte*>(spare_))};
    spare_ = spare_->next;
    --spare_count_;
    memory_.destroy(Frame{static_cast<std::uint32_t>((address - window_) / page_size)});
    tables_.release(address);
}

} // namespace pager
