// SPDX-License-Identifier: BSD-2-Clause
//
// Archives in cpio's "newc" format: how the boot image carries its files.
#pragma once

#include <base/result.hpp>
#include <formats/bytes.hpp>

namespace formats::cpio {

enum class Error : std::uint8_t {
    Truncated, // it ends before its trailer does
    BadMagic,
    BadNumber,
    BadName,
    DataOutside,
};

std::string_view describe(Error error);

template <typename T = void>
using Result = base::Result<T, Error>;

struct File {
    std::string_view path;
    Bytes data;
};

/// An archive whose every entry has been checked; walking it cannot fail.
class Archive {
public:
    /// Bytes behind the trailer are allowed and ignored.
    static Result<Archive> open(Bytes bytes);

    /// From the first header to the end of the trailer.
    [[nodiscard]] Bytes bytes() const { return bytes_; }

    [[nodiscard]] std::optional<File> find(std::string_view path) const;

    /// Where the file's data begins in the archive.
    [[nodiscard]] std::uint64_t offset(File const& file) const {
        return static_cast<std::uint64_t>(file.data.data() - bytes_.data());
    }

    /// Visits the regular files in order; fillers, which only move what follows, are left out.
    class Iterator {
    public:
        using value_type = File;
        using difference_type = std::ptrdiff_t;

        Iterator() = default;
        explicit Iterator(Bytes rest) : rest_{rest} { skip_others(); }

        File operator*() const;
        Iterator& operator++();
        Iterator operator++(int);

        friend bool operator==(Iterator const& a, Iterator const& b) {
            return a.rest_.size() == b.rest_.size();
        }

    private:
        void skip_others();

        Bytes rest_; // empty at the trailer
    };

    [[nodiscard]] Iterator begin() const { return Iterator{bytes_}; }
    [[nodiscard]] Iterator end() const { return {}; }

private:
    explicit Archive(Bytes bytes) : bytes_{bytes} {}

    Bytes bytes_;
};

} // namespace formats::cpio
