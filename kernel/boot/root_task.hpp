// SPDX-License-Identifier: BSD-2-Clause
//
// The root task: its capabilities, its address space, what it is told, and its thread.
#pragma once

#include <kernel/boot/boot.hpp>
#include <kernel/boot/memory_map.hpp>

namespace kernel::boot {

/// Takes the memory it needs out of `memory` and gives all that is left to the root task.
[[nodiscard]] BootResult<> start_root_task(KernelState& kernel, MemoryMap& memory,
                                           BootArguments const& arguments);

} // namespace kernel::boot
