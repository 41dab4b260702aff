// SPDX-License-Identifier: BSD-2-Clause
//
// Transform: what becomes of a capability when it is copied or given a badge or guard.
#pragma once

#include <kernel/cap/derivation.hpp>

namespace kernel {

/// The capability a copy of `slot` would hold; null where copies make no sense.
/// Errors: RevokeFirst (an untyped with children), IllegalOperation (a table that is not mapped).
[[nodiscard]] inline Result<Capability> derive(Slot const& slot, Capability const& cap) {
    switch (cap.kind()) {
    case CapKind::Null:
    case CapKind::Zombie:
    case CapKind::IrqControl: return Capability{};
    case CapKind::Untyped:
        if (has_children(slot)) {
            return fail(Failure::revoke_first());
        }
        return cap;
    case CapKind::PageTable:
    case CapKind::VSpace:
        if (!cap.mapping().exists()) {
            return fail(Failure::illegal_operation());
        }
        return cap;
    case CapKind::Frame: return cap.with_mapping({});
    default: return cap;
    }
}

enum class Badging { Allowed, Preserve };

/// `cap`, a CNode's, with a new guard; null if that is too long.
[[nodiscard]] Capability with_new_guard(Capability const& cap, Word data);

/// `cap` with a new badge (endpoint, notification) or guard (CNode); null if it must not have it.
[[nodiscard]] inline Capability with_data(Capability const& cap, Word data, Badging badging) {
    switch (cap.kind()) {
    case CapKind::Endpoint:
    case CapKind::Notification:
    case CapKind::Smc:
        return badging == Badging::Allowed && cap.badge() == Badge{} ? cap.with_badge(Badge{data})
                                                                     : Capability{};
    case CapKind::CNode: return with_new_guard(cap, data);
    default: return cap;
    }
}

} // namespace kernel
