// SPDX-License-Identifier: BSD-2-Clause
//
// AddressSpace: a space that init fills itself, its own or that of a server it starts eagerly.
#pragma once

#include <init/object_factory.hpp>

namespace init {

class AddressSpace {
public:
    AddressSpace(sys::VSpace vspace, ObjectFactory& factory) : vspace_{vspace}, factory_{factory} {}

    [[nodiscard]] sys::VSpace vspace() const { return vspace_; }

    /// Maps a frame, with the tables that are missing on the way.
    sys::Result<> map(sys::Frame frame, base::UserAddr address, sys::PageAttributes attributes);

    /// A new zeroed page, mapped at `address`.
    sys::Result<sys::Frame> map_new(base::UserAddr address, sys::PageAttributes attributes);

private:
    sys::VSpace vspace_;
    ObjectFactory& factory_;
};

} // namespace init
