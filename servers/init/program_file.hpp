// SPDX-License-Identifier: BSD-2-Clause
//
// What init accepts as a program: an ELF file that keeps to the part of the address space that
// belongs to program files.
#pragma once

#include <api/object.hpp>
#include <formats/elf.hpp>

namespace init {

/// Page 0 stays empty; above are the areas of the pager, the stack and the IPC buffer.
inline constexpr formats::elf::AddressRange program_area{api::page_size, 0x10'0000'0000};

[[nodiscard]] inline formats::elf::Result<formats::elf::Program>
parse_program(formats::Bytes file) {
    return formats::elf::Program::parse(file, program_area);
}

} // namespace init
