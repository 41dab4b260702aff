// SPDX-License-Identifier: BSD-2-Clause
//
// Untyped memory: everything else is made from it.
#pragma once

#include <api/object.hpp>
#include <sys/slot.hpp>

namespace sys {

class Untyped : public Capability {
public:
    using Capability::Capability;

    /// `size_bits` matters for untypeds, CNodes (slots) and scheduling contexts (bytes).
    [[nodiscard]] Result<> retype(api::ObjectType type, unsigned size_bits,
                                  SlotRange const& to) const {
        return perform(api::Invocation::UntypedRetype,
                       words(type, size_bits, to.node_index, to.node_depth, to.first, to.count),
                       caps(to.root));
    }
};

} // namespace sys
