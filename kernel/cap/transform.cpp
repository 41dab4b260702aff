// SPDX-License-Identifier: BSD-2-Clause
//
// Transform: rights masks, copies, badges and guards, by kind.

#include <kernel/cap/transform.hpp>

namespace kernel {

namespace {

/// How a CNode's guard travels in a data word.
using GuardSizeField = base::Bits<unsigned, 0, 6>;
using GuardField = base::Bits<Word, 6, 58>;

} // namespace

Capability with_new_guard(Capability const& cap, Word data) {
    auto const size = GuardSizeField::get(data);
    if (size + cap.radix() > api::word_bits) {
        return {};
    }
    return cap.with_guard(size, base::extract(GuardField::get(data), 0, size));
}

Capability Capability::restricted_to(Rights mask) const {
    if (mask == Rights::All) {
        return *this;
    }
    auto copy = *this;
    switch (kind()) {
    case CapKind::Endpoint:
    case CapKind::Notification: copy.set<RightsBits>(rights() & mask); break;
    case CapKind::Reply:
        copy.set<ReplyCanGrant>(reply_can_grant() && mask.includes(Rights::Grant));
        break;
    case CapKind::Frame: copy.set<FrameRightsBits>(frame_rights(mask)); break;
    default: break;
    }
    return copy;
}

} // namespace kernel
