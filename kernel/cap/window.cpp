// SPDX-License-Identifier: BSD-2-Clause
//
// Windows: first the CNode, then which of its slots.

#include <kernel/cap/window.hpp>

namespace kernel {

Result<std::span<Slot>> lookup_window(Capability const& root, WindowName const& name, Word limit,
                                      Failure::Lookup which) {
    auto const* node = &root;
    if (name.node_depth != 0) {
        node = &TRY(lookup_argument(root, name.node_index, name.node_depth, which))->cap;
    }
    if (!node->is(CapKind::CNode)) {
        auto const missing = LookupFault::missing_capability(name.node_depth);
        return fail(Failure::failed_lookup(which, missing));
    }
    auto const slots = base::bit(node->radix());
    if (name.first_slot > slots - 1) {
        return fail(Failure::range(0, slots - 1));
    }
    if (name.count < 1 || name.count > limit) {
        return fail(Failure::range(1, limit));
    }
    auto const room = slots - name.first_slot;
    if (name.count > room) {
        return fail(Failure::range(1, room));
    }
    return std::span{&node->object<Slot>() + name.first_slot, name.count};
}

} // namespace kernel
