// SPDX-License-Identifier: BSD-2-Clause
//
// CacheRequest: what cache maintenance by frame and by address space have in common.
#pragma once

#include <arch/mmu.hpp>
#include <arch/page_table_entry.hpp>
#include <kernel/invoke/invocation.hpp>

namespace kernel {

/// The message: a half-open range, of offsets in a frame or of addresses.
class CacheRequest {
public:
    static constexpr std::size_t count = 2;

    explicit CacheRequest(Arguments const& words) : words_{words} {}

    [[nodiscard]] Word start() const { return words_[0]; }
    [[nodiscard]] Word end() const { return words_[1]; }
    [[nodiscard]] Word size() const { return end() - start(); }

private:
    Arguments const& words_;
};

/// Invalidating discards what was written: only for those who could write it.
inline Result<> check_permission(arch::CacheOperation operation, arch::PageTableEntry entry) {
    if (operation == arch::CacheOperation::Invalidate &&
        entry.access() != arch::Access::UserWrite) {
        return fail(Failure::illegal_operation());
    }
    return {};
}

/// Addresses of a space, and where its tables are.
struct CacheRange {
    PhysAddr root;
    arch::Asid asid;
    base::UserAddr begin;
    Word size;
};

/// Page by page: a huge page takes long. How far it came is kept with the caller; the range is the
/// whole one each time. Fails only by preemption.
[[nodiscard]] Result<> maintain_range(KernelState& kernel, Tcb& caller,
                                      arch::CacheOperation operation, CacheRange const& range);

} // namespace kernel
