// SPDX-License-Identifier: BSD-2-Clause
//
// Boot: from a machine with a kernel, a root task and maybe a device tree in memory to a running
// root task that owns everything else.
#pragma once

#include <api/types.hpp>
#include <base/address.hpp>

namespace kernel {
struct KernelState;
}

namespace kernel::boot {

/// What the loader says.
struct BootArguments {
    base::PhysRange image;  // the root task's, whole pages
    api::Word image_offset; // physical minus virtual address of it
    base::UserAddr image_entry;
    base::PhysRange device_tree; // empty: none

    [[nodiscard]] base::UserAddr image_address() const {
        return base::UserAddr{image.begin.raw() - image_offset};
    }
};

/// Afterwards core.current is the root task, ready to be resumed. If that is impossible, the
/// console says why, and the machine stops.
void start(KernelState& kernel, BootArguments const& arguments);

} // namespace kernel::boot
