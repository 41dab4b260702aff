// SPDX-License-Identifier: BSD-2-Clause
//
// Floating point: who may use it, and whose values are in it.

#include "offsets.h"
#include "system_register.hpp"
#include <arch/fpu.hpp>

#include <cstddef>

extern "C" void fpu_store(arch::FpuContext* context);
extern "C" void fpu_load(arch::FpuContext const* context);

namespace arch {

namespace {

// CPACR_EL1.FPEN: no traps from EL1 and EL0, or from both.
constexpr std::uint64_t fpu_on = base::bit(20) | base::bit(21);

static_assert(offsetof(FpuContext, v) == FPU_V);
static_assert(offsetof(FpuContext, fpcr) == FPU_FPCR);
static_assert(offsetof(FpuContext, fpsr) == FPU_FPCR + 8);

} // namespace

void save_fpu(FpuContext& context) {
    fpu_store(&context);
}

void restore_fpu(FpuContext const& context) {
    fpu_load(&context);
}

void enable_fpu() {
    WRITE_REGISTER(cpacr_el1, fpu_on);
    instruction_barrier();
}

void allow_fpu(bool allowed) {
    // The return to the program is barrier enough.
    WRITE_REGISTER(cpacr_el1, allowed ? fpu_on : 0u);
}

} // namespace arch
