// SPDX-License-Identifier: BSD-2-Clause
//
// Each key, in each way terminals send it; and everything that is no key.

#include <shell/key_decoder.hpp>

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace shell {
namespace {

struct Decoded {
    std::vector<KeyKind> kinds;
    std::string text;
    bool garbage{false};
};

Decoded decode(std::string_view bytes) {
    KeyDecoder decoder;
    Decoded result;
    for (char const byte : bytes) {
        if (auto const key = decoder.feed(byte)) {
            result.kinds.push_back(key->kind);
            result.text += key->text();
        }
    }
    result.garbage = decoder.take_garbage();
    return result;
}

struct Case {
    std::string bytes;
    KeyKind kind;
};

class EachKey : public testing::TestWithParam<Case> {};

TEST_P(EachKey, IsDecoded) {
    auto const result = decode(GetParam().bytes);
    EXPECT_EQ(result.kinds, std::vector{GetParam().kind});
    EXPECT_FALSE(result.garbage);
}

INSTANTIATE_TEST_SUITE_P(
    KeyDecoder, EachKey,
    testing::Values(
        Case{"\r", KeyKind::Enter}, Case{"\n", KeyKind::Enter}, Case{"\r\n", KeyKind::Enter},
        Case{"\t", KeyKind::Tab}, Case{"\x7f", KeyKind::Backspace},
        Case{"\x08", KeyKind::Backspace}, Case{"\x1b[3~", KeyKind::Delete},
        Case{"\x1b[A", KeyKind::Up}, Case{"\x1bOA", KeyKind::Up}, Case{"\x10", KeyKind::Up},
        Case{"\x1b[B", KeyKind::Down}, Case{"\x1bOB", KeyKind::Down}, Case{"\x0e", KeyKind::Down},
        Case{"\x1b[C", KeyKind::Right}, Case{"\x1bOC", KeyKind::Right},
        Case{"\x06", KeyKind::Right}, Case{"\x1b[D", KeyKind::Left}, Case{"\x1bOD", KeyKind::Left},
        Case{"\x02", KeyKind::Left}, Case{"\x1b[H", KeyKind::Home}, Case{"\x1bOH", KeyKind::Home},
        Case{"\x1b[1~", KeyKind::Home}, Case{"\x1b[7~", KeyKind::Home}, Case{"\x01", KeyKind::Home},
        Case{"\x1b[F", KeyKind::End}, Case{"\x1bOF", KeyKind::End}, Case{"\x1b[4~", KeyKind::End},
        Case{"\x1b[8~", KeyKind::End}, Case{"\x05", KeyKind::End}, Case{"\x0b", KeyKind::KillToEnd},
        Case{"\x15", KeyKind::KillToStart}, Case{"\x17", KeyKind::KillWord},
        Case{"\x0c", KeyKind::ClearScreen}, Case{"\x03", KeyKind::Cancel},
        Case{"\x04", KeyKind::DeleteOrEndOfInput}, Case{"\x1b[1;5C", KeyKind::WordRight},
        Case{"\x1b[1;5D", KeyKind::WordLeft},
        Case{"\x1b"
             "f",
             KeyKind::WordRight},
        Case{"\x1b"
             "b",
             KeyKind::WordLeft},
        Case{"a", KeyKind::Text}, Case{"\xc3\xa9", KeyKind::Text},
        Case{"\xe2\x82\xac", KeyKind::Text}, Case{"\xf0\x9f\x98\x80", KeyKind::Text}));

TEST(KeyDecoder, GivesTheBytesOfAnyCharacter) {
    EXPECT_EQ(decode("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80").text,
              "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
}

TEST(KeyDecoder, CountsEachEmptyLine) {
    EXPECT_EQ(decode("\r\r\n\n\n").kinds.size(), 4u);
}

class EachGarbage : public testing::TestWithParam<std::string> {};

TEST_P(EachGarbage, IsDroppedAndWhatFollowsCounts) {
    auto const result = decode(GetParam() + "\rx");
    EXPECT_EQ(result.kinds, (std::vector{KeyKind::Enter, KeyKind::Text}));
    EXPECT_TRUE(result.garbage);
}

INSTANTIATE_TEST_SUITE_P(KeyDecoder, EachGarbage,
                         testing::Values("\x80", "\xff", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80",
                                         "\xf4\x90\x80\x80", "\xc2\x85", "\xc3", "\xe2\x82",
                                         std::string(1, '\0'), "\x1b", "\x1b[", "\x1bO", "\x1b[Z",
                                         "\x1bOZ", "\x1b[15~", "\x1b[~",
                                         "\x1b[9999999999999999999~", "\x1bz", "\x1b[1;2", "\x11"));

} // namespace
} // namespace shell
