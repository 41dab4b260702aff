// SPDX-License-Identifier: BSD-2-Clause
//
// A page at a time: fill it through the window, then map it where it belongs.

#include <init/elf_loader.hpp>

#include <algorithm>
#include <cstring>

namespace init {

PageContents contents_of_page(formats::elf::Segment const& segment, formats::Bytes file,
                              std::uint64_t page) {
    auto const start = std::max(page, segment.address);
    auto const end = std::min(page + api::page_size, segment.address + segment.file_size);
    if (start >= end) {
        return {.bytes = {}, .offset = 0};
    }
    return {.bytes = file.subspan(segment.offset + (start - segment.address), end - start),
            .offset = start - page};
}

sys::PageAttributes attributes_of(formats::elf::Segment const& segment) {
    return {.rights = segment.writable ? api::Rights::ReadWrite : api::Rights::Read,
            .executable = segment.executable};
}

sys::Result<> load_program(formats::elf::Program const& program, AddressSpace& space,
                           ObjectFactory& factory, OwnPages& pages) {
    for (std::size_t i = 0; auto const segment = program.segment(i); ++i) {
        for (auto page = base::align_down(segment->address, api::page_bits); page < segment->end();
             page += api::page_size) {
            auto const frame = TRY(factory.create<sys::Frame>(api::ObjectType::SmallPage));
            auto const contents = contents_of_page(*segment, program.file(), page);
            TRY(pages.fill(frame, [&](std::span<std::byte> memory) {
                std::memcpy(memory.data() + contents.offset, contents.bytes.data(),
                            contents.bytes.size());
            }));
            TRY(space.map(frame, base::UserAddr{page}, attributes_of(*segment)));
        }
    }
    return {};
}

} // namespace init
