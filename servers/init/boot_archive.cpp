// SPDX-License-Identifier: BSD-2-Clause
//
// Programs are the files of one folder.

#include <init/boot_archive.hpp>

namespace init {

std::optional<BootArchive::File> BootArchive::find(std::string_view path) const {
    auto const file = archive_.find(path);
    return file ? std::optional{*file} : std::nullopt;
}

std::optional<BootArchive::File> BootArchive::program(std::size_t index) const {
    for (std::size_t i = 0; auto const file = archive_.file(i); ++i) {
        if (file->name.starts_with(program_folder) && index-- == 0) {
            return *file;
        }
    }
    return std::nullopt;
}

std::optional<BootArchive::File> BootArchive::find_program(std::string_view name) const {
    for (std::size_t i = 0; auto const file = program(i); ++i) {
        if (program_name(*file) == name) {
            return file;
        }
    }
    return std::nullopt;
}

} // namespace init
