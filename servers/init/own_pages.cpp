// SPDX-License-Identifier: BSD-2-Clause
//
// Pages for init itself, from the window upwards.

#include <init/own_pages.hpp>

namespace init {

sys::Result<std::span<std::byte>> OwnPages::new_page() {
    TRY(space_.map_new(next_, writable));
    std::span const page{reinterpret_cast<std::byte*>(next_.raw()), api::page_size};
    next_ = next_ + api::page_size;
    return page;
}

sys::Result<std::uintptr_t> OwnPages::map_device(sys::Frame frame) {
    return map_next(frame, {.rights = api::Rights::ReadWrite, .cached = false});
}

sys::Result<std::uintptr_t> OwnPages::map_to_read(sys::Frame frame) {
    return map_next(frame, {});
}

sys::Result<std::uintptr_t> OwnPages::map_next(sys::Frame frame, sys::PageAttributes attributes) {
    TRY(space_.map(frame, next_, attributes));
    auto const address = next_.raw();
    next_ = next_ + api::page_size;
    return address;
}

} // namespace init
