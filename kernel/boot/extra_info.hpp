// SPDX-License-Identifier: BSD-2-Clause
//
// The extra area of the boot info: the device tree as it was handed over, then our description of
// where memory went.
#pragma once

#include <api/boot_info.hpp>
#include <base/address.hpp>

#include <span>

namespace kernel::boot {

/// Bytes of the whole area, for so many descriptions.
[[nodiscard]] api::Word extra_info_size(base::PhysRange device_tree, std::size_t descriptions);

/// `area` is zero, and large enough.
void write_extra_info(std::byte* area, base::PhysRange device_tree,
                      std::span<api::MemoryDescription const> descriptions);

} // namespace kernel::boot
