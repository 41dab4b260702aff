// SPDX-License-Identifier: BSD-2-Clause
//
// Where the RAM went that the pager does not own, out of the kernel's boot information.
#pragma once

#include <api/boot_info.hpp>
#include <ipc/protocol/process.hpp>

#include <span>

namespace init {

/// `extra` is the area behind the boot information page; `kept` what init did not give away.
[[nodiscard]] ipc::process::Memory::Reply memory_use(std::span<std::byte const> extra,
                                                     std::uint64_t kept);

} // namespace init
