// SPDX-License-Identifier: BSD-2-Clause
//
// What is no range is refused as a whole; nothing is guessed.

#include <base/number.hpp>
#include <shell/address_range.hpp>

namespace shell {

namespace {

std::optional<unsigned> digit_of(char letter) {
    constexpr std::string_view digits = "0123456789abcdef";
    auto const lower = letter >= 'A' && letter <= 'F' ? letter - 'A' + 'a' : letter;
    auto const digit = digits.find(static_cast<char>(lower));
    return digit == std::string_view::npos ? std::nullopt
                                           : std::optional{static_cast<unsigned>(digit)};
}

/// std::from_chars for bases other than 10 reckons in floating point, which programs here have not.
std::optional<std::uint64_t> parse_hexadecimal(std::string_view text) {
    constexpr unsigned base = 16;
    if (text.empty()) {
        return std::nullopt;
    }
    std::uint64_t value = 0;
    for (char const letter : text) {
        auto const digit = digit_of(letter);
        if (!digit || value > ~std::uint64_t{0} / base) {
            return std::nullopt;
        }
        value = value * base + *digit;
    }
    return value;
}

} // namespace

std::optional<std::uint64_t> parse_address(std::string_view text) {
    constexpr std::string_view prefix = "0x";
    return text.starts_with(prefix) ? parse_hexadecimal(text.substr(prefix.size()))
                                    : base::parse_number(text);
}

std::optional<AddressRange> parse_range(std::string_view text) {
    auto const at = text.find_first_of("-+");
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    auto const start = parse_address(text.substr(0, at));
    auto const second = parse_address(text.substr(at + 1));
    if (!start || !second) {
        return std::nullopt;
    }
    auto const end = text[at] == '+' ? *start + *second : *second; // may wrap: then it is below
    if (end <= *start) {
        return std::nullopt;
    }
    return AddressRange{.start = *start, .end = end};
}

} // namespace shell
