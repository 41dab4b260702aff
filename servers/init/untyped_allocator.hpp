// SPDX-License-Identifier: BSD-2-Clause
//
// UntypedAllocator: the memory init keeps for kernel objects and pages of its own. What is made
// here lives as long as the system; processes are made from memory that the pager lends.
#pragma once

#include <api/boot_info.hpp>
#include <base/address.hpp>
#include <sys/untyped.hpp>

#include <array>
#include <cstdint>

namespace init {

class UntypedAllocator {
public:
    /// False if there are more than the kernel can describe; then the memory is not used.
    bool add(sys::Untyped untyped, unsigned size_bits);

    /// Makes `to.count` objects. From the untyped that they leave least room in, so that the big
    /// ones stay whole. Errors: NotEnoughMemory, and those of Retype.
    sys::Result<> make(api::ObjectType type, unsigned size_bits, sys::SlotRange const& to);

    [[nodiscard]] std::uint64_t free_bytes() const;

private:
    struct Region {
        sys::Untyped untyped;
        std::uint64_t size;
        std::uint64_t used; // from the start; the kernel counts the same way
    };

    [[nodiscard]] Region* best_fit(unsigned bits, api::Word count);

    std::array<Region, api::max_boot_untypeds> regions_{};
    std::size_t count_{0};
};

} // namespace init
