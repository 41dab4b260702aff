// SPDX-License-Identifier: BSD-2-Clause
//
// A page at a time: fill it through the window, then map it where it belongs.

#include <init/elf_loader.hpp>

#include <algorithm>
#include <cstring>

namespace init {

PageContents contents_of_page(ProgramFile::Segment const& segment, std::span<std::byte const> file,
                              std::uint64_t page) {
    auto const start = std::max(page, segment.address);
    auto const end = std::min(page + api::page_size, segment.address + segment.file_size);
    if (start >= end) {
        return {.bytes = {}, .offset = 0};
    }
    return {.bytes = file.subspan(segment.offset + (start - segment.address), end - start),
            .offset = start - page};
}

sys::Result<> load_program(ProgramFile const& program, std::span<std::byte const> file,
                           AddressSpace& space, ObjectFactory& factory, OwnPages& pages) {
    for (auto const& segment : program.segments()) {
        sys::PageAttributes const attributes{.rights = segment.writable ? api::Rights::ReadWrite
                                                                        : api::Rights::Read,
                                             .executable = segment.executable};
        auto const end = segment.address + segment.memory_size;
        for (auto page = base::align_down(segment.address, api::page_bits); page < end;
             page += api::page_size) {
            auto const frame = TRY(factory.create<sys::Frame>(api::ObjectType::SmallPage));
            auto const contents = contents_of_page(segment, file, page);
            TRY(pages.fill(frame, [&](std::span<std::byte> memory) {
                std::ranges::copy(contents.bytes, memory.subspan(contents.offset).begin());
            }));
            TRY(space.map(frame, base::UserAddr{page}, attributes));
        }
    }
    return {};
}

} // namespace init
