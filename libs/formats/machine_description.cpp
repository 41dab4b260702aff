// SPDX-License-Identifier: BSD-2-Clause
//
// Bindings: by which words a device tree names memory, firmware and interrupt controllers.

#include <formats/machine_description.hpp>

namespace formats {

namespace {

constexpr std::array gic_v2_names{"arm,gic-400", "arm,cortex-a15-gic"};
constexpr std::array gic_v3_names{"arm,gic-v3"};
constexpr std::array psci_names{"arm,psci-1.0", "arm,psci-0.2", "arm,psci"};

template <std::size_t Count>
std::optional<fdt::Path> find_any(fdt::Tree const& tree,
                                  std::array<char const*, Count> const& names) {
    for (auto const* const name : names) {
        if (auto path = tree.find_compatible(name)) {
            return path;
        }
    }
    return std::nullopt;
}

fdt::Result<std::optional<InterruptController>> describe_controller(fdt::Path const& path,
                                                                    unsigned version) {
    auto const distributor = TRY(path.registers(0));
    auto const second = TRY(path.registers(1));
    if (!distributor || !second) {
        return base::fail(fdt::Error::BadRegister);
    }
    return InterruptController{version, *distributor, *second};
}

} // namespace

FirmwareConduit firmware_conduit(fdt::Tree const& tree) {
    auto const path = find_any(tree, psci_names);
    auto const method = path ? path->node().property("method") : std::nullopt;
    if (method && method->has_string("hvc")) {
        return FirmwareConduit::Hypervisor;
    }
    if (method && method->has_string("smc")) {
        return FirmwareConduit::SecureMonitor;
    }
    return FirmwareConduit::None;
}

fdt::Result<std::optional<InterruptController>> interrupt_controller(fdt::Tree const& tree) {
    if (auto const path = find_any(tree, gic_v2_names)) {
        return describe_controller(*path, 2);
    }
    if (auto const path = find_any(tree, gic_v3_names)) {
        return describe_controller(*path, 3);
    }
    return std::nullopt;
}

namespace detail {

bool is_memory(fdt::Path const& path) {
    if (path.depth() != 2) {
        return false;
    }
    auto const kind = path.node().property("device_type");
    return kind && kind->has_string("memory") && path.node().enabled();
}

bool is_reserved_memory(fdt::Path const& path) {
    return path.depth() == 3 && path.at(1).name() == "reserved-memory" && path.node().enabled();
}

} // namespace detail

} // namespace formats
