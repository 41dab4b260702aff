// SPDX-License-Identifier: BSD-2-Clause
//
// What loader and kernel want to know of a machine, in the words of its device tree.
#pragma once

#include <formats/fdt.hpp>

namespace formats {

/// How to call the firmware (PSCI), if at all.
enum class FirmwareConduit : std::uint8_t { None, Hypervisor, SecureMonitor };

struct InterruptController {
    unsigned version; // 2 or 3
    base::PhysRange distributor;
    base::PhysRange cpu_interface; // version 3: the redistributors
};

[[nodiscard]] FirmwareConduit firmware_conduit(fdt::Tree const& tree);

/// None if the tree names no controller of a known kind.
[[nodiscard]] fdt::Result<std::optional<InterruptController>>
interrupt_controller(fdt::Tree const& tree);

/// Calls use(base::PhysRange) for each bank of RAM.
template <typename Use>
fdt::Result<> for_each_memory_bank(fdt::Tree const& tree, Use use);

/// Calls use(base::PhysRange) for all RAM that has to be left alone: the list in front of the
/// nodes, and the children of /reserved-memory that have a place.
template <typename Use>
fdt::Result<> for_each_reservation(fdt::Tree const& tree, Use use);

namespace detail {

/// Memory banks are nodes below the root.
[[nodiscard]] bool is_memory(fdt::Path const& path);
[[nodiscard]] bool is_reserved_memory(fdt::Path const& path);

/// Uses the register ranges of each node that `wanted` says.
template <typename Use>
fdt::Result<> for_each_range(fdt::Tree const& tree, bool (*wanted)(fdt::Path const&), Use use) {
    fdt::Result<> result;
    auto const use_all = [&](fdt::Path const& path) -> fdt::Result<> {
        for (std::size_t index = 0;; ++index) {
            auto const range = TRY(path.registers(index));
            if (!range) {
                return {};
            }
            if (!range->empty()) {
                use(*range);
            }
        }
    };
    tree.walk([&](fdt::Path const& path) {
        if (wanted(path)) {
            result = use_all(path);
        }
        return result.has_value();
    });
    return result;
}

} // namespace detail

template <typename Use>
fdt::Result<> for_each_memory_bank(fdt::Tree const& tree, Use use) {
    return detail::for_each_range(tree, detail::is_memory, use);
}

template <typename Use>
fdt::Result<> for_each_reservation(fdt::Tree const& tree, Use use) {
    for (std::size_t index = 0;; ++index) {
        auto const range = tree.reservation(index);
        if (!range) {
            break;
        }
        if (!range->empty()) {
            use(*range);
        }
    }
    return detail::for_each_range(tree, detail::is_reserved_memory, use);
}

} // namespace formats
