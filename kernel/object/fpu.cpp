// SPDX-License-Identifier: BSD-2-Clause
//
// Who owns the floating-point registers.

#include <arch/fpu.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/object/fpu.hpp>

namespace kernel {

bool acquire_fpu(KernelState& kernel) {
    auto& core = kernel.core;
    auto& thread = *core.current;
    if ((thread.flags & api::tcb_flag_fpu_disabled) != 0) {
        return false;
    }
    arch::enable_fpu();
    if (core.fpu_owner != nullptr) {
        arch::save_fpu(core.fpu_owner->fpu);
    }
    arch::restore_fpu(thread.fpu);
    core.fpu_owner = &thread;
    return true;
}

void release_fpu(KernelState& kernel, Tcb& thread) {
    auto& core = kernel.core;
    if (core.fpu_owner != &thread) {
        return;
    }
    arch::enable_fpu(); // it need not be the one that runs
    arch::save_fpu(thread.fpu);
    core.fpu_owner = nullptr;
    arch::allow_fpu(false);
}

} // namespace kernel
