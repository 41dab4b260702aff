// SPDX-License-Identifier: BSD-2-Clause
//
// The parser: one line of text into words. Blanks separate; '...' and "..." hold words together; a
// backslash takes the next character as it is, but not inside '...'; a final & means background.
#pragma once

#include <base/result.hpp>
#include <shell/line_buffer.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace shell {

enum class ParseError : std::uint8_t {
    OpenSingleQuote,
    OpenDoubleQuote,
    OpenBackslash,
    TooManyWords,
    TooLong,
    NothingBeforeBackground,
    WordAfterBackground,
};

[[nodiscard]] std::string_view describe(ParseError error);

/// The words of one line. It keeps them itself: unquoting changes them.
class CommandLine {
public:
    static constexpr std::size_t max_words = 64;

    CommandLine() = default;
    CommandLine(CommandLine const&) = delete; // the words point into it
    CommandLine& operator=(CommandLine const&) = delete;

    [[nodiscard]] base::Result<void, ParseError> parse(std::string_view line);

    [[nodiscard]] std::span<std::string_view const> words() const {
        return {words_.data(), count_};
    }
    [[nodiscard]] bool background() const { return background_; }

private:
    base::Result<void, ParseError> take_word(std::string_view& rest);
    base::Result<void, ParseError> take_quoted(std::string_view& rest);
    base::Result<void, ParseError> take_escaped(std::string_view& rest);

    std::array<char, LineBuffer::capacity> text_{};
    std::size_t used_{0};
    std::array<std::string_view, max_words> words_{};
    std::size_t count_{0};
    bool background_{false};
};

} // namespace shell
