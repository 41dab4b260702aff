// SPDX-License-Identifier: BSD-2-Clause
//
// The floating-point registers of the pretended machine.
#pragma once

#include <array>
#include <cstdint>

namespace arch {

struct alignas(16) FpuContext {
    std::array<std::uint64_t, 64> v{};
    std::uint64_t fpcr{0};
    std::uint64_t fpsr{0};
};

void save_fpu(FpuContext& context);
void restore_fpu(FpuContext const& context);

/// The kernel itself may use the registers, until it leaves or says otherwise.
void enable_fpu();

/// Whether the program that is resumed may use the registers; otherwise it traps.
void allow_fpu(bool allowed);

} // namespace arch
