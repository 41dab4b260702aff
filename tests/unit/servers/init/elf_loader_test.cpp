// SPDX-License-Identifier: BSD-2-Clause

#include <init/elf_loader.hpp>

#include <gtest/gtest.h>
#include <vector>

namespace {

formats::elf::Segment segment(std::uint64_t address, std::uint64_t file_size,
                              std::uint64_t memory_size) {
    return {.offset = 0x1000 + address % 0x1000,
            .file_size = file_size,
            .address = address,
            .physical_address = address,
            .memory_size = memory_size,
            .readable = true,
            .writable = false,
            .executable = false};
}

TEST(ElfLoader, CutsFileContentsByPage) {
    std::vector<std::byte> file(0x4000);
    auto const whole = segment(0x40'0100, 0x1800, 0x1800);
    auto const first = init::contents_of_page(whole, file, 0x40'0000);
    EXPECT_EQ(first.offset, 0x100u);
    EXPECT_EQ(first.bytes.data(), file.data() + 0x1100);
    EXPECT_EQ(first.bytes.size(), 0xf00u);
    auto const second = init::contents_of_page(whole, file, 0x40'1000);
    EXPECT_EQ(second.offset, 0u);
    EXPECT_EQ(second.bytes.data(), file.data() + 0x2000);
    EXPECT_EQ(second.bytes.size(), 0x900u);
}

TEST(ElfLoader, HasNothingForPagesThatAreZero) {
    std::vector<std::byte> file(0x2000);
    auto const bss = segment(0x40'0000, 0x10, 0x3000);
    EXPECT_EQ(init::contents_of_page(bss, file, 0x40'0000).bytes.size(), 0x10u);
    EXPECT_TRUE(init::contents_of_page(bss, file, 0x40'1000).bytes.empty());
    EXPECT_TRUE(init::contents_of_page(bss, file, 0x40'2000).bytes.empty());
}

TEST(ElfLoader, MapsNothingWritableAndExecutable) {
    auto text = segment(0x40'0000, 1, 1);
    text.executable = true;
    EXPECT_EQ(init::attributes_of(text).rights, api::Rights::Read);
    EXPECT_TRUE(init::attributes_of(text).executable);
    auto data = segment(0x40'0000, 1, 1);
    data.writable = true;
    EXPECT_EQ(init::attributes_of(data).rights, api::Rights::ReadWrite);
    EXPECT_FALSE(init::attributes_of(data).executable);
}

} // namespace
