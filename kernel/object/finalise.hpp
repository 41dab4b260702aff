// SPDX-License-Identifier: BSD-2-Clause
//
// Finalisation: what has to be undone when the last capability to an object goes (for frames: when
// any goes). Nothing may refer to the object's memory afterwards. Called by cap/deletion.cpp.
#pragma once

#include <kernel/cap/capability.hpp>

namespace kernel {

class Notification;
class Reply;
class SchedContext;
class Tcb;
struct KernelState;

/// Unbinds it. Who waits for it is taken out of its queue by the caller.
void finalise(Notification& notification);
void finalise(KernelState& kernel, Reply& reply);
/// Stops the thread for good. Its capability slots are emptied by the caller.
void finalise(KernelState& kernel, Tcb& tcb);
void finalise(KernelState& kernel, SchedContext& context);

/// Takes away the one mapping that this capability stands for, if there still is one.
void unmap_frame(KernelState& kernel, Capability const& cap);
void finalise_page_table(KernelState& kernel, Capability const& cap);
void finalise_vspace(KernelState& kernel, Capability const& cap);
void finalise_asid_pool(KernelState& kernel, Capability const& cap);
void finalise_irq_handler(KernelState& kernel, Word irq);

} // namespace kernel
