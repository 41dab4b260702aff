// SPDX-License-Identifier: BSD-2-Clause
//
// Machine: the RAM there is and what of it is taken, from the device tree or, without one, from
// what is known of the board.
#pragma once

#include <base/address.hpp>
#include <board.hpp>
#include <formats/machine_description.hpp>

#include <optional>

namespace loader {

class Machine {
public:
    /// `pointer` is what firmware left in x0. No tree there: the board's defaults hold. A damaged
    /// one: stops.
    [[nodiscard]] static Machine discover(std::uint64_t pointer);

    /// Says what was found, and what is assumed.
    void announce() const;

    /// Empty without a device tree.
    [[nodiscard]] base::PhysRange device_tree() const;
    /// How much of it is in use; 0 without one.
    [[nodiscard]] std::uint64_t device_tree_used() const { return tree_ ? tree_->used_size() : 0; }

    void for_each_bank(std::invocable<base::PhysRange> auto visit) const {
        if (tree_) {
            formats::for_each_ram(*tree_, visit);
        } else {
            visit(Board::assumed_ram);
        }
    }

    void for_each_reserved(std::invocable<base::PhysRange> auto visit) const {
        if (!Board::firmware_ram.empty()) {
            visit(Board::firmware_ram);
        }
        if (tree_) {
            formats::for_each_reservation(*tree_, visit);
        }
    }

    [[nodiscard]] std::uint64_t ram_size() const;

private:
    std::optional<formats::fdt::Tree> tree_;
};

} // namespace loader
