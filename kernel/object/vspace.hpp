// SPDX-License-Identifier: BSD-2-Clause
//
// VSpace: an address space, which is the root of a tree of page tables.
#pragma once

#include <kernel/object/page_table.hpp>

namespace kernel {

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

} // namespace kernel
