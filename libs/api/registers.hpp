// SPDX-License-Identifier: BSD-2-Clause
//
// The registers of a thread in the order of TCB Read/WriteRegisters.
#pragma once

#include <api/types.hpp>

#include <cstddef>

namespace api {

struct UserRegisters {
    Word pc, sp, spsr;
    Word x0, x1, x2, x3, x4, x5, x6, x7, x8;
    Word x16, x17, x18, x29, x30;
    Word x9, x10, x11, x12, x13, x14, x15;
    Word x19, x20, x21, x22, x23, x24, x25, x26, x27, x28;
    Word tpidr_el0, tpidrro_el0;
};

inline constexpr std::size_t user_register_count = sizeof(UserRegisters) / sizeof(Word);
inline constexpr std::size_t frame_register_count = 17; // pc ... x30: the "frame" group
static_assert(user_register_count == 36);

/// Of every instruction: from a system call to what comes behind it.
inline constexpr Word instruction_bytes = 4;

/// Flags of TCB_SetFlags.
inline constexpr Word tcb_flag_fpu_disabled = 1;

} // namespace api
