// SPDX-License-Identifier: BSD-2-Clause
//
// The first thread.
#pragma once

#include <kernel/boot/root_cnode.hpp>
#include <kernel/boot/root_layout.hpp>

namespace kernel {
struct KernelState;
}

namespace kernel::boot {

struct RootThread {
    base::UserAddr entry;
    base::UserAddr boot_info;
};

/// Makes the thread and its scheduling context out of what is in the slots, and lets it run.
void start_root_thread(KernelState& kernel, RootObjects const& objects, RootCNode& cnode,
                       RootThread const& thread);

} // namespace kernel::boot
