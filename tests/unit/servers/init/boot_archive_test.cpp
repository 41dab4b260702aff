// SPDX-License-Identifier: BSD-2-Clause

#include <init/boot_archive.hpp>

#include <gtest/gtest.h>
#include <string>

namespace {

class Cpio {
public:
    void add(std::string const& name, std::string const& data) {
        char header[111];
        std::snprintf(header, sizeof header,
                      "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08zX%08X", 1, 0100644, 0,
                      0, 1, 0, static_cast<unsigned>(data.size()), 0, 0, 0, 0, name.size() + 1, 0);
        bytes_ += header + name + '\0';
        pad();
        bytes_ += data;
        pad();
    }

    [[nodiscard]] init::BootArchive finish() {
        add("TRAILER!!!", "");
        return init::BootArchive{std::as_bytes(std::span{bytes_})};
    }

private:
    void pad() { bytes_.resize((bytes_.size() + 3) / 4 * 4); }

    std::string bytes_;
};

TEST(BootArchive, ProgramsAreTheFilesInTheirFolder) {
    Cpio cpio;
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
    Cpio cpio;
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
