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

void set_access(std::uint64_t wanted) {
    if (READ_REGISTER(cpacr_el1) != wanted) { // the barrier costs more than the look
        WRITE_REGISTER(cpacr_el1, wanted);
        instruction_barrier();
    }
}

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
    set_access(fpu_on);
}

void disable_fpu() {
    set_access(0);
}

} // namespace arch
