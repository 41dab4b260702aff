// SPDX-License-Identifier: BSD-2-Clause

#include "cpio_writer.hpp"
#include <init/boot_archive.hpp>

#include <gtest/gtest.h>

namespace {

TEST(BootArchive, ProgramsAreTheFilesInTheirFolder) {
    init_test::CpioWriter cpio;
    cpio.add("bin/hello", "h");
    cpio.add("boot/init", "i");
    cpio.add(".pad", "000");
    cpio.add("bin/touch", "tt");
    auto const archive = cpio.finish();
    ASSERT_TRUE(archive.check());
    EXPECT_EQ(init::BootArchive::program_name(archive.program(0).value()), "hello");
    EXPECT_EQ(init::BootArchive::program_name(archive.program(1).value()), "touch");
    EXPECT_FALSE(archive.program(2));
}

TEST(BootArchive, FindsProgramsByNameAndFilesByPath) {
    init_test::CpioWriter cpio;
    cpio.add("bin/hello", "h");
    cpio.add("boot/init", "i");
    auto const archive = cpio.finish();
    EXPECT_TRUE(archive.find("boot/init"));
    EXPECT_FALSE(archive.find("init"));
    EXPECT_TRUE(archive.find_program("hello"));
    EXPECT_FALSE(archive.find_program("init"));
    EXPECT_FALSE(archive.find_program("hell"));
    EXPECT_FALSE(archive.find_program(""));
    EXPECT_FALSE(archive.find_program("../boot/init"));
}

} // namespace
