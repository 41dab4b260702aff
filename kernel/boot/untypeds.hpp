// SPDX-License-Identifier: BSD-2-Clause
//
// Cutting memory into untypeds: powers of two, each aligned to its size.
#pragma once

#include <api/object.hpp>
#include <arch/memory.hpp>
#include <base/address.hpp>

#include <algorithm>
#include <bit>

namespace kernel::boot {

/// Calls `use(address, size_bits)` for each piece, from low to high; at each place the largest
/// that fits. Aligned are the addresses of the kernel's window, not the physical ones: the two
/// differ from 2^39 on, where the window's addresses begin again at 0.
template <typename Use>
void cut_into_untypeds(base::PhysRange range, Use use) {
    for (auto at = range.begin; at < range.end;) {
        auto const window_address = arch::physical_window + at.raw();
        auto const bits = std::min({
            base::log2_floor(range.end - at),
            static_cast<unsigned>(std::countr_zero(window_address)),
            api::max_untyped_bits,
        });
        if (bits >= api::min_untyped_bits) {
            use(at, bits);
        }
        at = at + base::bit(bits);
    }
}

} // namespace kernel::boot
