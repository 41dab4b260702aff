// SPDX-License-Identifier: BSD-2-Clause
//
// An ELF file by hand.

#include "cpio_writer.hpp"

#include <cstring>

namespace init_test {

namespace {

template <typename T>
void put(std::string& file, std::size_t offset, T value) {
    std::memcpy(file.data() + offset, &value, sizeof value);
}

void segment(std::string& file, std::size_t index, std::uint32_t flags, std::uint64_t offset,
             std::uint64_t address) {
    auto const header = 64 + index * 56;
    put(file, header, std::uint32_t{1});
    put(file, header + 4, flags);
    put(file, header + 8, offset);
    put(file, header + 16, address);
    put(file, header + 24, address);
    put(file, header + 32, std::uint64_t{0x100});
    put(file, header + 40, std::uint64_t{0x180});
    put(file, header + 48, std::uint64_t{0x1000});
}

} // namespace

std::string small_program() {
    std::string file(0x2100, '\0');
    std::memcpy(file.data(),
                "\x7f"
                "ELF\2\1\1",
                7);
    put(file, 16, std::uint16_t{2});
    put(file, 18, std::uint16_t{183});
    put(file, 20, std::uint32_t{1});
    put(file, 24, std::uint64_t{0x40'0000});
    put(file, 32, std::uint64_t{64});
    put(file, 52, std::uint16_t{64});
    put(file, 54, std::uint16_t{56});
    put(file, 56, std::uint16_t{2});
    segment(file, 0, 5, 0x1000, 0x40'0000);
    segment(file, 1, 6, 0x2000, 0x40'1000);
    return file;
}

} // namespace init_test
