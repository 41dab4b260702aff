// SPDX-License-Identifier: BSD-2-Clause
//
// VSpace: finding one by capability, and its end.

#include <kernel/object/finalise.hpp>
#include <kernel/object/switch.hpp>
#include <kernel/object/translations.hpp>
#include <kernel/object/vspace.hpp>

namespace kernel {

Result<AddressSpace> find_address_space(KernelState& kernel, Capability const& cap, Word argument) {
    if (!cap.is(CapKind::VSpace) || !cap.mapping().exists()) {
        return fail(Failure::invalid_capability(argument));
    }
    auto const asid = cap.mapping().asid;
    if (!kernel.asids.maps(asid, cap.address())) [[unlikely]] {
        TRY(kernel.asids.find(asid)); // nobody's, or another one's by now
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
    --kernel.core.counters.asids_in_use;
    switch_address_space(kernel, *kernel.core.current); // it may be the present one
    forget_space(kernel, asid);
}

} // namespace kernel
