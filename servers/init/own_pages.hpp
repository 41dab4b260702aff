// SPDX-License-Identifier: BSD-2-Clause
//
// OwnPages: memory for init's books, a page at a time, and a window to fill other programs' pages.
#pragma once

#include <init/address_space.hpp>

#include <cstddef>
#include <span>

namespace init {

class OwnPages {
public:
    explicit OwnPages(AddressSpace& space, base::UserAddr start = default_start)
        : space_{space}, window_{start}, next_{start + api::page_size} {}

    /// A zeroed page that is never given back.
    sys::Result<std::span<std::byte>> new_page();

    /// Lets `fill` write to a page that is mapped nowhere yet, then takes it out again. Whatever
    /// fetches instructions from it later sees what was written.
    sys::Result<> fill(sys::Frame frame, auto&& writer) {
        TRY(space_.map(frame, window_, writable));
        writer(std::span{reinterpret_cast<std::byte*>(window_.raw()), api::page_size});
        TRY(frame.unify_instruction(0, api::page_size));
        return frame.unmap();
    }

    /// Maps a page of device registers.
    sys::Result<std::uintptr_t> map_device(sys::Frame frame);

    /// Maps a page of somebody else's memory, to look at.
    sys::Result<std::uintptr_t> map_to_read(sys::Frame frame);

private:
    sys::Result<std::uintptr_t> map_next(sys::Frame frame, sys::PageAttributes attributes);

    static constexpr sys::PageAttributes writable{.rights = api::Rights::ReadWrite};
    static constexpr base::UserAddr default_start{0x10'0000'0000};

    AddressSpace& space_;
    base::UserAddr window_;
    base::UserAddr next_;
};

} // namespace init
