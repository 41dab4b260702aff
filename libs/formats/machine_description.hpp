// SPDX-License-Identifier: BSD-2-Clause
//
// What the loader and the kernel want to know from a device tree: RAM, what of it is reserved, the
// interrupt controller's version, how firmware is called.
#pragma once

#include <base/address.hpp>
#include <formats/fdt.hpp>

#include <algorithm>
#include <concepts>

namespace formats {

/// The ranges of a `reg` property, with the cell counts of the parent.
class RegRanges {
public:
    RegRanges(fdt::Node const& node, fdt::Node const& parent);

    /// Nothing past the last, or when the numbers make no sense; empty ranges are passed over.
    [[nodiscard]] std::optional<base::PhysRange> next();

private:
    std::optional<fdt::Property> reg_;
    std::size_t address_cells_;
    std::size_t size_cells_;
    std::size_t position_{0};
};

enum class GicVersion { None, V2, V3 };

/// How PSCI firmware is entered.
enum class FirmwareCall { None, Hvc, Smc };

/// Whether the node describes something that is there to be used.
[[nodiscard]] bool is_enabled(fdt::Node const& node);

/// Calls `visit` with each bank of RAM.
void for_each_ram(fdt::Tree const& tree, std::invocable<base::PhysRange> auto visit) {
    auto const root = tree.root();
    for (auto node = root.first_child(); node; node = node->next_sibling()) {
        auto const type = node->property("device_type");
        if (!type || type->text() != "memory" || !is_enabled(*node)) {
            continue;
        }
        RegRanges ranges{*node, root};
        while (auto const range = ranges.next()) {
            visit(*range);
        }
    }
}

/// Calls `visit` with each piece of RAM that must not be used: /memreserve/, /reserved-memory.
void for_each_reservation(fdt::Tree const& tree, std::invocable<base::PhysRange> auto visit) {
    for (std::size_t i = 0; auto const reserved = tree.reservation(i); ++i) {
        auto const size = std::min(reserved->size, ~reserved->address); // not past the last address
        visit(base::PhysRange{base::PhysAddr{reserved->address},
                              base::PhysAddr{reserved->address + size}});
    }
    auto const parent = tree.root().child("reserved-memory");
    for (auto node = parent ? parent->first_child() : std::nullopt; node;
         node = node->next_sibling()) {
        RegRanges ranges{*node, *parent};
        while (auto const range = is_enabled(*node) ? ranges.next() : std::nullopt) {
            visit(*range);
        }
    }
}

[[nodiscard]] GicVersion gic_version(fdt::Tree const& tree);
[[nodiscard]] FirmwareCall firmware_call(fdt::Tree const& tree);

} // namespace formats
