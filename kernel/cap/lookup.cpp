// SPDX-License-Identifier: BSD-2-Clause
//
// Lookup: walks CNodes. Each level matches its guard, then indexes with its radix.

#include <kernel/cap/lookup.hpp>

namespace kernel {

base::Result<Resolved, LookupFault> resolve(Capability const& root, Word cptr, unsigned bits) {
    if (!root.is(CapKind::CNode)) {
        return fail(LookupFault::invalid_root());
    }
    // A CNode translates at least one bit, so this ends after at most `bits` levels.
    auto const* node = &root;
    for (unsigned left = bits;;) {
        auto const guard_size = node->guard_size();
        auto const level_bits = guard_size + node->radix();
        if (guard_size > left ||
            base::extract(cptr, left - guard_size, guard_size) != node->guard()) {
            return fail(LookupFault::guard_mismatch(left, node->guard(), guard_size));
        }
        if (level_bits > left) {
            return fail(LookupFault::depth_mismatch(left, level_bits));
        }
        left -= level_bits;
        auto* const slot = &node->object<Slot>() + base::extract(cptr, left, node->radix());
        if (left == 0 || !slot->cap.is(CapKind::CNode)) {
            return Resolved{slot, left};
        }
        node = &slot->cap;
    }
}

Slot* find_slot_in_steps(Capability const& root, Word cptr) {
    auto const resolved = resolve(root, cptr, api::word_bits);
    return resolved ? resolved->slot : nullptr;
}

base::Result<Slot*, LookupFault> lookup_slot(Tcb const& thread, Word cptr) {
    return TRY(resolve(thread.slots[Tcb::CSpaceRoot].cap, cptr, api::word_bits)).slot;
}

// Apart: what is said of a triple that is not simple.
[[gnu::noinline]] Result<Slot*> lookup_any_argument(Capability const& root, Word index, Word depth,
                                                    Failure::Lookup which) {
    if (!root.is(CapKind::CNode)) {
        return fail(Failure::failed_lookup(which, LookupFault::invalid_root()));
    }
    if (depth < 1 || depth > api::word_bits) {
        return fail(Failure::range(1, api::word_bits));
    }
    auto const resolved = resolve(root, index, static_cast<unsigned>(depth));
    if (!resolved) {
        return fail(Failure::failed_lookup(which, resolved.error()));
    }
    if (resolved->bits_left != 0) {
        auto const mismatch = LookupFault::depth_mismatch(resolved->bits_left, 0);
        return fail(Failure::failed_lookup(which, mismatch));
    }
    return resolved->slot;
}

Result<Slot*> lookup_empty_slot(Capability const& root, Word index, Word depth) {
    auto* const slot = TRY(lookup_argument(root, index, depth, Failure::Lookup::Target));
    if (!slot->empty()) {
        return fail(Failure::delete_first());
    }
    return slot;
}

} // namespace kernel
