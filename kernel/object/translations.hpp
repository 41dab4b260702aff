// SPDX-License-Identifier: BSD-2-Clause
//
// Forgetting translations, counted. The table entries have been changed before.
#pragma once

#include <arch/mmu.hpp>
#include <kernel/kernel_state.hpp>

namespace kernel {

inline void forget_page(KernelState& kernel, Mapping where) {
    ++kernel.core.counters.tlb_pages;
    arch::flush_page(where.asid, where.address);
}

inline void forget_space(KernelState& kernel, Asid asid) {
    ++kernel.core.counters.tlb_spaces;
    arch::flush_asid(asid);
}

} // namespace kernel
