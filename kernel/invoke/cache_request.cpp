// SPDX-License-Identifier: BSD-2-Clause
//
// Cache maintenance in pieces, with a preemption point after each.

#include "cache_request.hpp"

#include <kernel/kernel_state.hpp>
#include <kernel/sched/preemption.hpp>

#include <algorithm>

namespace kernel {

Result<> maintain_range(KernelState& kernel, Tcb& caller, arch::CacheOperation operation,
                        CacheRange const& range) {
    auto const end = range.begin + range.size;
    for (auto at = range.begin + std::min(caller.progress, range.size); at < end;) {
        auto const next = std::min(at.aligned_down(api::page_bits) + api::page_size, end);
        ++kernel.core.counters.cache_pages;
        arch::maintain_cache(operation, range.root, range.asid, at, next - at);
        at = next;
        caller.progress = at - range.begin;
        if (at < end) {
            TRY(preemption_point(kernel));
        }
    }
    return {};
}

} // namespace kernel
