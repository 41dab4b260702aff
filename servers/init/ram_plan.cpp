// SPDX-License-Identifier: BSD-2-Clause
//
// Small untypeds first: the pager's allocator is best served with big ones.

#include <api/object.hpp>
#include <init/ram_plan.hpp>

#include <algorithm>
#include <array>

namespace init {

namespace {

/// Above this multiple of what is still missing, an untyped is split rather than kept whole.
constexpr std::uint64_t waste_limit = 2;

struct Sorted {
    std::array<std::size_t, api::max_boot_untypeds> index{};
    std::size_t count{0};
};

Sorted ram_by_size(std::span<api::UntypedDescription const> untypeds) {
    Sorted sorted;
    for (std::size_t i = 0; i < std::min(untypeds.size(), sorted.index.size()); ++i) {
        if (untypeds[i].is_device == 0) {
            sorted.index[sorted.count++] = i;
        }
    }
    auto const by_size = [&](std::size_t a, std::size_t b) {
        return untypeds[a].size_bits != untypeds[b].size_bits
                   ? untypeds[a].size_bits < untypeds[b].size_bits
                   : a < b;
    };
    std::sort(sorted.index.begin(), sorted.index.begin() + sorted.count, by_size);
    return sorted;
}

} // namespace

std::optional<RamPlan> plan_ram(std::span<api::UntypedDescription const> untypeds,
                                std::uint64_t goal, unsigned largest_bits) {
    auto const sorted = ram_by_size(untypeds);
    RamPlan plan;
    std::uint64_t kept = 0;
    bool has_largest = false;
    for (std::size_t i = 0; i < sorted.count; ++i) {
        auto const index = sorted.index[i];
        unsigned const bits = untypeds[index].size_bits;
        if (bits < api::page_bits) {
            plan.keep[index] = true; // no use to the pager
            continue;
        }
        auto const missing =
            std::max(goal - std::min(kept, goal), has_largest ? 0 : base::bit(largest_bits));
        if (missing == 0) {
            return plan;
        }
        auto const needed_bits = std::max(base::log2_ceil(missing), unsigned{api::page_bits});
        if (base::bit(bits) > waste_limit * base::bit(needed_bits)) {
            plan.split = Split{.index = index, .keep_bits = needed_bits};
            return plan;
        }
        plan.keep[index] = true;
        kept += base::bit(bits);
        has_largest = has_largest || bits >= largest_bits;
    }
    return kept >= goal && has_largest ? std::optional{plan} : std::nullopt;
}

} // namespace init
