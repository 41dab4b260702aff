// SPDX-License-Identifier: BSD-2-Clause
//
// Cache maintenance in pieces, with a preemption point after each.

#include "cache_request.hpp"

#include <kernel/sched/preemption.hpp>

#include <algorithm>

namespace kernel {

Result<> maintain_range(KernelState& kernel, Tcb& caller, arch::CacheOperation operation,
                        PhysAddr root, arch::Asid asid, base::UserAddr begin, Word size) {
    auto const end = begin + size;
    for (auto at = begin + std::min(caller.progress, size); at < end;) {
        auto const next = std::min(at.aligned_down(api::page_bits) + api::page_size, end);
        arch::maintain_cache(operation, root, asid, at, next - at);
        at = next;
        caller.progress = at - begin;
        if (at < end) {
            TRY(preemption_point(kernel));
        }
    }
    return {};
}

} // namespace kernel
