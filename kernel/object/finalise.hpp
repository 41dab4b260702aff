// SPDX-License-Identifier: BSD-2-Clause
//
// What the end of each kind of object means: called when its last capability is deleted (of a
// frame: any capability). Afterwards nothing in the kernel refers to the object.
#pragma once

#include <kernel/cap/capability.hpp>

namespace kernel {

struct KernelState;
class Endpoint;
class Notification;
class Reply;
class SchedContext;
class Tcb;

// These five are implemented in kernel/ipc and kernel/sched.
void finalise(KernelState& kernel, Endpoint& endpoint);
void finalise(KernelState& kernel, Notification& notification);
void finalise(KernelState& kernel, Reply& reply);
void finalise(KernelState& kernel, Tcb& tcb);
void finalise(KernelState& kernel, SchedContext& context);

/// Removes the mapping that this capability made; others of the same frame stay.
void unmap_frame(KernelState& kernel, Capability const& frame);

void finalise_page_table(KernelState& kernel, Capability const& table);
void finalise_vspace(KernelState& kernel, Capability const& vspace);
void finalise_asid_pool(KernelState& kernel, Capability const& pool);
void finalise_irq_handler(KernelState& kernel, Word irq);

} // namespace kernel
