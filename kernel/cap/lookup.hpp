// SPDX-License-Identifier: BSD-2-Clause
//
// Lookup: from a capability pointer to a slot, through a graph of CNodes.
#pragma once

#include <kernel/object/tcb.hpp>

namespace kernel {

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

/// As lookup_slot(), but null without a reason: short, for those who have another way then.
[[nodiscard, gnu::always_inline]] inline Slot* find_slot(Tcb const& thread, Word cptr) {
    auto const* node = &thread.slots[Tcb::CSpaceRoot].cap;
    if (!node->is(CapKind::CNode)) {
        return nullptr;
    }
    // Most often one CNode translates all bits.
    if (auto const radix = node->radix();
        node->guard_size() + radix == api::word_bits && cptr >> radix == node->guard()) [[likely]] {
        return &node->object<Slot>() + (cptr & (base::bit(radix) - 1));
    }
    for (unsigned used = 0;;) {
        auto const guard_size = node->guard_size();
        auto const radix = node->radix();
        auto const rest = cptr << used;
        used += guard_size + radix;
        // In two steps, because no bits at all cannot be had by one shift.
        if ((rest >> 1) >> (api::word_bits - 1 - guard_size) != node->guard() ||
            used > api::word_bits) {
            return nullptr;
        }
        auto const index = (rest << guard_size) >> (api::word_bits - radix);
        auto* const slot = &node->object<Slot>() + index;
        if (used == api::word_bits || !slot->cap.is(CapKind::CNode)) {
            return slot;
        }
        node = &slot->cap;
    }
}

/// The slot an argument triple (root, index, depth) of an invocation names: exactly `depth` bits.
/// Errors: FailedLookup, RangeError[1, 64].
[[nodiscard]] Result<Slot*> lookup_argument(Capability const& root, Word index, Word depth,
                                            Failure::Lookup which);

/// As lookup_argument() for a place to put a capability. Errors: also DeleteFirst.
[[nodiscard]] Result<Slot*> lookup_empty_slot(Capability const& root, Word index, Word depth);

} // namespace kernel
