// SPDX-License-Identifier: BSD-2-Clause
//
// VSpace: finding one by capability, its end, and the switch between threads.

#include <arch/fpu.hpp>
#include <arch/mmu.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/object/finalise.hpp>
#include <kernel/object/vspace.hpp>

namespace kernel {

Result<AddressSpace> find_address_space(KernelState& kernel, Capability const& cap, Word argument) {
    if (!cap.is(CapKind::VSpace) || !cap.mapping().exists()) {
        return fail(Failure::invalid_capability(argument));
    }
    auto const asid = cap.mapping().asid;
    if (TRY(kernel.asids.find(asid)) != cap.address()) {
        return fail(Failure::invalid_capability(argument));
    }
    return AddressSpace{cap.object<VSpace>(), asid};
}

void finalise_vspace(KernelState& kernel, Capability const& vspace) {
    auto const asid = vspace.mapping().asid;
    if (!vspace.mapping().exists() || !kernel.asids.maps(asid, vspace.address())) {
        return;
    }
    kernel.asids.set(asid, PhysAddr{});
    switch_address_space(kernel, *kernel.core.current); // it may be the present one
    arch::flush_asid(asid);
}

void switch_address_space(KernelState& kernel, Tcb& thread) {
    auto const& cap = thread.slot(Tcb::VSpaceRoot).cap;
    auto const space = find_address_space(kernel, cap, 0);
    if (space) {
        arch::set_address_space(cap.address(), space->asid);
    } else {
        arch::set_empty_address_space();
    }
}

namespace {

void switch_fpu(KernelState& kernel, Tcb& thread) {
    if (&thread == &kernel.core.idle_thread) {
        return; // whoever ran before may well be next
    }
    if ((thread.flags & api::tcb_flag_fpu_disabled) != 0) {
        arch::disable_fpu();
        return;
    }
    arch::enable_fpu();
    auto*& owner = kernel.core.fpu_owner;
    if (owner == &thread) {
        return;
    }
    if (owner != nullptr) {
        arch::save_fpu(owner->fpu);
    }
    arch::restore_fpu(thread.fpu);
    owner = &thread;
}

} // namespace

void switch_to(KernelState& kernel, Tcb& thread) {
    switch_address_space(kernel, thread);
    switch_fpu(kernel, thread);
}

void release_fpu(KernelState& kernel, Tcb& thread) {
    if (kernel.core.fpu_owner == &thread) {
        arch::enable_fpu();
        arch::save_fpu(thread.fpu);
        kernel.core.fpu_owner = nullptr;
    }
}

} // namespace kernel
