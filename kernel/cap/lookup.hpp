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

/// As lookup_slot(), for any graph, but null without a reason.
[[nodiscard]] Slot* find_slot_in_steps(Capability const& root, Word cptr);

/// The slot a thread means by `cptr`: all 64 bits through its CSpace root; bits left over do not
/// matter.
[[nodiscard]] base::Result<Slot*, LookupFault> lookup_slot(Tcb const& thread, Word cptr);

/// The slot that the low `bits` bits of `cptr`, all of them, lead to in one step: most often one
/// CNode translates everything. Null if it is not so simple; then resolve() knows what it is.
[[nodiscard, gnu::always_inline]] inline Slot* find_slot_at_once(Capability const& root, Word cptr,
                                                                 unsigned bits) {
    auto const radix = root.radix();
    bool const matches =
        root.is(CapKind::CNode) && root.guard_size() + radix == bits &&
        (cptr << (api::word_bits - bits)) >> (api::word_bits - bits) >> radix == root.guard();
    return matches ? &root.object<Slot>() + (cptr & (base::bit(radix) - 1)) : nullptr;
}

/// As lookup_slot(), but null without a reason.
[[nodiscard, gnu::always_inline]] inline Slot* find_slot(Tcb const& thread, Word cptr) {
    auto const& root = thread.slots[Tcb::CSpaceRoot].cap;
    if (auto* const slot = find_slot_at_once(root, cptr, api::word_bits)) [[likely]] {
        return slot;
    }
    return find_slot_in_steps(root, cptr);
}

/// As lookup_argument(), whatever the arguments are.
[[nodiscard]] Result<Slot*> lookup_any_argument(Capability const& root, Word index, Word depth,
                                                Failure::Lookup which);

/// The slot an argument triple (root, index, depth) of an invocation names: exactly `depth` bits.
/// Errors: FailedLookup, RangeError[1, 64].
[[nodiscard]] inline Result<Slot*> lookup_argument(Capability const& root, Word index, Word depth,
                                                   Failure::Lookup which) {
    if (depth >= 1 && depth <= api::word_bits) [[likely]] {
        auto* const slot = find_slot_at_once(root, index, static_cast<unsigned>(depth));
        if (slot != nullptr) [[likely]] {
            return slot;
        }
    }
    return lookup_any_argument(root, index, depth, which);
}

/// As lookup_argument() for a place to put a capability. Errors: also DeleteFirst.
[[nodiscard]] Result<Slot*> lookup_empty_slot(Capability const& root, Word index, Word depth);

} // namespace kernel
