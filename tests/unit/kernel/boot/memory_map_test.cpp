// SPDX-License-Identifier: BSD-2-Clause
//
// MemoryMap, and how what is left is cut into untypeds.

#include <arch/boot.hpp>
#include <kernel/boot/memory_map.hpp>
#include <kernel/boot/untypeds.hpp>

#include <gtest/gtest.h>
#include <vector>

namespace kernel::boot {
namespace {

using api::MemoryUse;
using base::PhysAddr;
using base::PhysRange;

constexpr PhysRange range(std::uint64_t begin, std::uint64_t end) {
    return {PhysAddr{begin}, PhysAddr{end}};
}

/// What all descriptions of one use add up to.
std::uint64_t bytes_of(MemoryMap const& memory, MemoryUse use) {
    std::uint64_t bytes = 0;
    for (auto const& part : memory.descriptions()) {
        bytes += part.use == use ? part.size : 0;
    }
    return bytes;
}

/// Every byte of RAM is free or in exactly one description of another use.
void expect_sums(MemoryMap const& memory) {
    std::uint64_t bytes = 0;
    for (auto const& part : memory.descriptions()) {
        bytes += part.use == MemoryUse::Ram ? 0 : part.size;
    }
    for (auto const region : memory.free_ram()) {
        bytes += region.size();
    }
    EXPECT_EQ(bytes, bytes_of(memory, MemoryUse::Ram));
}

TEST(MemoryMapTest, FreeIsRamWithoutReservations) {
    MemoryMap memory;
    ASSERT_TRUE(memory.add_ram(range(0x4000'0000, 0x4800'0000)));
    ASSERT_TRUE(memory.reserve(range(0x4000'0000, 0x4004'3210), MemoryUse::Kernel));
    ASSERT_TRUE(memory.reserve(range(0x0, 0x1000), MemoryUse::Firmware)); // no RAM there
    ASSERT_EQ(memory.free_ram().size(), 1u);
    EXPECT_EQ(memory.free_ram()[0], range(0x4004'3210, 0x4800'0000));
    EXPECT_EQ(memory.descriptions().size(), 2u);
    expect_sums(memory);
}

TEST(MemoryMapTest, ReservationsThatOverlapCountOnce) {
    MemoryMap memory;
    ASSERT_TRUE(memory.add_ram(range(0, 0x100'0000)));
    ASSERT_TRUE(memory.reserve(range(0x2'0000, 0x3'0000), MemoryUse::Kernel));
    ASSERT_TRUE(memory.reserve(range(0, 0x8'0000), MemoryUse::Firmware));
    ASSERT_TRUE(memory.reserve(range(0, 0x1000), MemoryUse::Firmware));
    ASSERT_TRUE(memory.reserve(range(0x2'0000, 0x3'0000), MemoryUse::Kernel));
    EXPECT_EQ(bytes_of(memory, MemoryUse::Kernel), 0x1'0000u);
    EXPECT_EQ(bytes_of(memory, MemoryUse::Firmware), 0x7'0000u) << "on both sides of the kernel";
    expect_sums(memory);
}

TEST(MemoryMapTest, ReservationsOutsideOfRamAreNoRam) {
    MemoryMap memory;
    ASSERT_TRUE(memory.add_ram(range(0x4000'0000, 0x4100'0000)));
    ASSERT_TRUE(memory.reserve(range(0x10'0000, 0x20'0000), MemoryUse::Firmware));
    ASSERT_TRUE(memory.reserve(range(0x3fff'0000, 0x4000'1000), MemoryUse::Firmware));
    EXPECT_EQ(bytes_of(memory, MemoryUse::Firmware), 0x1000u);
    expect_sums(memory);
}

TEST(MemoryMapTest, BanksThatOverlapCountOnce) {
    MemoryMap memory;
    ASSERT_TRUE(memory.add_ram(range(0, 0x100'0000)));
    ASSERT_TRUE(memory.add_ram(range(0x80'0000, 0x180'0000)));
    ASSERT_TRUE(memory.add_ram(range(0x20'0000, 0x40'0000)));
    EXPECT_EQ(bytes_of(memory, MemoryUse::Ram), 0x180'0000u);
    expect_sums(memory);
}

TEST(MemoryMapTest, WhatIsCutOffABankIsUnused) {
    MemoryMap memory;
    ASSERT_TRUE(memory.add_ram(range(0x10'0000, 0x7f'ffff)));
    ASSERT_TRUE(memory.add_ram(range(0x1000'0000, 0x1000'1000)));
    ASSERT_TRUE(memory.reserve(range(0x10'0000, 0x30'0000), MemoryUse::Firmware)); // half of it
    EXPECT_EQ(bytes_of(memory, MemoryUse::Ram), 0x6f'ffffu + 0x1000);
    EXPECT_EQ(bytes_of(memory, MemoryUse::Unused), 0x10'0000u + 0x1f'ffff + 0x1000);
    EXPECT_EQ(bytes_of(memory, MemoryUse::Firmware), 0x10'0000u);
    expect_sums(memory);
}

TEST(MemoryMapTest, BanksAreUsedByWholeBlocks) {
    MemoryMap memory;
    ASSERT_TRUE(memory.add_ram(range(0x10'0000, 0x7f'ffff)));
    ASSERT_TRUE(memory.add_ram(range(0x1000'0000, 0x1000'1000)));
    ASSERT_EQ(memory.ram().size(), 1u);
    EXPECT_EQ(memory.ram()[0], range(0x20'0000, 0x60'0000));
}

TEST(MemoryMapTest, RamBeyondTheWindowIsLeftAlone) {
    MemoryMap memory;
    ASSERT_TRUE(memory.add_ram(range(0x40'0000'0000, 0x100'0000'0000)));
    ASSERT_EQ(memory.ram().size(), 1u);
    EXPECT_EQ(memory.ram()[0].end, PhysAddr{arch::window_size});
    EXPECT_EQ(bytes_of(memory, MemoryUse::Ram), 0xc0'0000'0000u);
    ASSERT_TRUE(memory.add_ram(range(0x200'0000'0000, 0x200'0020'0000)));
    EXPECT_EQ(memory.ram().size(), 1u);
    expect_sums(memory);
}

TEST(MemoryMapTest, DevicesAreTheGaps) {
    MemoryMap memory;
    ASSERT_TRUE(memory.add_ram(range(0x4000'0000, 0x4800'0000)));
    ASSERT_TRUE(memory.claim_device(range(0x800'0100, 0x800'0200)));
    ASSERT_TRUE(memory.reserve(range(0x100'0000, 0x100'1000), MemoryUse::DeviceTree));
    auto const devices = memory.devices(PhysAddr{0x1'0000'0000});
    ASSERT_TRUE(devices);
    std::vector<PhysRange> const found{devices->regions().begin(), devices->regions().end()};
    EXPECT_EQ(found,
              (std::vector{range(0, 0x100'0000), range(0x100'1000, 0x800'0000),
                           range(0x800'1000, 0x4000'0000), range(0x4800'0000, 0x1'0000'0000)}));
}

using Pieces = std::vector<std::pair<std::uint64_t, unsigned>>;

Pieces cut(PhysRange memory) {
    Pieces pieces;
    cut_into_untypeds(
        memory, [&](PhysAddr address, unsigned bits) { pieces.emplace_back(address.raw(), bits); });
    return pieces;
}

TEST(UntypedsTest, LargestAlignedPieceFirst) {
    EXPECT_EQ(cut(range(0x4065'f000, 0x4070'0000)),
              (Pieces{{0x4065'f000, 12}, {0x4066'0000, 17}, {0x4068'0000, 19}}));
    EXPECT_EQ(cut(range(0x4024'8e20, 0x4024'9000)),
              (Pieces{{0x4024'8e20, 5}, {0x4024'8e40, 6}, {0x4024'8e80, 7}, {0x4024'8f00, 8}}));
    EXPECT_EQ(cut(range(0, 0x800'0000)), (Pieces{{0, 27}}));
}

TEST(UntypedsTest, AlignmentStartsAgainAtTheEndOfTheWindow) {
    auto const gib = [](std::uint64_t count) { return count << 30; };
    EXPECT_EQ(cut(range(gib(256), gib(16384))), (Pieces{{gib(256), 38},
                                                        {gib(512), 43},
                                                        {gib(8704), 42},
                                                        {gib(12800), 41},
                                                        {gib(14848), 40},
                                                        {gib(15872), 39}}));
    EXPECT_EQ(cut(range(gib(256), gib(1024))), (Pieces{{gib(256), 38}, {gib(512), 39}}));
}

TEST(UntypedsTest, CrumbsAreDropped) {
    EXPECT_EQ(cut(range(0x1009, 0x1040)), (Pieces{{0x1010, 4}, {0x1020, 5}}));
    EXPECT_TRUE(cut(range(0x1000, 0x100f)).empty());
    EXPECT_TRUE(cut(range(0x1000, 0x1000)).empty());
}

} // namespace
} // namespace kernel::boot
