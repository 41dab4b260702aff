// SPDX-License-Identifier: BSD-2-Clause
//
// Payload: nothing in it is believed before its checksum has been found right.

#include "payload.hpp"

#include "console.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

extern "C" char loader_begin[];
extern "C" char loader_end[];
extern "C" loader::PayloadDescriptor const payload_descriptor;

namespace loader {

namespace cpio = formats::cpio;
namespace elf = formats::elf;

namespace {

constexpr std::uint64_t largest_archive = std::uint64_t{1} << 30;

/// make_image wrote it after the compiler was done: read what is there.
PayloadDescriptor descriptor() {
    PayloadDescriptor copy;
    auto const volatile* const words =
        reinterpret_cast<std::uint64_t const volatile*>(&payload_descriptor);
    copy.magic = words[0];
    copy.archive_offset = words[1];
    copy.archive_size = words[2];
    copy.archive_crc32 = words[3];
    return copy;
}

bool plausible(PayloadDescriptor const& d) {
    return d.magic == PayloadDescriptor::expected_magic && d.archive_size != 0 &&
           d.archive_offset >= loader_range().size() && d.archive_offset < largest_archive &&
           d.archive_size < largest_archive;
}

/// CRC-32 (the one of zlib and Ethernet) with the processor's own instructions. A whole archive
/// lies on a multiple of words, and is most of what the loader reads: it goes by words. One that
/// does not is damaged, and still gets its checksum: with the MMU off, words elsewhere cannot be
/// read.
[[gnu::target("crc")]] std::uint32_t crc32(formats::Bytes bytes) {
    using Word = std::uint64_t;
    auto const* const begin = bytes.data();
    auto const is_aligned = reinterpret_cast<std::uintptr_t>(begin) % sizeof(Word) == 0;
    std::span const words{reinterpret_cast<Word const*>(begin),
                          is_aligned ? bytes.size() / sizeof(Word) : 0};
    std::uint32_t crc = ~0u;
    for (auto const word : words) {
        crc = __builtin_arm_crc32d(crc, word);
    }
    for (auto const byte : bytes.subspan(words.size_bytes())) {
        crc = __builtin_arm_crc32b(crc, std::to_integer<std::uint8_t>(byte));
    }
    return ~crc;
}

} // namespace

base::PhysRange loader_range() {
    return {base::PhysAddr{reinterpret_cast<std::uint64_t>(loader_begin)},
            base::PhysAddr{reinterpret_cast<std::uint64_t>(loader_end)}};
}

base::PhysRange image_range() {
    auto const loader = loader_range();
    auto const d = descriptor();
    return {loader.begin,
            plausible(d) ? loader.begin + (d.archive_offset + d.archive_size) : loader.end};
}

cpio::Archive boot_archive() {
    auto const d = descriptor();
    if (!plausible(d)) {
        refuse("boot archive missing: the image holds none");
    }
    auto const* const begin = reinterpret_cast<std::byte const*>(loader_begin + d.archive_offset);
    return cpio::Archive{{begin, d.archive_size}};
}

void verify(cpio::Archive const& archive) {
    auto const expected = descriptor().archive_crc32;
    auto const found = crc32(archive.bytes());
    if (found != expected) {
        refuse("boot archive truncated or damaged: its checksum is ", base::Hex{found, 8}, ", not ",
               base::Hex{expected, 8});
    }
    if (auto const checked = archive.check(); !checked) {
        refuse("boot archive ", cpio::describe(checked.error()));
    }
}

std::optional<elf::Program> find_program(cpio::Archive const& archive, std::string_view name,
                                         elf::AddressRange allowed) {
    auto const entry = archive.find(name);
    if (!entry) {
        return std::nullopt;
    }
    auto const parsed = elf::Program::parse(entry->data, allowed);
    return parsed ? std::optional{*parsed} : std::nullopt;
}

elf::Program program(cpio::Archive const& archive, std::string_view name,
                     elf::AddressRange allowed) {
    auto const entry = archive.find(name);
    if (!entry) {
        refuse(name, ": ", cpio::describe(entry.error()));
    }
    auto const parsed = elf::Program::parse(entry->data, allowed);
    if (!parsed) {
        refuse(name, ": ", elf::describe(parsed.error()));
    }
    return *parsed;
}

} // namespace loader
