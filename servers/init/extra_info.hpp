// SPDX-License-Identifier: BSD-2-Clause
//
// The chunks of the extra boot information. The kernel wrote them, so lengths are trusted no
// further than the area reaches.
#pragma once

#include <api/boot_info.hpp>

#include <cstring>
#include <span>

namespace init {

/// Calls `visit` with each chunk: what it is, and its contents.
template <typename Visit>
void for_each_chunk(std::span<std::byte const> extra, Visit visit) {
    while (extra.size() >= sizeof(api::BootInfoHeader)) {
        api::BootInfoHeader header{};
        std::memcpy(&header, extra.data(), sizeof header);
        if (header.length < sizeof header || header.length > extra.size()) {
            return;
        }
        visit(header.id, extra.subspan(sizeof header, header.length - sizeof header));
        extra = extra.subspan(header.length);
    }
}

} // namespace init
