// SPDX-License-Identifier: BSD-2-Clause
//
// ElfFile: makes ELF files for tests, good ones unless told otherwise.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace formats::test {

struct ElfFile {
    struct Segment {
        std::uint32_t type{1};
        std::uint32_t flags{5};
        std::uint64_t offset{0x1000};
        std::uint64_t address{0x40'0000};
        std::uint64_t physical_address{0x40'0000};
        std::uint64_t file_size{0x100};
        std::uint64_t memory_size{0x100};
        std::uint64_t alignment{0x1000};
    };

    static constexpr std::uint32_t readable = 4;
    static constexpr std::uint32_t writable = 2;
    static constexpr std::uint32_t executable = 1;

    std::array<std::uint8_t, 16> identification{0x7f, 'E', 'L', 'F', 2, 1, 1};
    std::uint16_t type{2};
    std::uint16_t machine{183};
    std::uint64_t entry{0x40'0000};
    std::uint64_t table_offset{64};
    std::uint16_t table_entry_size{56};
    std::vector<Segment> segments{
        {},
        {.flags = readable | writable,
         .offset = 0x2010,
         .address = 0x40'1010,
         .physical_address = 0x40'1010,
         .file_size = 0x20,
         .memory_size = 0x2000},
    };
    std::size_t size{0x3000};

    [[nodiscard]] std::vector<std::byte> bytes() const {
        std::vector<std::byte> file(size);
        auto const put = [&](std::size_t offset, auto value) {
            if (offset <= file.size() && sizeof value <= file.size() - offset) {
                std::memcpy(file.data() + offset, &value, sizeof value);
            }
        };
        put(0, identification);
        put(16, type);
        put(18, machine);
        put(20, std::uint32_t{1});
        put(24, entry);
        put(32, table_offset);
        put(52, std::uint16_t{64});
        put(54, table_entry_size);
        put(56, static_cast<std::uint16_t>(segments.size()));
        for (std::size_t i = 0; i < segments.size(); ++i) {
            put(table_offset + i * sizeof(Segment), segments[i]);
        }
        return file;
    }
};

static_assert(sizeof(ElfFile::Segment) == 56);

} // namespace formats::test
