// SPDX-License-Identifier: BSD-2-Clause
//
// What the processor says about an exception.
#pragma once

#include "offsets.h"
#include <base/bits.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace arch {

/// ESR_EL1.EC.
enum class ExceptionClass : std::uint8_t {
    FloatingPoint = 0x07,
    SystemCall = 0x15,
    InstructionAbort = 0x20,
    InstructionAbortSame = 0x21,
    ProgramCounterAlignment = 0x22,
    DataAbort = 0x24,
    DataAbortSame = 0x25,
    StackAlignment = 0x26,
    Breakpoint = 0x3c,
};

struct ExceptionSyndrome {
    using Class = base::Bits<ExceptionClass, 26, 6>;
};

/// Where vectors.S leaves the registers of an exception that must not happen.
struct ExceptionFrame {
    std::array<std::uint64_t, 31> x;
    std::uint64_t sp;
    std::uint64_t elr;
    std::uint64_t spsr;
    std::uint64_t esr;
    std::uint64_t far;
    std::uint64_t vector;
};

static_assert(offsetof(ExceptionFrame, x) == FRAME_X);
static_assert(offsetof(ExceptionFrame, sp) == FRAME_SP);
static_assert(offsetof(ExceptionFrame, elr) == FRAME_ELR);
static_assert(offsetof(ExceptionFrame, spsr) == FRAME_SPSR);
static_assert(offsetof(ExceptionFrame, esr) == FRAME_ESR);
static_assert(offsetof(ExceptionFrame, far) == FRAME_FAR);
static_assert(offsetof(ExceptionFrame, vector) == FRAME_VECTOR);
static_assert(sizeof(ExceptionFrame) <= FRAME_SIZE);

} // namespace arch
