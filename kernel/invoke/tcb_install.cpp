// SPDX-License-Identifier: BSD-2-Clause
//
// Putting capabilities into the slots of a thread.

#include <kernel/cap/deletion.hpp>
#include <kernel/cap/derivation.hpp>
#include <kernel/invoke/tcb_internal.hpp>

namespace kernel::tcb_invocation {

bool is_valid_handler(Capability const& cap) {
    if (cap.is_null()) {
        return true;
    }
    return cap.is(CapKind::Endpoint) && cap.may(Rights::Write) &&
           (cap.may(Rights::Grant) || cap.may(Rights::GrantReply));
}

Result<> install(KernelState& kernel, Invocation const& call, Tcb::SlotIndex index,
                 Capability const& cap, Slot& source) {
    auto const target = call.cap();
    auto& slot = target.object<Tcb>().slot(index);
    TRY(delete_slot(kernel, slot));
    if (cap.is_null() || !same_object(cap, source.cap) || !same_object(target, call.cap())) {
        return {};
    }
    insert_derived(source, slot, cap);
    return {};
}

} // namespace kernel::tcb_invocation
