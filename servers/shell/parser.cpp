// SPDX-License-Identifier: BSD-2-Clause
//
// Words are unquoted into a buffer as long as the longest line; unquoting only shortens.

#include <ipc/protocol/process.hpp>
#include <shell/parser.hpp>

namespace shell {

namespace {

using ipc::process::blanks;

void skip_blanks(std::string_view& rest) {
    auto const start = rest.find_first_not_of(blanks);
    rest = start == std::string_view::npos ? std::string_view{} : rest.substr(start);
}

char take(std::string_view& rest) {
    char const c = rest.front();
    rest.remove_prefix(1);
    return c;
}

} // namespace

std::string_view describe(ParseError error) {
    switch (error) {
    case ParseError::OpenSingleQuote: return "a closing ' is missing";
    case ParseError::OpenDoubleQuote: return "a closing \" is missing";
    case ParseError::OpenBackslash: return "nothing follows the last backslash";
    case ParseError::TooManyWords: return "too many words (at most 64)";
    case ParseError::TooLong: return "the line is too long (at most 1000 characters)";
    case ParseError::NothingBeforeBackground: return "& needs a command before it";
    case ParseError::WordAfterBackground: return "nothing may follow & (quote it: '&')";
    }
    return "cannot understand this line";
}

base::Result<void, ParseError> CommandLine::parse(std::string_view line) {
    used_ = count_ = 0;
    background_ = false;
    if (line.size() > text_.size()) {
        return base::fail(ParseError::TooLong);
    }
    for (skip_blanks(line); !line.empty(); skip_blanks(line)) {
        if (background_) {
            return base::fail(ParseError::WordAfterBackground);
        }
        if (line.front() != '&') {
            TRY(take_word(line));
            continue;
        }
        if (count_ == 0) {
            return base::fail(ParseError::NothingBeforeBackground);
        }
        background_ = true;
        line.remove_prefix(1);
    }
    return {};
}

base::Result<void, ParseError> CommandLine::take_word(std::string_view& rest) {
    if (count_ == max_words) {
        return base::fail(ParseError::TooManyWords);
    }
    auto const start = used_;
    while (!rest.empty() && !blanks.contains(rest.front()) && rest.front() != '&') {
        switch (rest.front()) {
        case '\'':
        case '"': TRY(take_quoted(rest)); break;
        case '\\': TRY(take_escaped(rest)); break;
        default: text_[used_++] = take(rest); break;
        }
    }
    words_[count_++] = {text_.data() + start, used_ - start};
    return {};
}

base::Result<void, ParseError> CommandLine::take_quoted(std::string_view& rest) {
    char const quote = take(rest);
    while (!rest.empty() && rest.front() != quote) {
        if (rest.front() == '\\' && quote == '"') {
            TRY(take_escaped(rest));
        } else {
            text_[used_++] = take(rest);
        }
    }
    if (rest.empty()) {
        return base::fail(quote == '"' ? ParseError::OpenDoubleQuote : ParseError::OpenSingleQuote);
    }
    rest.remove_prefix(1);
    return {};
}

base::Result<void, ParseError> CommandLine::take_escaped(std::string_view& rest) {
    rest.remove_prefix(1); // the backslash
    if (rest.empty()) {
        return base::fail(ParseError::OpenBackslash);
    }
    text_[used_++] = take(rest);
    return {};
}

} // namespace shell
