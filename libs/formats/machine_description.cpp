// SPDX-License-Identifier: BSD-2-Clause
//
// Machine description: the few nodes Quire looks at, and the names they go by.

#include <formats/machine_description.hpp>

namespace formats {

namespace {

constexpr std::uint32_t default_address_cells = 2; // when the parent does not say
constexpr std::uint32_t default_size_cells = 1;
constexpr std::size_t most_cells = 2;

bool any_compatible(fdt::Tree const& tree, std::initializer_list<std::string_view> names) {
    for (std::optional node = tree.root(); node; node = node->following()) {
        for (auto const name : names) {
            if (node->compatible_with(name) && is_enabled(*node)) {
                return true;
            }
        }
    }
    return false;
}

} // namespace

bool is_enabled(fdt::Node const& node) {
    auto const status = node.property("status");
    return !status || status->text() == "okay" || status->text() == "ok";
}

RegRanges::RegRanges(fdt::Node const& node, fdt::Node const& parent)
    : reg_{node.property("reg")},
      address_cells_{parent.cell_or("#address-cells", default_address_cells)},
      size_cells_{parent.cell_or("#size-cells", default_size_cells)} {}

std::optional<base::PhysRange> RegRanges::next() {
    if (!reg_ || address_cells_ > most_cells || size_cells_ > most_cells || size_cells_ == 0) {
        return std::nullopt;
    }
    while (true) {
        auto const begin = reg_->number(position_, address_cells_);
        auto const size = reg_->number(position_ + address_cells_, size_cells_);
        if (!begin || !size || *size > ~*begin) {
            return std::nullopt;
        }
        position_ += address_cells_ + size_cells_;
        if (*size != 0) {
            return base::PhysRange{base::PhysAddr{*begin}, base::PhysAddr{*begin + *size}};
        }
    }
}

GicVersion gic_version(fdt::Tree const& tree) {
    if (any_compatible(tree, {"arm,gic-v3"})) {
        return GicVersion::V3;
    }
    if (any_compatible(tree, {"arm,gic-400", "arm,cortex-a15-gic", "arm,cortex-a9-gic"})) {
        return GicVersion::V2;
    }
    return GicVersion::None;
}

FirmwareCall firmware_call(fdt::Tree const& tree) {
    auto const psci = tree.root().child("psci");
    auto const method = psci && is_enabled(*psci) ? psci->property("method") : std::nullopt;
    if (!method) {
        return FirmwareCall::None;
    }
    if (method->text() == "hvc") {
        return FirmwareCall::Hvc;
    }
    return method->text() == "smc" ? FirmwareCall::Smc : FirmwareCall::None;
}

} // namespace formats
