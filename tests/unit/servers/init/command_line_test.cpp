// SPDX-License-Identifier: BSD-2-Clause

#include <init/command_line.hpp>

#include <gtest/gtest.h>

namespace {

TEST(CommandLine, FirstWordIsTheProgram) {
    EXPECT_EQ(init::program_name("touch 16"), "touch");
    EXPECT_EQ(init::program_name("  hello"), "hello");
    EXPECT_EQ(init::program_name("hello\tthere"), "hello");
}

TEST(CommandLine, NothingHasNoName) {
    EXPECT_EQ(init::program_name(""), "");
    EXPECT_EQ(init::program_name(" \t "), "");
}

TEST(CommandLine, TrimsBothEnds) {
    EXPECT_EQ(init::trimmed(" a  b \t"), "a  b");
    EXPECT_EQ(init::trimmed("a"), "a");
    EXPECT_EQ(init::trimmed("   "), "");
}

} // namespace
