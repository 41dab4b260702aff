// SPDX-License-Identifier: BSD-2-Clause
//
// Signals that only have to be remembered.

#include <kernel/cap/lookup.hpp>
#include <kernel/fastpath/fastpath.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/object/notification.hpp>

namespace kernel {

bool fast_signal(KernelState& kernel) {
    auto& sender = *kernel.core.current;
    auto const* const slot = find_slot(sender, sender.context.capability_register());
    if (slot == nullptr || !slot->cap.is(CapKind::Notification) ||
        !slot->cap.may(Rights::Write) || sender.context.message_info().extra_caps() != 0) {
        return false;
    }
    auto& notification = slot->cap.object<Notification>();
    if (notification.would_wake_someone()) {
        return false;
    }
    notification.remember(slot->cap.badge());
    return true;
}

} // namespace kernel
