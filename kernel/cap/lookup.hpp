// SPDX-License-Identifier: BSD-2-Clause
//
// Lookup: from a capability pointer to a slot, through a graph of CNodes.
#pragma once

#include <kernel/cap/slot.hpp>

namespace kernel {

class Tcb;

/// Where a resolution stopped: at a slot, with so many bits of the pointer not used.
struct Resolved {
    Slot* slot;
    unsigned bits_left;
};

/// Resolves the low `bits` bits of `cptr`, starting at `root`. Stops at the first slot that holds
/// no CNode.
[[nodiscard]] base::Result<Resolved, LookupFault> resolve(Capability const& root, Word cptr,
                                                          unsigned bits);

/// The slot a thread means by `cptr`: all 64 bits through its CSpace root; bits left over do not
/// matter.
[[nodiscard]] base::Result<Slot*, LookupFault> lookup_slot(Tcb& thread, Word cptr);

/// The slot an argument triple (root, index, depth) of an invocation names: exactly `depth` bits.
/// Errors: FailedLookup, RangeError[1, 64].
[[nodiscard]] Result<Slot*> lookup_argument(Capability const& root, Word index, Word depth,
                                            Failure::Lookup which);

/// As lookup_argument() for a place to put a capability. Errors: also DeleteFirst.
[[nodiscard]] Result<Slot*> lookup_empty_slot(Capability const& root, Word index, Word depth);

} // namespace kernel
