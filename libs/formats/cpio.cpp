// SPDX-License-Identifier: BSD-2-Clause
//
// cpio: a header of hexadecimal numbers, a name, data; each padded to four bytes.

#include <base/bits.hpp>
#include <formats/cpio.hpp>

#include <algorithm>
#include <optional>

namespace formats::cpio {

namespace {

constexpr std::string_view magic = "070701";
constexpr std::size_t field_digits = 8;
constexpr std::size_t field_count = 13;
constexpr std::size_t header_size = 6 + field_count * field_digits;
constexpr std::size_t file_size_field = 6;
constexpr std::size_t name_size_field = 11;
constexpr unsigned padding_bits = 2;

/// A digit's value, or nothing. std::from_chars would do in base 16 too, but with floating point.
std::optional<std::uint32_t> digit_value(char c) {
    constexpr std::string_view lower = "0123456789abcdef";
    constexpr std::string_view upper = "0123456789ABCDEF";
    auto const value = std::min(lower.find(c), upper.find(c));
    return value < lower.size() ? std::optional{static_cast<std::uint32_t>(value)} : std::nullopt;
}

Result<std::uint32_t> number(Bytes header, std::size_t field) {
    std::uint32_t value = 0;
    auto const digits = header.subspan(magic.size() + field * field_digits, field_digits);
    for (char const c : as_text(digits)) {
        auto const digit = digit_value(c);
        if (!digit) {
            return base::fail(Error::BadNumber);
        }
        value = value * 16 + *digit;
    }
    return value;
}

} // namespace

std::string_view describe(Error error) {
    switch (error) {
    case Error::Missing: return "missing";
    case Error::BadMagic: return "damaged (an entry does not begin as one)";
    case Error::BadNumber: return "damaged (a header field is no number)";
    case Error::BadName: return "damaged (a name is empty or has no end)";
    case Error::Truncated: return "truncated";
    case Error::NotFound: return "not in the boot archive";
    }
    return "unknown error";
}

Result<Entry> Archive::entry_at(std::uint64_t offset) const {
    if (offset >= bytes_.size()) {
        return base::fail(offset == 0 ? Error::Missing : Error::Truncated);
    }
    if (!inside(bytes_, offset, header_size)) {
        return base::fail(Error::Truncated);
    }
    auto const header = bytes_.subspan(offset, header_size);
    if (as_text(header.first(magic.size())) != magic) {
        bool const blank = offset == 0 && header.front() == std::byte{0};
        return base::fail(blank ? Error::Missing : Error::BadMagic);
    }
    auto const data_size = TRY(number(header, file_size_field));
    auto const name_size = TRY(number(header, name_size_field));
    auto const name_offset = offset + header_size;
    if (!inside(bytes_, name_offset, name_size)) {
        return base::fail(Error::Truncated);
    }
    auto const padded_name = as_text(bytes_.subspan(name_offset, name_size));
    auto const name = padded_name.substr(0, padded_name.find('\0'));
    if (name.empty() || name.size() == padded_name.size()) {
        return base::fail(Error::BadName);
    }
    auto const data_offset = base::align_up(name_offset + name_size, padding_bits);
    if (!inside(bytes_, data_offset, data_size)) {
        return base::fail(Error::Truncated);
    }
    return Entry{.name = name,
                 .data = bytes_.subspan(data_offset, data_size),
                 .data_offset = data_offset,
                 .next = base::align_up(data_offset + data_size, padding_bits)};
}

Result<> Archive::check() const {
    for (std::uint64_t offset = 0;;) {
        auto const entry = TRY(entry_at(offset));
        if (entry.is_end()) {
            return {};
        }
        offset = entry.next;
    }
}

} // namespace formats::cpio
