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

TEST(MemoryMapTest, FreeIsRamWithoutReservations) {
    MemoryMap memory;
    ASSERT_TRUE(memory.add_ram(range(0x4000'0000, 0x4800'0000)));
    ASSERT_TRUE(memory.reserve(range(0x4000'0000, 0x4004'3210), MemoryUse::Kernel));
    ASSERT_TRUE(memory.reserve(range(0x0, 0x1000), MemoryUse::Firmware)); // no RAM there
    ASSERT_EQ(memory.free_ram().size(), 1u);
    EXPECT_EQ(memory.free_ram()[0], range(0x4004'3210, 0x4800'0000));
    EXPECT_EQ(memory.descriptions().size(), 3u);
}

TEST(MemoryMapTest, SaysTheSameThingOnce) {
    MemoryMap memory;
    ASSERT_TRUE(memory.reserve(range(0, 0x1000), MemoryUse::Firmware));
    ASSERT_TRUE(memory.reserve(range(0, 0x1000), MemoryUse::Firmware));
    EXPECT_EQ(memory.descriptions().size(), 1u);
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
