// SPDX-License-Identifier: BSD-2-Clause
//
// Frames: memory for programs. There is no frame object, only capabilities to the memory.
#pragma once

#include <kernel/cap/slot.hpp>
#include <kernel/object/page_table.hpp>

namespace kernel {

struct MapAttributes {
    bool cacheable;
    bool execute_never;
};

/// Puts the frame at `position`, whatever was there before, and remembers that in its capability.
/// Programs can count on it once the entry, or the last of several, is published.
void map_frame(KernelState& kernel, PageTable::Position position, Slot& frame, Mapping where,
               FrameRights rights, MapAttributes attributes);

/// The entry that the mapping of this capability made, if it is still there.
[[nodiscard]] arch::PageTableEntry* find_mapping(PageTable& root, Capability const& frame);

} // namespace kernel
