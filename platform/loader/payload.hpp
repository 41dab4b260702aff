// SPDX-License-Identifier: BSD-2-Clause
//
// Payload: what is behind the loader in its image, the boot archive with the kernel and the root
// task. tools/make_image.py fills in the descriptor.
#pragma once

#include <base/address.hpp>
#include <formats/cpio.hpp>
#include <formats/elf.hpp>

namespace loader {

struct PayloadDescriptor {
    static constexpr std::uint64_t expected_magic = 0x676d'4965'7269'7551; // "QuireImg"

    std::uint64_t magic;
    std::uint64_t archive_offset; // from the start of the image
    std::uint64_t archive_size;
    std::uint64_t archive_crc32;
};

static_assert(sizeof(PayloadDescriptor) == 32);

/// The loader itself, with its stack and tables.
[[nodiscard]] base::PhysRange loader_range();

/// The image in memory: loader and archive.
[[nodiscard]] base::PhysRange image_range();

/// The archive, not looked at yet. Stops if the image brought none.
[[nodiscard]] formats::cpio::Archive boot_archive();

/// Stops if the archive is not what was put into the image.
void verify(formats::cpio::Archive const& archive);

/// A program of the archive, as its ELF segments say. Stops if it is missing or no good.
[[nodiscard]] formats::elf::Program program(formats::cpio::Archive const& archive,
                                            std::string_view name,
                                            formats::elf::AddressRange allowed);

/// As program(), but nothing if there is anything wrong: for a look ahead of verify().
[[nodiscard]] std::optional<formats::elf::Program>
find_program(formats::cpio::Archive const& archive, std::string_view name,
             formats::elf::AddressRange allowed);

} // namespace loader
