// SPDX-License-Identifier: BSD-2-Clause
//
// The floating-point and SIMD registers of a thread. The kernel itself never uses them.
#pragma once

#include <array>
#include <cstdint>

namespace arch {

/// Offsets are known to fpu.S.
struct alignas(16) FpuContext {
    std::array<std::uint64_t, 64> v{}; // 32 registers of 128 bits
    std::uint64_t fpcr{0};
    std::uint64_t fpsr{0};
};

/// Both need access to be enabled.
void save_fpu(FpuContext& context);
void restore_fpu(FpuContext const& context);

/// The kernel itself may use the registers, until it leaves or says otherwise.
void enable_fpu();

/// Whether the program that is resumed may use the registers; otherwise it traps.
void allow_fpu(bool allowed);

} // namespace arch
