// SPDX-License-Identifier: BSD-2-Clause
//
// Programs are the files of one folder.

#include <init/boot_archive.hpp>

namespace init {

namespace {

/// Asked for every program that starts: one walk has to do.
template <typename Wanted>
std::optional<BootArchive::File> first_file(formats::cpio::Archive const& archive, Wanted wanted) {
    auto const file = archive.first_file(wanted);
    return file ? std::optional{*file} : std::nullopt;
}

} // namespace

std::optional<BootArchive::File> BootArchive::find(std::string_view path) const {
    return first_file(archive_, [&](File const& file) { return file.name == path; });
}

std::optional<BootArchive::File> BootArchive::program(std::size_t index) const {
    return first_file(archive_, [&](File const& file) { return is_program(file) && index-- == 0; });
}

std::optional<BootArchive::File> BootArchive::find_program(std::string_view name) const {
    return first_file(
        archive_, [&](File const& file) { return is_program(file) && program_name(file) == name; });
}

} // namespace init
