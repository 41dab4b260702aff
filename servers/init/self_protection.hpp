// SPDX-License-Identifier: BSD-2-Clause
//
// The kernel maps the root task's image readable, writable and executable throughout. Here init
// takes from itself what it does not need.
#pragma once

#include <api/boot_info.hpp>
#include <init/program_file.hpp>
#include <sys/memory.hpp>

namespace init {

/// What init's own page at `address` shall be: as the segment it lies in, or read-only data if it
/// lies in none, as the boot archive behind the image.
[[nodiscard]] sys::PageAttributes own_page_attributes(formats::elf::Program const& self,
                                                      std::uint64_t address);

/// `self` is init's own file; the image frames lie in order from its first page on.
sys::Result<> protect_self(formats::elf::Program const& self, api::SlotRegion image_frames);

} // namespace init
