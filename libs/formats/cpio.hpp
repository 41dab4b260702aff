// SPDX-License-Identifier: BSD-2-Clause
//
// cpio: a reader of "newc" archives (magic 070701), the boot archive's format.
#pragma once

#include <base/result.hpp>
#include <formats/bytes.hpp>

namespace formats::cpio {

enum class Error {
    Missing,   // all zero or empty: there is no archive
    BadMagic,  // an entry does not begin as one
    BadNumber, // a header field is no hexadecimal number
    BadName,   // empty, or not ended by a NUL
    Truncated, // ends inside an entry, or without a trailer
    NotFound,
};

[[nodiscard]] std::string_view describe(Error error);

template <typename T = void>
using Result = base::Result<T, Error>;

struct Entry {
    std::string_view name; // without the padding; ends the walk if it is end_name
    Bytes data;
    std::uint64_t data_offset; // from the start of the archive
    std::uint64_t next;        // offset of the next entry

    static constexpr std::string_view end_name = "TRAILER!!!";
    static constexpr std::string_view filler_name = ".pad"; // aligns the data of what follows

    [[nodiscard]] bool is_end() const { return name == end_name; }
    [[nodiscard]] bool is_filler() const { return name == filler_name; }
};

class Archive {
public:
    explicit Archive(Bytes bytes) : bytes_{bytes} {}

    [[nodiscard]] Bytes bytes() const { return bytes_; }

    /// The entry at `offset`: 0, or the `next` of another.
    [[nodiscard]] Result<Entry> entry_at(std::uint64_t offset) const;

    /// The first file that is `wanted`; fillers are no files. Errors: also NotFound.
    template <typename Wanted>
    [[nodiscard]] Result<Entry> first_file(Wanted wanted) const {
        for (std::uint64_t offset = 0;;) {
            auto const entry = TRY(entry_at(offset));
            if (entry.is_end()) {
                return base::fail(Error::NotFound);
            }
            if (!entry.is_filler() && wanted(entry)) {
                return entry;
            }
            offset = entry.next;
        }
    }

    /// Number `index` of the files.
    [[nodiscard]] Result<Entry> file(std::size_t index) const {
        return first_file([&](Entry const&) { return index-- == 0; });
    }

    [[nodiscard]] Result<Entry> find(std::string_view name) const {
        return first_file([&](Entry const& file) { return file.name == name; });
    }

    /// Reads through to the trailer.
    [[nodiscard]] Result<> check() const;

private:
    Bytes bytes_;
};

} // namespace formats::cpio
