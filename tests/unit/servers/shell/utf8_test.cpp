// SPDX-License-Identifier: BSD-2-Clause

#include <shell/utf8.hpp>

#include <gtest/gtest.h>

namespace shell {
namespace {

TEST(Utf8, CountsColumns) {
    EXPECT_EQ(utf8::columns("abc"), 3u);
    EXPECT_EQ(utf8::columns("\xc3\xa9"), 1u);         // é
    EXPECT_EQ(utf8::columns("e\xcc\x81"), 1u);        // e and a combining acute
    EXPECT_EQ(utf8::columns("\xe6\xbc\xa2"), 2u);     // a Han character
    EXPECT_EQ(utf8::columns("\xf0\x9f\x98\x80"), 2u); // an emoji
}

TEST(Utf8, KnowsWhatIsText) {
    EXPECT_TRUE(utf8::is_text("\xf4\x8f\xbf\xbf"));
    EXPECT_TRUE(utf8::is_text("\xc2\xa0"));
    EXPECT_FALSE(utf8::is_text(""));
    EXPECT_FALSE(utf8::is_text("ab"));
    EXPECT_FALSE(utf8::is_text("\x7f"));
    EXPECT_FALSE(utf8::is_text("\xc3"));
    EXPECT_FALSE(utf8::is_text("\xed\xbf\xbf"));
    EXPECT_FALSE(utf8::is_text("\xf0\x8f\xbf\xbf"));
}

TEST(Utf8, DecodesEachLength) {
    EXPECT_EQ(utf8::decode("A"), 0x41u);
    EXPECT_EQ(utf8::decode("\xc3\xa9"), 0xe9u);
    EXPECT_EQ(utf8::decode("\xe2\x82\xac"), 0x20acu);
    EXPECT_EQ(utf8::decode("\xf0\x9f\x98\x80"), 0x1f600u);
}

} // namespace
} // namespace shell
