// SPDX-License-Identifier: BSD-2-Clause
//
// What the kernel takes from a device tree, and what it assumes without one.

#include "../../libs/formats/device_tree_blob.hpp"
#include <arch/fake.hpp>
#include <arch/memory.hpp>
#include <board.hpp>
#include <kernel/boot/device_tree.hpp>

#include <algorithm>
#include <gtest/gtest.h>

namespace kernel::boot {
namespace {

using base::PhysAddr;
using base::PhysRange;
using formats::test::DeviceTreeBlob;

class DeviceTreeTest : public testing::Test {
protected:
    DeviceTreeTest() { arch::reset_fake_machine(); }

    /// Puts the blob into memory and reads it.
    BootResult<Machine> discover(DeviceTreeBlob const& tree) {
        auto const bytes = tree.build();
        constexpr PhysAddr at{0x10'0000};
        std::ranges::copy(bytes, arch::kernel_address(at).as_pointer<std::byte>());
        return discover_machine({at, at + bytes.size()}, memory);
    }

    static DeviceTreeBlob machine(std::string_view controller, std::string_view method) {
        DeviceTreeBlob tree;
        tree.begin("").cells("#address-cells", {2}).cells("#size-cells", {2});
        tree.begin("memory@40000000").text("device_type", "memory");
        tree.cells("reg", {0, 0x4000'0000, 0, 0x1000'0000}).end();
        tree.begin("intc@8000000").text("compatible", controller).end();
        tree.begin("psci").text("method", method).end();
        tree.end().token(DeviceTreeBlob::End);
        return tree;
    }

    MemoryMap memory;
};

TEST_F(DeviceTreeTest, ReadsRamControllerAndFirmware) {
    auto const found = discover(machine("arm,gic-v3", "hvc"));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->controller.kind, arch::ControllerKind::GicV3);
    EXPECT_EQ(found->controller.core_interface, Board::gic_redistributor);
    EXPECT_EQ(found->firmware, arch::FirmwareConduit::Hypervisor);
    ASSERT_EQ(memory.ram().size(), 1u);
    EXPECT_EQ(memory.ram()[0], (PhysRange{PhysAddr{0x4000'0000}, PhysAddr{0x5000'0000}}));

    auto const other = discover(machine("arm,cortex-a15-gic", "smc"));
    ASSERT_TRUE(other);
    EXPECT_EQ(other->controller.kind, arch::ControllerKind::GicV2);
    EXPECT_EQ(other->firmware, arch::FirmwareConduit::SecureMonitor);
}

TEST_F(DeviceTreeTest, KeepsReservedRamFromEveryone) {
    ASSERT_TRUE(discover(formats::test::sample_tree()));
    for (auto const region : memory.free_ram()) {
        EXPECT_FALSE(region.contains(PhysAddr{0}));
        EXPECT_FALSE(region.contains(PhysAddr{0x100'1000}));
    }
    auto const firmware = std::ranges::count(memory.descriptions(), api::MemoryUse::Firmware,
                                             &api::MemoryDescription::use);
    EXPECT_EQ(firmware, 2);
}

TEST_F(DeviceTreeTest, CountsWhatTreeAndBoardBothReserveOnce) {
    DeviceTreeBlob tree;
    tree.reserve(0, 0x8'0000);
    tree.begin("").cells("#address-cells", {2}).cells("#size-cells", {2});
    tree.begin("memory@0").text("device_type", "memory").cells("reg", {0, 0, 0, 0x100'0000}).end();
    tree.end().token(DeviceTreeBlob::End);
    ASSERT_TRUE(discover(tree));
    ASSERT_TRUE(memory.reserve({PhysAddr{0}, PhysAddr{0x1000}}, api::MemoryUse::Firmware));
    ASSERT_EQ(memory.descriptions().size(), 2u);
    EXPECT_EQ(memory.descriptions()[1].size, 0x8'0000u);
}

TEST_F(DeviceTreeTest, SaysWhenNoBlockOfRamIsWhole) {
    DeviceTreeBlob tree;
    tree.begin("").cells("#address-cells", {2}).cells("#size-cells", {2});
    tree.begin("memory@0").text("device_type", "memory").cells("reg", {0, 0, 0, 0x10'0000}).end();
    tree.end().token(DeviceTreeBlob::End);
    auto const too_little = discover(tree);
    ASSERT_FALSE(too_little);
    EXPECT_EQ(too_little.error(), "too little RAM: no whole block of 2 MiB");
}

TEST_F(DeviceTreeTest, AssumesTheBoardsDefaultsWithoutOne) {
    auto const found = discover_machine({}, memory);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->controller.kind, arch::ControllerKind::GicV2);
    EXPECT_EQ(found->firmware, arch::FirmwareConduit::None);
    ASSERT_EQ(memory.ram().size(), 1u);
    EXPECT_EQ(memory.ram()[0], Board::assumed_ram);
}

TEST_F(DeviceTreeTest, RefusesWhatIsNoTreeAndTreesWithoutRam) {
    auto const garbage = discover_machine({PhysAddr{0x20'0000}, PhysAddr{0x20'1000}}, memory);
    EXPECT_FALSE(garbage);
    DeviceTreeBlob empty;
    empty.begin("").end().token(DeviceTreeBlob::End);
    auto const no_ram = discover(empty);
    ASSERT_FALSE(no_ram);
    EXPECT_EQ(no_ram.error(), "the device tree describes no RAM");
}

} // namespace
} // namespace kernel::boot
