// SPDX-License-Identifier: BSD-2-Clause
//
// BootArchive: the files that came with the boot image.
#pragma once

#include <base/result.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace init {

class BootArchive {
public:
    struct File {
        std::string_view path;
        std::span<std::byte const> data;
    };

    explicit BootArchive(std::span<std::byte const> bytes) : bytes_{bytes} {}

    [[nodiscard]] std::span<std::byte const> bytes() const { return bytes_; }

    /// Before anything else. The error is in words.
    [[nodiscard]] base::Result<void, std::string_view> check() const;

    [[nodiscard]] std::optional<File> find(std::string_view path) const;

    [[nodiscard]] std::optional<File> find_program(std::string_view name) const;

    /// Number `index` of the programs that may be spawned.
    [[nodiscard]] std::optional<File> program(std::size_t index) const;

    /// Where a file's data begins, from the start of the archive.
    [[nodiscard]] std::uint64_t offset(File const& file) const {
        return static_cast<std::uint64_t>(file.data.data() - bytes_.data());
    }

    static constexpr std::string_view program_folder = "bin/";

private:
    std::span<std::byte const> bytes_;
};

} // namespace init
