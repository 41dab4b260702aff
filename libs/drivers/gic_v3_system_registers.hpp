// SPDX-License-Identifier: BSD-2-Clause
//
// The registers that a core handles GICv3 interrupts through, on AArch64 at EL1.
#pragma once

#include <drivers/gic_v3.hpp>

namespace drivers {

struct GicSystemRegisters {
    template <GicCpuRegister Which>
    [[nodiscard]] std::uint64_t read() const {
        std::uint64_t value;
        if constexpr (Which == GicCpuRegister::Acknowledge) {
            // The barrier: taking the interrupt is over before its device is touched.
            asm volatile("mrs %0, s3_0_c12_c12_0; dsb sy" : "=r"(value)::"memory");
        } else {
            static_assert(Which == GicCpuRegister::Affinity, "nobody reads the others");
            asm volatile("mrs %0, mpidr_el1" : "=r"(value));
        }
        return value;
    }

    template <GicCpuRegister Which>
    void write(std::uint64_t value) const {
        using enum GicCpuRegister;
        if constexpr (Which == SystemRegisterEnable) {
            asm volatile("msr s3_0_c12_c12_5, %0; isb" ::"r"(value) : "memory");
        } else if constexpr (Which == PriorityMask) {
            asm volatile("msr s3_0_c4_c6_0, %0; isb" ::"r"(value) : "memory");
        } else if constexpr (Which == BinaryPoint) {
            asm volatile("msr s3_0_c12_c12_3, %0; isb" ::"r"(value) : "memory");
        } else if constexpr (Which == Control) {
            asm volatile("msr s3_0_c12_c12_4, %0; isb" ::"r"(value) : "memory");
        } else if constexpr (Which == GroupEnable) {
            asm volatile("msr s3_0_c12_c12_7, %0; isb" ::"r"(value) : "memory");
        } else if constexpr (Which == End) {
            asm volatile("msr s3_0_c12_c12_1, %0; isb" ::"r"(value) : "memory");
        } else {
            static_assert(Which == SoftwareInterrupt, "the others are read-only");
            // The barrier: what the interrupted core shall find is visible before it is told.
            asm volatile("dsb ishst; msr s3_0_c12_c11_5, %0; isb" ::"r"(value) : "memory");
        }
    }
};

} // namespace drivers
