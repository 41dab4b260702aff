// SPDX-License-Identifier: BSD-2-Clause
//
// The switch between threads, as far as the hardware is concerned.
#pragma once

#include <arch/fpu.hpp>
#include <arch/mmu.hpp>
#include <kernel/kernel_state.hpp>

namespace kernel {

/// Makes user addresses mean what they mean to `thread`; nothing, if its VSpace is gone.
inline void switch_address_space(KernelState& kernel, Tcb const& thread) {
    auto const& cap = thread.slots[Tcb::VSpaceRoot].cap;
    auto const asid = cap.mapping().asid;
    if (cap.is(CapKind::VSpace) && kernel.asids.maps(asid, cap.address())) [[likely]] {
        arch::set_address_space(cap.address(), asid);
    } else {
        arch::set_empty_address_space();
    }
}

/// Everything the hardware must know of `thread` before it runs: its address space, and whether the
/// floating-point registers are its own.
[[gnu::always_inline]] inline void switch_to(KernelState& kernel, Tcb const& thread) {
    switch_address_space(kernel, thread);
    arch::allow_fpu(kernel.core.fpu_owner == &thread);
}

} // namespace kernel
