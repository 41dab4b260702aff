// SPDX-License-Identifier: BSD-2-Clause

#include <client/arguments.hpp>

#include <array>
#include <cstring>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace {

std::vector<std::string> split(std::string line, std::size_t room = 16) {
    std::vector<char> buffer(line.begin(), line.end());
    buffer.push_back('\0');
    std::vector<char*> words(room);
    auto const count = client::split_arguments(buffer, words);
    EXPECT_EQ(words[count], nullptr);
    return {words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count)};
}

using Words = std::vector<std::string>;

TEST(Arguments, SplitsAtBlanks) {
    EXPECT_EQ(split("touch 16"), (Words{"touch", "16"}));
    EXPECT_EQ(split("  a\tb   c "), (Words{"a", "b", "c"}));
}

TEST(Arguments, EmptyLineHasNone) {
    EXPECT_EQ(split(""), Words{});
    EXPECT_EQ(split("   "), Words{});
}

TEST(Arguments, LeavesOutWhatDoesNotFit) {
    EXPECT_EQ(split("a b c d", 3), (Words{"a", "b"}));
    EXPECT_EQ(split("a", 1), Words{});
}

TEST(Arguments, StopsAtTheTerminatingZero) {
    EXPECT_EQ(split(std::string{"a b\0c", 5}), (Words{"a", "b"}));
}

} // namespace
