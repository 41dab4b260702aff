// SPDX-License-Identifier: BSD-2-Clause
//
// RamPlan: which of the RAM untypeds init keeps for itself; the pager gets all others. Only
// arithmetic, so that odd memory layouts are tested on the host.
#pragma once

#include <api/boot_info.hpp>

#include <array>
#include <optional>
#include <span>

namespace init {

/// An untyped that is far too big to keep: init keeps a piece of 2^keep_bits bytes at its start,
/// and the rest goes to the pager in pieces of 2^keep_bits, 2^(keep_bits + 1), and so on.
struct Split {
    std::size_t index;
    unsigned keep_bits;
};

struct RamPlan {
    std::array<bool, api::max_boot_untypeds> keep{}; // by index in the boot information
    std::optional<Split> split{};
};

/// Keeps at least `goal` bytes, with room for an object of 2^largest_bits bytes among them, and
/// takes small untypeds first. Nothing if there is not that much RAM.
[[nodiscard]] std::optional<RamPlan> plan_ram(std::span<api::UntypedDescription const> untypeds,
                                              std::uint64_t goal, unsigned largest_bits);

} // namespace init
