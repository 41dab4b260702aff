// SPDX-License-Identifier: BSD-2-Clause

#include <platform/loader/place.hpp>

#include <gtest/gtest.h>
#include <vector>

namespace {

using base::PhysAddr;
using base::PhysRange;

constexpr PhysRange range(std::uint64_t begin, std::uint64_t end) {
    return {PhysAddr{begin}, PhysAddr{end}};
}

struct Ram {
    std::vector<PhysRange> banks;
    std::vector<PhysRange> reserved;

    void for_each_bank(auto visit) const { std::ranges::for_each(banks, visit); }
    void for_each_reserved(auto visit) const { std::ranges::for_each(reserved, visit); }
};

constexpr PhysRange everywhere = range(0, 0x1'0000'0000);

std::optional<PhysRange> find(Ram const& ram, std::uint64_t size, PhysRange window = everywhere,
                              std::vector<PhysRange> const& taken = {}) {
    return loader::find_place(ram, size, window, taken);
}

TEST(FindPlace, TheLowestPlaceOfTheLowestBank) {
    Ram const ram{.banks = {range(0x8000'0000, 0x9000'0000), range(0x4000'0000, 0x5000'0000)},
                  .reserved = {}};
    EXPECT_EQ(find(ram, 0x1800), range(0x4000'0000, 0x4000'1800));
}

TEST(FindPlace, BeginsAtAPage) {
    Ram const ram{.banks = {range(0x1234, 0x10000)}, .reserved = {range(0x2000, 0x2345)}};
    EXPECT_EQ(find(ram, 0x1000), range(0x3000, 0x4000));
}

TEST(FindPlace, ExactlyFits) {
    Ram const ram{.banks = {range(0x1000, 0x3000)}, .reserved = {}};
    EXPECT_EQ(find(ram, 0x2000), range(0x1000, 0x3000));
    EXPECT_EQ(find(ram, 0x2001), std::nullopt);
}

TEST(FindPlace, StaysInTheWindow) {
    Ram const ram{.banks = {range(0, 0x10000)}, .reserved = {}};
    EXPECT_EQ(find(ram, 0x2000, range(0x4001, 0x7000)), range(0x5000, 0x7000));
    EXPECT_EQ(find(ram, 0x2001, range(0x4001, 0x7000)), std::nullopt);
    EXPECT_EQ(find(ram, 0x1000, range(0x10000, 0x20000)), std::nullopt);
}

TEST(FindPlace, StepsOverWhatIsReservedOrTakenInAnyOrder) {
    Ram const ram{.banks = {range(0, 0x20000)},
                  .reserved = {range(0x4000, 0x5000), range(0, 0x1000), range(0x8000, 0x8001)}};
    std::vector const taken{range(0x5800, 0x7000), range(0x2000, 0x3000)};
    EXPECT_EQ(find(ram, 0x1000, everywhere, taken), range(0x1000, 0x2000));
    EXPECT_EQ(find(ram, 0x1001, everywhere, taken), range(0x9000, 0xa001));
}

TEST(FindPlace, EmptyObstaclesAreNone) {
    Ram const ram{.banks = {range(0, 0x2000)}, .reserved = {range(0x1000, 0x1000), {}}};
    EXPECT_EQ(find(ram, 0x2000), range(0, 0x2000));
}

TEST(FindPlace, NextBankIfTheFirstIsFull) {
    Ram const ram{.banks = {range(0, 0x2000), range(0x8000, 0xa000)},
                  .reserved = {range(0x1000, 0x1800)}};
    EXPECT_EQ(find(ram, 0x2000), range(0x8000, 0xa000));
}

TEST(FindPlace, ObstaclesUpToTheLastAddressEndTheSearch) {
    constexpr std::uint64_t top = ~std::uint64_t{0};
    Ram const ram{.banks = {range(0x1000, top)}, .reserved = {range(0x1000, top)}};
    EXPECT_EQ(find(ram, 0x1000, range(0, top)), std::nullopt);
}

TEST(FindPlace, NoRamAtAll) {
    EXPECT_EQ(find({}, 0x1000), std::nullopt);
    EXPECT_EQ(find({.banks = {range(0x3000, 0x2000)}, .reserved = {}}, 0x1000), std::nullopt);
}

TEST(IsRam, OnlyWithinOneBank) {
    Ram const ram{.banks = {range(0x1000, 0x3000), range(0x3000, 0x4000)}, .reserved = {}};
    EXPECT_TRUE(loader::is_ram(ram, range(0x1000, 0x3000)));
    EXPECT_FALSE(loader::is_ram(ram, range(0x0fff, 0x2000)));
    EXPECT_FALSE(loader::is_ram(ram, range(0x3000, 0x4001)));
}

TEST(IsUnreserved, TouchingIsAllowedOverlappingIsNot) {
    Ram const ram{.banks = {}, .reserved = {range(0x1000, 0x2000)}};
    EXPECT_TRUE(loader::is_unreserved(ram, range(0x2000, 0x3000)));
    EXPECT_TRUE(loader::is_unreserved(ram, range(0x0000, 0x1000)));
    EXPECT_FALSE(loader::is_unreserved(ram, range(0x1fff, 0x3000)));
}

} // namespace
