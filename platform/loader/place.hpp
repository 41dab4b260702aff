// SPDX-License-Identifier: BSD-2-Clause
//
// Where things can go: the lowest piece of RAM that is in nobody's way. Pure arithmetic, so that
// it is tested on the host.
#pragma once

#include <base/address.hpp>

#include <algorithm>
#include <concepts>
#include <optional>
#include <span>

namespace loader {

/// What RAM there is and what of it is taken, bank by bank.
template <typename T>
concept RamSource = requires(T const& ram) {
    ram.for_each_bank([](base::PhysRange) {});
    ram.for_each_reserved([](base::PhysRange) {});
};

/// All of `wanted` is RAM of one bank.
[[nodiscard]] bool is_ram(RamSource auto const& ram, base::PhysRange wanted) {
    bool found = false;
    ram.for_each_bank([&](base::PhysRange bank) {
        found = found || (bank.begin <= wanted.begin && wanted.end <= bank.end);
    });
    return found;
}

/// `wanted` touches nothing reserved.
[[nodiscard]] bool is_unreserved(RamSource auto const& ram, base::PhysRange wanted) {
    bool free = true;
    ram.for_each_reserved([&](base::PhysRange taken) { free = free && !taken.overlaps(wanted); });
    return free;
}

/// The lowest page-aligned place for `size` bytes inside `window` that is RAM, and overlaps
/// neither what is reserved nor `taken`.
[[nodiscard]] std::optional<base::PhysRange> find_place(RamSource auto const& ram,
                                                        std::uint64_t size, base::PhysRange window,
                                                        std::span<base::PhysRange const> taken) {
    constexpr unsigned page_bits = 12;
    std::optional<base::PhysRange> best;
    ram.for_each_bank([&](base::PhysRange bank) {
        auto begin = std::max(bank.begin, window.begin).aligned_up(page_bits);
        auto const end = std::min(bank.end, window.end);
        // Each obstacle moves the candidate up; nothing moves it down, so this ends.
        for (bool moved = true; moved && begin <= end && end - begin >= size;) {
            base::PhysRange const candidate{begin, begin + size};
            moved = false;
            auto const step_over = [&](base::PhysRange obstacle) {
                if (!obstacle.empty() && obstacle.overlaps(candidate)) {
                    auto const behind = obstacle.end.aligned_up(page_bits);
                    // Nothing is behind what reaches up to the last page of all.
                    begin = behind < obstacle.end ? end : std::max(begin, behind);
                    moved = true;
                }
            };
            ram.for_each_reserved(step_over);
            std::ranges::for_each(taken, step_over);
            if (!moved && (!best || candidate.begin < best->begin)) {
                best = candidate;
            }
        }
    });
    return best;
}

} // namespace loader
