// SPDX-License-Identifier: BSD-2-Clause
//
// System registers and barriers. The register's name is part of the instruction, hence two macros.
#pragma once

#include <base/bits.hpp>

#include <cstdint>

#define READ_REGISTER(name)                                                                        \
    ({                                                                                             \
        std::uint64_t register_value;                                                              \
        asm volatile("mrs %0, " #name : "=r"(register_value));                                     \
        register_value;                                                                            \
    })

#define WRITE_REGISTER(name, value)                                                                \
    asm volatile("msr " #name ", %0" ::"r"(std::uint64_t{value}) : "memory")

namespace arch {

/// What follows is executed with what was written to system registers before.
inline void instruction_barrier() {
    asm volatile("isb" ::: "memory");
}

/// Accesses before, and cache and TLB maintenance, are complete for all cores.
inline void data_barrier() {
    asm volatile("dsb ish" ::: "memory");
}

} // namespace arch
