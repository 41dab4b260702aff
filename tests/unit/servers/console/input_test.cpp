// SPDX-License-Identifier: BSD-2-Clause
//
// What was typed is read in order, and what was lost is counted.

#include <console/input.hpp>

#include <gtest/gtest.h>
#include <string>

namespace console {
namespace {

TEST(InputTest, GivesWhatWasTypedInOrder) {
    Input input;
    for (char const c : std::string_view{"hello"}) {
        input.add(c);
    }
    EXPECT_EQ(input.take(2).text.view(), "he");
    EXPECT_EQ(input.take(0).text.view(), "llo");
    EXPECT_TRUE(input.empty());
}

TEST(InputTest, GivesAtMostWhatAMessageHolds) {
    Input input;
    for (int i = 0; i < 2000; ++i) {
        input.add('x');
    }
    auto const reply = input.take(1'000'000);
    EXPECT_EQ(reply.text.length, reply.text.bytes.size());
    EXPECT_EQ(input.take(0).text.length, reply.text.bytes.size());
}

TEST(InputTest, CountsWhatItDropsAndSaysSoOnce) {
    Input input;
    for (std::size_t i = 0; i < Input::capacity; ++i) {
        input.add('a');
    }
    input.add('b');
    input.add('b');
    auto const first = input.take(1);
    EXPECT_EQ(first.lost, 2u);
    EXPECT_EQ(first.text.view(), "a");
    EXPECT_EQ(input.take(1).lost, 0u);
}

} // namespace
} // namespace console
