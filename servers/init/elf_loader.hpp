// SPDX-License-Identifier: BSD-2-Clause
//
// Loads a program whole into a space of init's making.
#pragma once

#include <init/address_space.hpp>
#include <init/own_pages.hpp>
#include <init/program_file.hpp>

namespace init {

/// Every page of a segment gets a frame of its own, with what the file has for it and zeroes,
/// mapped as the segment says.
sys::Result<> load_program(formats::elf::Program const& program, AddressSpace& space,
                           ObjectFactory& factory, OwnPages& pages);

/// How a page of a segment is mapped.
[[nodiscard]] sys::PageAttributes attributes_of(formats::elf::Segment const& segment);

/// The part of a segment's file contents that falls into the page at `page`, and where in the page
/// it goes.
struct PageContents {
    formats::Bytes bytes;
    std::size_t offset;
};

[[nodiscard]] PageContents contents_of_page(formats::elf::Segment const& segment,
                                            formats::Bytes file, std::uint64_t page);

} // namespace init
