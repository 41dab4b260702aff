// SPDX-License-Identifier: BSD-2-Clause
//
// Any file: it is refused, or every promise about what is accepted holds.

#include "../unit/libs/formats/elf_file.hpp"
#include "spoiled_sample.hpp"
#include <formats/elf.hpp>

#include <cstdlib>

namespace {

void require(bool condition) {
    if (!condition) {
        std::abort();
    }
}

void check(formats::elf::Program const& program, formats::elf::AddressRange allowed) {
    std::uint64_t end = allowed.begin;
    bool entry_found = false;
    for (std::size_t i = 0; auto const segment = program.segment(i); ++i) {
        require(segment->address >= end && segment->end() <= allowed.end);
        require(segment->memory_size > 0 && segment->file_size <= segment->memory_size);
        require(formats::inside(program.file(), segment->offset, segment->file_size));
        require((segment->address - segment->offset) % 4096 == 0);
        require(!(segment->writable && segment->executable));
        entry_found |= segment->executable && segment->address <= program.entry() &&
                       program.entry() < segment->end();
        end = (segment->end() + 4095) / 4096 * 4096; // no page is shared
    }
    require(entry_found);
    require(program.pages().end == end);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static auto const sample = formats::test::ElfFile{.size = 0x2100}.bytes();
    auto const file = fuzz::spoiled(sample, {data, size});
    constexpr formats::elf::AddressRange allowed{0x1000, 0x7fff'ffff'f000};
    if (auto const program = formats::elf::Program::parse(file, allowed)) {
        check(*program, allowed);
    } else {
        require(describe(program.error()) != "unknown error");
    }
    return 0;
}
