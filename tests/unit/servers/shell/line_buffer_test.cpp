// SPDX-License-Identifier: BSD-2-Clause

#include <shell/line_buffer.hpp>

#include <gtest/gtest.h>
#include <string>

namespace shell {
namespace {

LineBuffer buffer_with(std::string_view text) {
    LineBuffer buffer;
    buffer.assign(text);
    return buffer;
}

TEST(LineBuffer, InsertsAtTheCursor) {
    auto buffer = buffer_with("ac");
    buffer.move_left();
    ASSERT_TRUE(buffer.insert("b"));
    EXPECT_EQ(buffer.text(), "abc");
    EXPECT_EQ(buffer.before_cursor(), "ab");
}

TEST(LineBuffer, RefusesWhatDoesNotFitAndStaysAsItWas) {
    auto buffer = buffer_with(std::string(LineBuffer::capacity, 'x'));
    EXPECT_FALSE(buffer.insert("y"));
    EXPECT_EQ(buffer.text(), std::string(LineBuffer::capacity, 'x'));
}

TEST(LineBuffer, CutsBetweenCharacters) {
    auto const buffer = buffer_with(std::string(LineBuffer::capacity - 1, 'x') + "\xc3\xa9");
    EXPECT_EQ(buffer.text(), std::string(LineBuffer::capacity - 1, 'x'));
}

TEST(LineBuffer, MovesAndErasesWholeCharacters) {
    auto buffer = buffer_with("a\xe2\x82\xac"
                              "b");
    buffer.move_left();
    buffer.move_left();
    EXPECT_EQ(buffer.before_cursor(), "a");
    buffer.erase_at();
    EXPECT_EQ(buffer.text(), "ab");
    buffer.assign("a\xe2\x82\xac");
    buffer.erase_before();
    EXPECT_EQ(buffer.text(), "a");
}

TEST(LineBuffer, StopsAtBothEnds) {
    auto buffer = buffer_with("a");
    buffer.move_right();
    buffer.erase_at();
    EXPECT_EQ(buffer.text(), "a");
    buffer.move_home();
    buffer.move_left();
    buffer.move_word_left();
    buffer.erase_before();
    buffer.erase_word();
    EXPECT_EQ(buffer.text(), "a");
    EXPECT_EQ(buffer.cursor(), 0u);
}

TEST(LineBuffer, MovesByWords) {
    auto buffer = buffer_with("one  two");
    buffer.move_word_left();
    EXPECT_EQ(buffer.before_cursor(), "one  ");
    buffer.move_word_left();
    EXPECT_EQ(buffer.before_cursor(), "");
    buffer.move_word_right();
    EXPECT_EQ(buffer.before_cursor(), "one");
    buffer.move_word_right();
    EXPECT_TRUE(buffer.at_end());
    buffer.move_word_right();
    EXPECT_TRUE(buffer.at_end());
}

TEST(LineBuffer, ErasesParts) {
    auto buffer = buffer_with("one two three");
    buffer.erase_word();
    EXPECT_EQ(buffer.text(), "one two ");
    buffer.move_word_left();
    buffer.erase_to_start();
    EXPECT_EQ(buffer.text(), "two ");
    buffer.erase_to_end();
    EXPECT_TRUE(buffer.empty());
}

} // namespace
} // namespace shell
