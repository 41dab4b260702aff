// SPDX-License-Identifier: BSD-2-Clause
//
// The kernel's counters: where they are, and how they are read while the kernel goes on counting.
#pragma once

#include <api/boot_info.hpp>
#include <api/kernel_counters.hpp>

#include <optional>
#include <span>

namespace init {

/// The frame that the first core counts in; nothing if the kernel names none. `extra` is the area
/// behind the boot information page.
[[nodiscard]] std::optional<api::CPtr> counter_frame(std::span<std::byte const> extra);

/// What is in such a page now. Counters that the kernel does not have are 0.
[[nodiscard]] api::KernelCounters read_counters(api::Word const volatile* page);

} // namespace init
