// SPDX-License-Identifier: BSD-2-Clause

#include <shell/parser.hpp>

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace shell {
namespace {

std::vector<std::string> words_of(std::string_view line) {
    CommandLine command;
    EXPECT_TRUE(command.parse(line)) << line;
    return {command.words().begin(), command.words().end()};
}

using Words = std::vector<std::string>;

TEST(Parser, SplitsAtBlanks) {
    EXPECT_EQ(words_of(""), Words{});
    EXPECT_EQ(words_of(" \t "), Words{});
    EXPECT_EQ(words_of("one"), Words{"one"});
    EXPECT_EQ(words_of("  one\ttwo  three "), (Words{"one", "two", "three"}));
}

TEST(Parser, UnquotesWords) {
    EXPECT_EQ(words_of("'one two' \"three  four\""), (Words{"one two", "three  four"}));
    EXPECT_EQ(words_of("a'b'\"c\"d"), Words{"abcd"});
    EXPECT_EQ(words_of("''"), Words{""});
    EXPECT_EQ(words_of(R"(a\ b \\ \' "\"" '\')"), (Words{"a b", "\\", "'", "\"", "\\"}));
    EXPECT_EQ(words_of("'it is \"so\"' \"it's\""), (Words{"it is \"so\"", "it's"}));
}

TEST(Parser, FindsTheBackgroundMark) {
    CommandLine command;
    for (auto const* line : {"spawn hello &", "spawn hello&", "spawn hello & "}) {
        ASSERT_TRUE(command.parse(line)) << line;
        EXPECT_TRUE(command.background());
        EXPECT_EQ(command.words().size(), 2u);
    }
    for (auto const* line : {"echo '&'", "echo \\&", "echo \"a&b\""}) {
        ASSERT_TRUE(command.parse(line)) << line;
        EXPECT_FALSE(command.background());
    }
}

ParseError error_of(std::string_view line) {
    CommandLine command;
    auto const result = command.parse(line);
    EXPECT_FALSE(result) << line;
    return result.error();
}

TEST(Parser, RefusesWhatItCannotUnderstand) {
    EXPECT_EQ(error_of("echo 'one"), ParseError::OpenSingleQuote);
    EXPECT_EQ(error_of("echo \"one"), ParseError::OpenDoubleQuote);
    EXPECT_EQ(error_of("echo \"one\\"), ParseError::OpenBackslash);
    EXPECT_EQ(error_of("echo \\"), ParseError::OpenBackslash);
    EXPECT_EQ(error_of("&"), ParseError::NothingBeforeBackground);
    EXPECT_EQ(error_of("echo & one"), ParseError::WordAfterBackground);
    EXPECT_EQ(error_of("echo & &"), ParseError::WordAfterBackground);
    EXPECT_EQ(error_of(std::string(LineBuffer::capacity + 1, 'x')), ParseError::TooLong);
    std::string many;
    for (std::size_t i = 0; i <= CommandLine::max_words; ++i) {
        many += "x ";
    }
    EXPECT_EQ(error_of(many), ParseError::TooManyWords);
}

TEST(Parser, DescribesEachErrorDifferently) {
    EXPECT_EQ(describe(ParseError::OpenSingleQuote), "a closing ' is missing");
    EXPECT_EQ(describe(ParseError::OpenDoubleQuote), "a closing \" is missing");
    EXPECT_EQ(describe(ParseError::OpenBackslash), "nothing follows the last backslash");
    EXPECT_EQ(describe(ParseError::TooManyWords), "too many words (at most 64)");
    EXPECT_EQ(describe(ParseError::TooLong), "the line is too long (at most 1000 characters)");
    EXPECT_EQ(describe(ParseError::NothingBeforeBackground), "& needs a command before it");
    EXPECT_EQ(describe(ParseError::WordAfterBackground), "nothing may follow & (quote it: '&')");
}

TEST(Parser, CanBeUsedAgain) {
    CommandLine command;
    ASSERT_TRUE(command.parse("one two &"));
    ASSERT_TRUE(command.parse("three"));
    EXPECT_EQ(command.words().size(), 1u);
    EXPECT_FALSE(command.background());
}

} // namespace
} // namespace shell
