// SPDX-License-Identifier: BSD-2-Clause
//
// SysPort: the kernel port of a pager that really runs; every method is one or two system calls.
#pragma once

#include <pager/kernel_port.hpp>
#include <sys/memory.hpp>

namespace pager {

class SysPort final : public KernelPort {
public:
    Result<> retype(Slot untyped, api::ObjectType type, unsigned size_bits, Slot first,
                    unsigned count) override;
    Result<> make_leaf(Slot untyped, std::uint32_t leaf) override;
    Result<> copy(Slot from, Slot to, api::Rights rights) override;
    void erase(Slot slot) override;
    void revoke(Slot slot) override;
    Result<> map_frame(Slot frame, Slot vspace, UserAddr address, Access access) override;
    Result<> map_frames(Slot first, std::uint32_t count, Slot vspace, UserAddr address,
                        Access access) override;
    Result<> map_uncached(Slot frame, Slot vspace, UserAddr address, Access access) override;
    void unmap_frame(Slot frame) override;
    Result<std::uint64_t> physical_address(Slot frame) override;
    void unify_instructions(Slot frame) override;
    Result<> map_table(Slot table, Slot vspace, UserAddr address) override;
    Result<> assign_asid(Slot pool, Slot vspace) override;
    Result<> make_asid_pool(Slot untyped, Slot pool) override;
    Result<UserAddr> stack_pointer(Slot thread) override;
    void signal_report() override;
    void wake_worker() override;
};

} // namespace pager
