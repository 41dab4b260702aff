// SPDX-License-Identifier: BSD-2-Clause
//
// BootArchive: the files that came with the boot image, and which of them can be spawned.
#pragma once

#include <formats/cpio.hpp>

#include <optional>
#include <string_view>

namespace init {

class BootArchive {
public:
    using File = formats::cpio::Entry;

    explicit BootArchive(formats::Bytes bytes) : archive_{bytes} {}

    [[nodiscard]] formats::Bytes bytes() const { return archive_.bytes(); }

    /// Before anything else.
    [[nodiscard]] formats::cpio::Result<> check() const { return archive_.check(); }

    [[nodiscard]] std::optional<File> find(std::string_view path) const;

    /// The program called `name`.
    [[nodiscard]] std::optional<File> find_program(std::string_view name) const;

    /// Number `index` of the programs.
    [[nodiscard]] std::optional<File> program(std::size_t index) const;

    /// What a program is called.
    [[nodiscard]] static std::string_view program_name(File const& file) {
        return file.name.substr(program_folder.size());
    }

private:
    static constexpr std::string_view program_folder = "bin/";

    [[nodiscard]] static bool is_program(File const& file) {
        return file.name.starts_with(program_folder);
    }

    formats::cpio::Archive archive_;
};

} // namespace init
