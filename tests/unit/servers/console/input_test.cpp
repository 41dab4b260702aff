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

TEST(InputTest, SaysWhereTheGapIs) {
    Input input;
    for (std::size_t i = 0; i < Input::capacity; ++i) {
        input.add('a');
    }
    input.add('b');
    EXPECT_EQ(input.take(1).lost, 0u);
    input.add('b'); // there is room, but it must not look as if it followed the last 'a'
    std::size_t taken = 1;
    api::Word lost = 0;
    while (!input.empty()) {
        auto const reply = input.take(0);
        EXPECT_TRUE(reply.lost == 0 || reply.text.length == 0);
        taken += reply.text.length;
        lost += reply.lost;
    }
    EXPECT_EQ(taken, Input::capacity);
    EXPECT_EQ(lost, 2u);
    input.add('c');
    auto const reply = input.take(0);
    EXPECT_EQ(reply.text.view(), "c");
    EXPECT_EQ(reply.lost, 0u);
}

void add(Input& input, std::string_view text) {
    for (char const c : text) {
        input.add(c);
    }
}

TEST(InputTest, DropsWhatWasTypedBeforeAnInterrupt) {
    Input input;
    add(input, "before");
    input.interrupt();
    add(input, "after");
    EXPECT_TRUE(input.take_interrupt());
    EXPECT_FALSE(input.take_interrupt());
    EXPECT_EQ(input.take(0).text.view(), "after");
}

TEST(InputTest, GivesTheInterruptToWhoReadsFirst) {
    Input input;
    input.interrupt();
    input.interrupt();
    add(input, "x");
    EXPECT_EQ(input.take(0).text.view(), "\x03x");
    EXPECT_FALSE(input.take_interrupt());
}

TEST(InputTest, ForgetsAFloodAtAnInterrupt) {
    Input input;
    add(input, std::string(Input::capacity + 10, 'x'));
    input.interrupt();
    EXPECT_TRUE(input.take_interrupt());
    EXPECT_TRUE(input.empty());
}

} // namespace
} // namespace console
