// SPDX-License-Identifier: BSD-2-Clause
//
// A window: consecutive slots of one CNode, which an invocation names at once.
#pragma once

#include <kernel/cap/lookup.hpp>

#include <span>

namespace kernel {

/// As messages name it. The CNode is the root capability itself if the depth is 0, else what a slot
/// of it holds.
struct WindowName {
    Word node_index;
    Word node_depth;
    Word first_slot;
    Word count;
};

/// All of these slots, empty or not; `limit` at most. Errors: FailedLookup, RangeError.
[[nodiscard]] Result<std::span<Slot>> lookup_window(Capability const& root, WindowName const& name,
                                                    Word limit, Failure::Lookup which);

} // namespace kernel
