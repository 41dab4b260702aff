// SPDX-License-Identifier: BSD-2-Clause

#include "elf_file.hpp"
#include <formats/elf.hpp>

#include <gtest/gtest.h>

namespace {

using formats::elf::AddressRange;
using formats::elf::Error;
using formats::elf::Program;
using formats::test::ElfFile;

constexpr AddressRange allowed{0x1000, 0x1000'0000};

void expect_refused(ElfFile const& file, Error error) {
    auto const bytes = file.bytes();
    auto const program = Program::parse(bytes, allowed);
    ASSERT_FALSE(program.has_value());
    EXPECT_EQ(program.error(), error) << describe(program.error());
    EXPECT_NE(describe(error), "unknown error");
}

TEST(Elf, GoodProgramIsReadAsItIs) {
    auto const bytes = ElfFile{}.bytes();
    auto const program = Program::parse(bytes, allowed);
    ASSERT_TRUE(program.has_value()) << describe(program.error());
    EXPECT_EQ(program->entry(), 0x40'0000u);
    EXPECT_EQ(program->pages().begin, 0x40'0000u);
    EXPECT_EQ(program->pages().end, 0x40'4000u);

    auto const code = program->segment(0);
    ASSERT_TRUE(code);
    EXPECT_TRUE(code->readable && code->executable && !code->writable);
    auto const data = program->segment(1);
    ASSERT_TRUE(data);
    EXPECT_TRUE(data->readable && data->writable && !data->executable);
    EXPECT_EQ(data->offset, 0x2010u);
    EXPECT_EQ(data->file_size, 0x20u);
    EXPECT_EQ(data->end(), 0x40'3010u);
    EXPECT_FALSE(program->segment(2));
}

TEST(Elf, OnlySegmentsThatTakeUpMemoryCount) {
    ElfFile file;
    file.segments.insert(file.segments.begin() + 1, {.type = 4, .offset = 0, .address = 0});
    file.segments.insert(file.segments.begin() + 1, {.file_size = 0, .memory_size = 0});
    auto const bytes = file.bytes();
    auto const program = Program::parse(bytes, allowed);
    ASSERT_TRUE(program.has_value());
    EXPECT_EQ(program->segment(1)->address, 0x40'1010u);
    EXPECT_FALSE(program->segment(2));
}

TEST(Elf, TooShort) {
    expect_refused({.size = 63}, Error::TooShort);
    expect_refused({.size = 0}, Error::TooShort);
}

TEST(Elf, NotElf) {
    ElfFile file;
    file.identification[0] = 0x7e;
    expect_refused(file, Error::NotElf);
}

TEST(Elf, Not64BitOrNotLittleEndian) {
    ElfFile file;
    file.identification[4] = 1;
    expect_refused(file, Error::Not64BitLittleEndian);
    file.identification[4] = 2;
    file.identification[5] = 2;
    expect_refused(file, Error::Not64BitLittleEndian);
}

TEST(Elf, NotAArch64) {
    expect_refused({.machine = 62}, Error::NotAArch64);
}

TEST(Elf, NotExecutable) {
    expect_refused({.type = 1}, Error::NotExecutable); // an object
    expect_refused({.type = 3}, Error::NotExecutable); // a shared library
}

TEST(Elf, ProgramHeadersOutsideFileOrOfOtherSize) {
    expect_refused({.table_entry_size = 32}, Error::BadProgramHeaders);
    expect_refused({.table_offset = 0x3000}, Error::BadProgramHeaders);
    expect_refused({.table_offset = ~std::uint64_t{0}}, Error::BadProgramHeaders);
    expect_refused({.size = 64 + 56}, Error::BadProgramHeaders);
}

TEST(Elf, NothingToLoad) {
    expect_refused({.segments = {}}, Error::NoSegments);
    expect_refused({.segments = {{.type = 6}}}, Error::NoSegments);
}

TEST(Elf, SegmentOutsideFile) {
    ElfFile file;
    file.segments[1].offset = 0x3010;
    expect_refused(file, Error::OutsideFile);
    file.segments[1].offset = ~std::uint64_t{0} - 0xfef; // the end wraps around
    expect_refused(file, Error::OutsideFile);
}

TEST(Elf, FileLargerThanMemory) {
    ElfFile file;
    file.segments[0].memory_size = 0xff;
    expect_refused(file, Error::FileLargerThanMemory);
}

TEST(Elf, OutsideAddressRange) {
    ElfFile file;
    file.segments[0].address = 0;
    expect_refused(file, Error::OutsideAddressRange);

    file = {};
    file.segments[1].memory_size = allowed.end - file.segments[1].address + 1;
    expect_refused(file, Error::OutsideAddressRange);
    file.segments[1].memory_size = ~std::uint64_t{0} - 0x10; // the end wraps around
    expect_refused(file, Error::OutsideAddressRange);
}

TEST(Elf, ExactlyTheAddressRangeIsAllowed) {
    ElfFile file;
    file.segments[1].memory_size = allowed.end - file.segments[1].address;
    EXPECT_TRUE(Program::parse(file.bytes(), allowed).has_value());
}

TEST(Elf, BadAlignment) {
    ElfFile file;
    file.segments[1].address = 0x40'1020;
    expect_refused(file, Error::BadAlignment);
}

TEST(Elf, OverlapSharedPageOrWrongOrder) {
    ElfFile file;
    file.segments[1].address = 0x40'0010;
    expect_refused(file, Error::Overlap);

    file = {};
    file.segments[0].memory_size = 0x1001; // ends in the page that the next begins in
    expect_refused(file, Error::Overlap);

    file = {};
    std::swap(file.segments[0], file.segments[1]);
    expect_refused(file, Error::Overlap);
}

TEST(Elf, WritableAndExecutable) {
    ElfFile file;
    file.segments[0].flags = 7;
    expect_refused(file, Error::WritableAndExecutable);
}

TEST(Elf, BadEntry) {
    expect_refused({.entry = 0x40'0100}, Error::BadEntry); // just behind the code
    expect_refused({.entry = 0x40'1010}, Error::BadEntry); // in the data
    expect_refused({.entry = 0x40'0002}, Error::BadEntry); // between two instructions
}

} // namespace
