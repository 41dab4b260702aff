// SPDX-License-Identifier: BSD-2-Clause
//
// The extra area of the boot info: the device tree as it was handed over, then our description of
// where memory went, then which frames the kernel counts in.
#pragma once

#include <api/boot_info.hpp>
#include <base/address.hpp>

#include <span>

namespace kernel::boot {

/// Bytes of the whole area, for so many descriptions.
[[nodiscard]] api::Word extra_info_size(base::PhysRange device_tree, std::size_t descriptions);

/// What there is to tell.
struct ExtraInfo {
    base::PhysRange device_tree;
    std::span<api::MemoryDescription const> memory;
    api::SlotRegion counters;
};

/// `area` is zero, and large enough.
void write_extra_info(std::byte* area, ExtraInfo const& info);

} // namespace kernel::boot
