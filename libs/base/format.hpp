// SPDX-License-Identifier: BSD-2-Clause
//
// A small formatter over std::to_chars: text, numbers and padding into a fixed buffer. What does
// not fit is cut, never written past the end. It needs no heap, no locale and no floating point.
#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace base {

/// A number shown in base 16 with a leading 0x, at least `digits` digits.
struct Hex {
    std::uint64_t value;
    unsigned digits{1};
};

/// Text or a number in a column of `width`: flush left or flush right.
struct Left {
    std::string_view text;
    std::size_t width;
};

struct Right {
    std::uint64_t value;
    std::size_t width;
};

/// Appends to a caller's buffer; `text()` is what was written so far.
class Writer {
public:
    explicit constexpr Writer(std::span<char> buffer) : buffer_{buffer} {}

    [[nodiscard]] constexpr std::string_view text() const { return {buffer_.data(), used_}; }

    constexpr Writer& put(char c) {
        if (used_ < buffer_.size()) {
            buffer_[used_++] = c;
        }
        return *this;
    }

    constexpr Writer& put(std::string_view text) {
        for (char const c : text) {
            put(c);
        }
        return *this;
    }

    constexpr Writer& put(char const* text) { return put(std::string_view{text}); }

    constexpr Writer& put(std::integral auto value) {
        char digits[24];
        auto const end = std::to_chars(digits, digits + sizeof digits, value).ptr;
        return put(std::string_view{digits, static_cast<std::size_t>(end - digits)});
    }

    constexpr Writer& put(Hex hex) {
        char digits[16];
        auto const end = std::to_chars(digits, digits + sizeof digits, hex.value, 16).ptr;
        auto const length = static_cast<std::size_t>(end - digits);
        put("0x");
        fill('0', hex.digits > length ? hex.digits - length : 0);
        return put(std::string_view{digits, length});
    }

    constexpr Writer& put(Left left) {
        put(left.text);
        return fill(' ', left.width > left.text.size() ? left.width - left.text.size() : 0);
    }

    constexpr Writer& put(Right right) {
        char digits[24];
        auto const end = std::to_chars(digits, digits + sizeof digits, right.value).ptr;
        auto const length = static_cast<std::size_t>(end - digits);
        fill(' ', right.width > length ? right.width - length : 0);
        return put(std::string_view{digits, length});
    }

    constexpr Writer& fill(char c, std::size_t count) {
        for (; count > 0; --count) {
            put(c);
        }
        return *this;
    }

private:
    std::span<char> buffer_;
    std::size_t used_{0};
};

/// Writes all arguments one after another.
template <typename... Args>
constexpr std::string_view format_to(std::span<char> buffer, Args const&... args) {
    Writer writer{buffer};
    (writer.put(args), ...);
    return writer.text();
}

} // namespace base
