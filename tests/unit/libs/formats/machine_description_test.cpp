// SPDX-License-Identifier: BSD-2-Clause

#include "device_tree_blob.hpp"
#include <formats/machine_description.hpp>

#include <gtest/gtest.h>

namespace {

using base::PhysAddr;
using base::PhysRange;
using formats::FirmwareCall;
using formats::GicVersion;
using formats::fdt::Tree;
using formats::test::DeviceTreeBlob;
using formats::test::sample_tree;
using Ranges = std::vector<std::pair<std::uint64_t, std::uint64_t>>; // begin, size

Ranges ram_of(DeviceTreeBlob const& blob) {
    auto const bytes = blob.build();
    Ranges found;
    formats::for_each_ram(*Tree::parse(bytes), [&](PhysRange range) {
        found.emplace_back(range.begin.raw(), range.size());
    });
    return found;
}

Ranges reservations_of(DeviceTreeBlob const& blob) {
    auto const bytes = blob.build();
    Ranges found;
    formats::for_each_reservation(*Tree::parse(bytes), [&](PhysRange range) {
        found.emplace_back(range.begin.raw(), range.size());
    });
    return found;
}

/// A root with its cells, to be continued; finish() closes it.
DeviceTreeBlob root(std::uint32_t address_cells, std::uint32_t size_cells) {
    DeviceTreeBlob blob;
    blob.begin("").cells("#address-cells", {address_cells}).cells("#size-cells", {size_cells});
    return blob;
}

DeviceTreeBlob& finish(DeviceTreeBlob& blob) {
    return blob.end().token(DeviceTreeBlob::End);
}

TEST(MachineDescription, EveryBankOfRam) {
    EXPECT_EQ(ram_of(sample_tree()), (Ranges{{0, 0x3b40'0000}, {0x4000'0000, 0xbc00'0000}}));
}

TEST(MachineDescription, SizesOfTwoCellsAndSeveralNodes) {
    auto blob = root(2, 2);
    blob.begin("memory@40000000").text("device_type", "memory");
    blob.cells("reg", {0, 0x4000'0000, 1, 0}).end();
    blob.begin("memory@800000000").text("device_type", "memory");
    blob.cells("reg", {8, 0, 0, 0x1000}).end();
    EXPECT_EQ(ram_of(finish(blob)),
              (Ranges{{0x4000'0000, 0x1'0000'0000}, {0x8'0000'0000, 0x1000}}));
}

TEST(MachineDescription, EmptyBanksAreLeftOut) {
    auto blob = root(1, 1);
    blob.begin("memory@0").text("device_type", "memory").cells("reg", {0, 0, 0x1000, 0x2000}).end();
    EXPECT_EQ(ram_of(finish(blob)), (Ranges{{0x1000, 0x2000}}));
}

TEST(MachineDescription, ImpossibleBanksAreNoRam) {
    auto blob = root(2, 2);
    blob.begin("memory@0").text("device_type", "memory"); // goes beyond the last address
    blob.cells("reg", {0xffff'ffff, 0xffff'f000, 0, 0x2000}).end();
    EXPECT_EQ(ram_of(finish(blob)), Ranges{});

    blob = root(3, 2); // numbers of 96 bits
    blob.begin("memory@0").text("device_type", "memory").cells("reg", {0, 0, 0, 0, 0x1000}).end();
    EXPECT_EQ(ram_of(finish(blob)), Ranges{});

    blob = root(2, 2);
    blob.begin("memory@0").text("device_type", "memory").cells("reg", {0, 0, 0}).end(); // cut off
    EXPECT_EQ(ram_of(finish(blob)), Ranges{});
}

TEST(MachineDescription, OnlyMemoryBelowTheRootIsRam) {
    auto blob = root(1, 1);
    blob.begin("soc").begin("memory@0").text("device_type", "memory").cells("reg", {0, 0x1000});
    blob.end().end();
    EXPECT_EQ(ram_of(finish(blob)), Ranges{});
}

TEST(MachineDescription, WhatIsDisabledDoesNotCount) {
    auto blob = root(1, 1);
    blob.reserve(0, 0x100);
    for (auto const* const status : {"okay", "ok", "disabled", "fail", ""}) {
        blob.begin("memory").text("device_type", "memory").text("status", status);
        blob.cells("reg", {0x1000, 0x1000}).end();
    }
    blob.begin("reserved-memory").cells("#address-cells", {1}).cells("#size-cells", {1});
    blob.begin("used").cells("reg", {0x100, 0x100}).end();
    blob.begin("unused").text("status", "disabled").cells("reg", {0x200, 0x100}).end();
    blob.end();
    blob.begin("intc").text("status", "disabled").text("compatible", "arm,gic-v3").end();
    blob.begin("psci").text("status", "disabled").text("method", "smc").end();
    finish(blob);
    EXPECT_EQ(ram_of(blob), (Ranges{{0x1000, 0x1000}, {0x1000, 0x1000}}));
    EXPECT_EQ(reservations_of(blob), (Ranges{{0, 0x100}, {0x100, 0x100}}));
    auto const bytes = blob.build();
    auto const tree = *Tree::parse(bytes);
    EXPECT_EQ(formats::gic_version(tree), GicVersion::None);
    EXPECT_EQ(formats::firmware_call(tree), FirmwareCall::None);
}

TEST(MachineDescription, BothKindsOfReservations) {
    EXPECT_EQ(reservations_of(sample_tree()), (Ranges{{0, 0x1000}, {0x100'0000, 0x2000}}));
}

TEST(MachineDescription, AReservationThatGoesTooFarEndsWithTheAddresses) {
    auto blob = root(1, 1);
    blob.reserve(0xffff'ffff'ffff'0000, 0x2'0000);
    auto const found = reservations_of(finish(blob));
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].first, 0xffff'ffff'ffff'0000u);
    EXPECT_GE(found[0].second, 0xf000u);
    EXPECT_LE(found[0].second, 0xffffu);
}

GicVersion gic_of(std::string_view compatible) {
    auto blob = root(1, 1);
    blob.begin("intc").text("compatible", compatible).end();
    auto const bytes = finish(blob).build();
    return formats::gic_version(*Tree::parse(bytes));
}

TEST(MachineDescription, GicVersion) {
    EXPECT_EQ(gic_of("arm,gic-v3"), GicVersion::V3);
    EXPECT_EQ(gic_of("arm,cortex-a15-gic"), GicVersion::V2);
    EXPECT_EQ(gic_of("arm,gic-400"), GicVersion::V2);
    EXPECT_EQ(gic_of("arm,pl190"), GicVersion::None);
    auto const bytes = sample_tree().build();
    EXPECT_EQ(formats::gic_version(*Tree::parse(bytes)), GicVersion::V2);
}

FirmwareCall firmware_of(std::string_view method) {
    auto blob = root(1, 1);
    blob.begin("psci").text("method", method).end();
    auto const bytes = finish(blob).build();
    return formats::firmware_call(*Tree::parse(bytes));
}

TEST(MachineDescription, FirmwareCall) {
    EXPECT_EQ(firmware_of("hvc"), FirmwareCall::Hvc);
    EXPECT_EQ(firmware_of("smc"), FirmwareCall::Smc);
    EXPECT_EQ(firmware_of("carrier pigeon"), FirmwareCall::None);
    auto blob = root(1, 1);
    auto const bytes = finish(blob).build();
    EXPECT_EQ(formats::firmware_call(*Tree::parse(bytes)), FirmwareCall::None);
}

} // namespace
