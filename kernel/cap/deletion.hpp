// SPDX-License-Identifier: BSD-2-Clause
//
// Deletion: emptying slots, which ends objects whose last capability goes, and may take long when
// those are CNodes or threads with capabilities of their own, or threads wait in their queues. It
// can stop at any preemption point;
// what is left to do is then remembered in the slot itself, as a zombie.
#pragma once

#include <kernel/cap/slot.hpp>

namespace kernel {

struct KernelState;

/// Empties `slot`; nothing happens if it is empty. Fails only by preemption.
[[nodiscard]] Result<> delete_slot(KernelState& kernel, Slot& slot);

/// Deletes all descendants of `slot`. Fails only by preemption.
[[nodiscard]] Result<> revoke_slot(KernelState& kernel, Slot& slot);

/// Deleting the capability in `slot` could take long: the last one of a CNode, TCB or zombie.
[[nodiscard]] bool deletion_is_long(Slot const& slot);

} // namespace kernel
