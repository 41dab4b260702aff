// SPDX-License-Identifier: BSD-2-Clause
//
// An entry is a header of hexadecimal text, a name and data, each padded to four bytes:
//
//   "070701" 13 numbers of 8 digits | name \0 | pad | data | pad

#include <base/bits.hpp>
#include <formats/cpio.hpp>

#include <charconv>

namespace formats::cpio {

namespace {

constexpr std::string_view magic = "070701";
constexpr std::string_view trailer = "TRAILER!!!";
constexpr std::string_view filler = ".pad";
constexpr std::uint64_t digits = 8;
constexpr std::uint64_t header_size = 110;
constexpr unsigned padding_bits = 2;

enum class Field : std::uint8_t { Mode = 1, FileSize = 6, NameSize = 11 };

using FileType = base::Bits<std::uint32_t, 12, 4>;
constexpr std::uint32_t regular_file = 8;

struct Entry {
    File file;
    std::uint32_t mode;
    std::uint64_t size; // with all padding: where the next one begins

    [[nodiscard]] bool is_trailer() const { return file.path == trailer; }

    [[nodiscard]] bool is_wanted() const {
        return FileType::get(mode) == regular_file && file.path != filler;
    }
};

Result<std::uint32_t> number(Bytes entry, Field field) {
    auto const text =
        as_text(entry.subspan(magic.size() + static_cast<std::uint64_t>(field) * digits, digits));
    std::uint32_t value{};
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return base::fail(Error::BadNumber);
    }
    return value;
}

Result<Entry> read_entry(Bytes rest) {
    if (rest.size() < header_size) {
        return base::fail(Error::Truncated);
    }
    if (as_text(rest.first(magic.size())) != magic) {
        return base::fail(Error::BadMagic);
    }
    std::uint64_t const file_size = TRY(number(rest, Field::FileSize));
    std::uint64_t const name_size = TRY(number(rest, Field::NameSize));
    if (!holds(rest, header_size, name_size)) {
        return base::fail(Error::Truncated);
    }
    // The one zero byte of the name is its last.
    auto const name = terminated_text(rest.subspan(header_size, name_size), 0);
    if (!name || name->empty() || name->size() + 1 != name_size) {
        return base::fail(Error::BadName);
    }
    auto const data = base::align_up(header_size + name_size, padding_bits);
    if (!holds(rest, data, file_size)) {
        return base::fail(Error::DataOutside);
    }
    return Entry{.file = {.path = *name, .data = rest.subspan(data, file_size)},
                 .mode = TRY(number(rest, Field::Mode)),
                 .size = base::align_up(data + file_size, padding_bits)};
}

/// Of an archive that has been checked.
Entry checked_entry(Bytes rest) {
    return *read_entry(rest);
}

} // namespace

std::string_view describe(Error error) {
    switch (error) {
    case Error::Truncated: return "it is truncated";
    case Error::BadMagic: return "an entry does not begin with the mark of a cpio archive";
    case Error::BadNumber: return "a header holds something else than a number";
    case Error::BadName: return "a file name is empty or not terminated";
    case Error::DataOutside: return "the data of a file lies outside";
    }
    return "unknown error";
}

Result<Archive> Archive::open(Bytes bytes) {
    for (std::uint64_t position = 0;;) {
        if (position > bytes.size()) {
            return base::fail(Error::Truncated);
        }
        auto const entry = TRY(read_entry(bytes.subspan(position)));
        if (entry.is_trailer()) {
            auto const end = std::min(position + entry.size, std::uint64_t{bytes.size()});
            return Archive{bytes.first(end)};
        }
        position += entry.size;
    }
}

std::optional<File> Archive::find(std::string_view path) const {
    for (auto const& file : *this) {
        if (file.path == path) {
            return file;
        }
    }
    return std::nullopt;
}

void Archive::Iterator::skip_others() {
    while (!rest_.empty()) {
        auto const entry = checked_entry(rest_);
        if (entry.is_trailer()) {
            rest_ = {};
        } else if (entry.is_wanted()) {
            return;
        } else {
            rest_ = rest_.subspan(entry.size);
        }
    }
}

File Archive::Iterator::operator*() const {
    return checked_entry(rest_).file;
}

Archive::Iterator& Archive::Iterator::operator++() {
    rest_ = rest_.subspan(checked_entry(rest_).size);
    skip_others();
    return *this;
}

Archive::Iterator Archive::Iterator::operator++(int) {
    auto const old = *this;
    ++*this;
    return old;
}

} // namespace formats::cpio
