// SPDX-License-Identifier: BSD-2-Clause
//
// What the kernel wants to know from the device tree; the rest is for programs.
#pragma once

#include <arch/boot.hpp>
#include <kernel/boot/memory_map.hpp>

namespace kernel::boot {

struct Machine {
    arch::InterruptController controller;
    arch::FirmwareConduit firmware;
};

/// Adds RAM and reservations to `memory`. Without a device tree (an empty range) the board's
/// defaults hold. `tree` is mapped.
[[nodiscard]] BootResult<Machine> discover_machine(base::PhysRange tree, MemoryMap& memory);

} // namespace kernel::boot
