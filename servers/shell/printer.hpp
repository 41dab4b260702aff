// SPDX-License-Identifier: BSD-2-Clause
//
// Printer: text, numbers, sizes, bars and colours for people. It sends whole lines at once.
#pragma once

#include <base/bits.hpp>
#include <base/format.hpp>
#include <shell/terminal.hpp>

#include <array>
#include <cstdint>

namespace shell {

enum class Style : std::uint8_t { Normal, Bold, Dim, Red, Green, Yellow, Blue, Magenta, Cyan };

/// A number of bytes in the unit that reads best, flush right in a column of `width`.
struct Size {
    std::uint64_t bytes;
    std::size_t width{0};
};

/// A number with zeroes in front: at least `digits` digits.
struct Padded {
    std::uint64_t value;
    unsigned digits;
};

/// Text flush right in a column of `width`.
struct RightText {
    std::string_view text;
    std::size_t width;
};

/// `part` of `whole`, as "    4.5 % ". Of nothing, anything is nothing.
struct Percent {
    std::uint64_t part;
    std::uint64_t whole;
};

/// `part` of `whole`: [#####.....], `width` characters between the brackets.
struct Bar {
    std::uint64_t part;
    std::uint64_t whole;
    std::size_t width;
};

class Printer {
public:
    explicit Printer(Terminal& terminal) : terminal_{terminal} {}
    Printer(Printer const&) = delete;
    Printer& operator=(Printer const&) = delete;
    ~Printer() { flush(); }

    /// Without colours, shares and bars, for scripts.
    void set_plain(bool plain) { plain_ = plain; }
    [[nodiscard]] bool plain() const { return plain_; }

    template <typename... Args>
    Printer& print(Args const&... args) {
        (put(args), ...);
        return *this;
    }

    template <typename... Args>
    void line(Args const&... args) {
        print(args..., '\n');
        flush();
    }

    void flush();

private:
    void put(std::string_view text);
    void put(char const* text) { put(std::string_view{text}); }
    void put(char c) { put(std::string_view{&c, 1}); }
    void put(Style style);
    void put(Size size);
    void put(Padded number);
    void put(RightText text);
    void put(Percent share);
    void put(Bar bar);

    template <typename T>
        requires requires(base::Writer writer, T value) { writer.put(value); }
    void put(T const& value) {
        std::array<char, 64> buffer;
        put(base::format_to(buffer, value));
    }

    void put(base::Left left);

    Terminal& terminal_;
    std::array<char, 512> buffer_{};
    std::size_t used_{0};
    bool plain_{false};
};

/// "1.5 MiB" and the like, into a caller's buffer.
[[nodiscard]] std::string_view format_size(std::span<char> buffer, std::uint64_t bytes);

} // namespace shell
