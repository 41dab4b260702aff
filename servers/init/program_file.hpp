// SPDX-License-Identifier: BSD-2-Clause
//
// ProgramFile: an ELF file that has been found fit to run.
#pragma once

#include <base/result.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace init {

class ProgramFile {
public:
    struct Segment {
        std::uint64_t offset; // in the file
        std::uint64_t file_size;
        std::uint64_t address;
        std::uint64_t memory_size;
        bool writable;
        bool executable;
    };

    /// The error says in words what is wrong with the file.
    static base::Result<ProgramFile, std::string_view> parse(std::span<std::byte const> file);

    [[nodiscard]] std::uint64_t entry() const { return entry_; }

    /// The page that the lowest segment begins in, and the first page behind the highest.
    [[nodiscard]] std::uint64_t first_page() const;
    [[nodiscard]] std::uint64_t end_page() const;

    [[nodiscard]] std::span<Segment const> segments() const {
        return std::span{segments_}.first(count_);
    }

private:
    static constexpr std::size_t max_segments = 16;

    std::uint64_t entry_{0};
    std::size_t count_{0};
    std::array<Segment, max_segments> segments_{};
};

} // namespace init
