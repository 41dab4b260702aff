// SPDX-License-Identifier: BSD-2-Clause
//
// The CPU interface of the GICv3: system registers.
#pragma once

#include "system_register.hpp"
#include <drivers/gic_v3.hpp>

namespace arch {

struct GicSystemRegisters {
    void enable() {
        constexpr std::uint64_t all_priorities = 0xff;
        WRITE_REGISTER(icc_sre_el1, 1u);
        instruction_barrier(); // the others exist only from here on
        WRITE_REGISTER(icc_pmr_el1, all_priorities);
        WRITE_REGISTER(icc_bpr1_el1, 0u);
        WRITE_REGISTER(icc_ctlr_el1, 0u); // the end of an interrupt also deactivates it
        WRITE_REGISTER(icc_igrpen1_el1, 1u);
        instruction_barrier();
    }

    [[nodiscard]] std::uint64_t acknowledge() {
        auto const irq = READ_REGISTER(icc_iar1_el1);
        asm volatile("dsb sy" ::: "memory"); // it is active before its handler looks at the device
        return irq;
    }

    void end(std::uint64_t irq) {
        WRITE_REGISTER(icc_eoir1_el1, irq);
        instruction_barrier();
    }

    void generate_sgi(std::uint64_t request) {
        asm volatile("dsb ishst" ::: "memory"); // the target sees what was written before
        WRITE_REGISTER(icc_sgi1r_el1, request);
        instruction_barrier();
    }
};

static_assert(drivers::GicCpuInterface<GicSystemRegisters>);

} // namespace arch
