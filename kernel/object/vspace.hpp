// SPDX-License-Identifier: BSD-2-Clause
//
// VSpace: an address space, which is the root of a tree of page tables; and the switch between
// threads as far as the hardware is concerned.
#pragma once

#include <kernel/object/page_table.hpp>

namespace kernel {

class Tcb;

class VSpace {
public:
    static constexpr auto cap_kind = CapKind::VSpace;
    static constexpr unsigned size_bits = api::vspace_bits;

    PageTable root;
};

static_assert(sizeof(VSpace) == 1u << VSpace::size_bits);

/// The address space named by a capability given as an argument: it must be a VSpace with an ASID
/// that still stands for it. Errors: FailedLookup, InvalidCapability `argument`.
struct AddressSpace {
    VSpace& vspace;
    std::uint16_t asid;
};
[[nodiscard]] Result<AddressSpace> find_address_space(KernelState& kernel, Capability const& cap,
                                                      Word argument);

/// Makes user addresses mean what they mean to `thread`; nothing, if its VSpace is gone.
void switch_address_space(KernelState& kernel, Tcb& thread);

/// Everything the hardware must know of `thread` before it runs: address space, floating point.
void switch_to(KernelState& kernel, Tcb& thread);

/// Saves the floating-point registers to the thread they belong to, which may be moved or ended.
void release_fpu(KernelState& kernel, Tcb& thread);

} // namespace kernel
