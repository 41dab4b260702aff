// SPDX-License-Identifier: BSD-2-Clause
//
// How the printer shows each kind of value.

#include <shell/printer.hpp>

#include <algorithm>
#include <bit>

namespace shell {

namespace {

std::string_view escape_of(Style style) {
    switch (style) {
    case Style::Normal: return "\x1b[0m";
    case Style::Bold: return "\x1b[1m";
    case Style::Dim: return "\x1b[2m";
    case Style::Red: return "\x1b[31m";
    case Style::Green: return "\x1b[32m";
    case Style::Yellow: return "\x1b[33m";
    case Style::Blue: return "\x1b[34m";
    case Style::Magenta: return "\x1b[35m";
    case Style::Cyan: return "\x1b[36m";
    }
    return {};
}

struct Unit {
    std::string_view name;
    std::uint64_t bytes;
};

constexpr std::array<Unit, 4> units{
    {{"B", 1}, {"KiB", base::bit(10)}, {"MiB", base::bit(20)}, {"GiB", base::bit(30)}}};

} // namespace

std::string_view format_size(std::span<char> buffer, std::uint64_t bytes) {
    auto const* unit = units.begin();
    while (unit + 1 != units.end() && bytes >= unit[1].bytes) {
        ++unit;
    }
    base::Writer writer{buffer};
    writer.put(bytes / unit->bytes);
    bool const three_digits = bytes / unit->bytes >= 100; // which is as exact as people want it
    if (unit->bytes > 1 && !three_digits) {
        writer.put('.').put(bytes % unit->bytes * 10 / unit->bytes);
    }
    writer.put(' ').put(unit->name);
    return writer.text();
}

void Printer::flush() {
    if (used_ > 0) {
        terminal_.write({buffer_.data(), used_});
        used_ = 0;
    }
}

void Printer::put(std::string_view text) {
    while (!text.empty()) {
        if (used_ == buffer_.size()) {
            flush();
        }
        auto const part = text.substr(0, buffer_.size() - used_);
        std::ranges::copy(part, buffer_.begin() + used_);
        used_ += part.size();
        text.remove_prefix(part.size());
    }
}

void Printer::put(base::Left left) {
    put(left.text);
    for (auto column = left.text.size(); column < left.width; ++column) {
        put(' ');
    }
}

void Printer::put(Padded number) {
    std::uint64_t limit = 10;
    for (unsigned digit = 1; digit < number.digits; ++digit, limit *= 10) {
        if (number.value < limit) {
            put('0');
        }
    }
    put(number.value);
}

void Printer::put(RightText text) {
    for (auto column = text.text.size(); column < text.width; ++column) {
        put(' ');
    }
    put(text.text);
}

void Printer::put(Style style) {
    if (!plain_) {
        put(escape_of(style));
    }
}

void Printer::put(Size size) {
    std::array<char, 32> buffer;
    if (plain_) {
        put(RightText{base::format_to(buffer, size.bytes), size.width});
    } else {
        put(RightText{format_size(buffer, size.bytes), size.width});
    }
}

void Printer::put(Percent share) {
    if (plain_) {
        return;
    }
    auto const per_mille = share.whole == 0 ? 0 : share.part * 1000 / share.whole;
    print(base::Right{per_mille / 10, 5}, '.', per_mille % 10, " % ");
}

void Printer::put(Bar bar) {
    if (plain_) {
        return;
    }
    // No bar is as wide as 2^8: with so many bits to spare the product does not overflow.
    constexpr int spare_bits = 8;
    auto const shift = std::countl_zero(bar.whole) < spare_bits ? spare_bits : 0;
    auto const whole = bar.whole >> shift;
    auto const part = std::min(bar.part >> shift, whole);
    auto const marks = whole == 0 ? 0 : (part * bar.width + whole / 2) / whole;
    put('[');
    for (std::size_t column = 0; column < bar.width; ++column) {
        bool const is_trace = column == 0 && marks == 0 && part > 0; // too little for a mark
        put(column < marks ? '#' : is_trace ? ':' : '.');
    }
    put(']');
}

} // namespace shell
