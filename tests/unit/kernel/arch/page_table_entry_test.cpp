// SPDX-License-Identifier: BSD-2-Clause
//
// PageTableEntry: the bits that the hardware sees.

#include <arch/page_table_entry.hpp>

#include <bit>
#include <gtest/gtest.h>

namespace arch {
namespace {

using base::PhysAddr;

std::uint64_t bits_of(PageTableEntry entry) {
    return std::bit_cast<std::uint64_t>(entry);
}

constexpr std::uint64_t execute_never_for_kernel = std::uint64_t{1} << 53;
constexpr std::uint64_t execute_never_for_user = std::uint64_t{1} << 54;
constexpr std::uint64_t normal_user_page = 0x400 | 0x800 | 0x300 | 4 << 2; // AF, nG, SH, AttrIndx

TEST(PageTableEntryTest, UserPages) {
    auto const leaf = [](Access access, bool execute) {
        return bits_of(PageTableEntry::leaf(
            PhysAddr{0x1234'5000}, 3,
            {.access = access, .type = MemoryType::Normal, .user_execute = execute}));
    };
    constexpr auto base = 0x1234'5003 | normal_user_page | execute_never_for_kernel;
    EXPECT_EQ(leaf(Access::UserWrite, true), base | 0x40);
    EXPECT_EQ(leaf(Access::UserRead, true), base | 0xc0);
    EXPECT_EQ(leaf(Access::KernelWrite, true), base);
    EXPECT_EQ(leaf(Access::UserRead, false), base | 0xc0 | execute_never_for_user);
}

TEST(PageTableEntryTest, DevicePageIsNotShareableAndOrdered) {
    auto const entry = bits_of(PageTableEntry::leaf(
        PhysAddr{0x900'0000}, 3,
        {.access = Access::UserWrite, .type = MemoryType::Device, .user_execute = false}));
    EXPECT_EQ(entry, 0x900'0003u | 0x400 | 0x800 | 0x40 | execute_never_for_kernel |
                         execute_never_for_user);
}

TEST(PageTableEntryTest, BlocksAndTablesDifferByOneBit) {
    auto const block = PageTableEntry::leaf(
        PhysAddr{0x20'0000}, 2,
        {.access = Access::UserWrite, .type = MemoryType::Normal, .user_execute = true});
    EXPECT_EQ(bits_of(block) & 3, 1u);
    EXPECT_TRUE(block.is_leaf(2));
    auto const table = PageTableEntry::table(PhysAddr{0x7000});
    EXPECT_EQ(bits_of(table), 0x7003u);
    EXPECT_TRUE(table.is_table(2));
    EXPECT_TRUE(table.is_leaf(3)); // the same bits mean a page there
    EXPECT_FALSE(PageTableEntry{}.valid());
    EXPECT_FALSE(PageTableEntry{}.is_leaf(3));
}

TEST(PageTableEntryTest, LevelsCoverWhatTheyShould) {
    EXPECT_EQ(level_bits(0), 39u);
    EXPECT_EQ(level_bits(3), 12u);
    constexpr std::uint64_t address = 0x0000'7fbf'dfef'f123;
    EXPECT_EQ(level_index(address, 0), address >> 39 & 511);
    EXPECT_EQ(level_index(address, 1), address >> 30 & 511);
    EXPECT_EQ(level_index(address, 2), address >> 21 & 511);
    EXPECT_EQ(level_index(address, 3), address >> 12 & 511);
}

} // namespace
} // namespace arch
