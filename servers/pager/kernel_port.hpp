// SPDX-License-Identifier: BSD-2-Clause
//
// KernelPort: everything the pager asks of the kernel. Behind it are system calls on a board
// (sys_port) and a model that checks every use in host tests. A refusal that the pager did not
// expect is reported as OutOfMemory: the operation is rolled back and its client hears of it.
#pragma once

#include <api/object.hpp>
#include <pager/types.hpp>

namespace pager {

class KernelPort {
public:
    /// How many frames can be mapped by one call.
    static constexpr std::uint32_t max_run = api::map_frames_limit;

    /// Make `count` objects of 2^size_bits bytes in consecutive empty slots of one leaf.
    virtual Result<> retype(Slot untyped, api::ObjectType type, unsigned size_bits, Slot first,
                            unsigned count) = 0;

    /// Make a CNode and install it as leaf number `leaf` of the pager's CSpace.
    virtual Result<> make_leaf(Slot untyped, std::uint32_t leaf) = 0;

    virtual Result<> copy(Slot from, Slot to, api::Rights rights) = 0;

    /// Empty a slot. A frame's mapping through this capability goes with it.
    virtual void erase(Slot slot) = 0;

    /// Delete everything made from this untyped, or copied from this frame's capability, wherever
    /// the capabilities are by now.
    virtual void revoke(Slot slot) = 0;

    /// Map a frame, replacing what is there; or change the access of a frame mapped there already.
    virtual Result<> map_frame(Slot frame, Slot vspace, UserAddr address, Access access) = 0;
    /// The same for a run of frames, whose capabilities are in consecutive slots of one leaf, and
    /// for consecutive pages of one page table: all of them, or none.
    virtual Result<> map_frames(Slot first, std::uint32_t count, Slot vspace, UserAddr address,
                                Access access) = 0;
    /// The same as map_frame() for memory that devices use: no cache comes between, and each access
    /// is done in order. They must be aligned.
    virtual Result<> map_uncached(Slot frame, Slot vspace, UserAddr address, Access access) = 0;
    /// Nothing happens if something else is mapped there by now.
    virtual void unmap_frame(Slot frame) = 0;

    /// Where devices find a frame.
    virtual Result<std::uint64_t> physical_address(Slot frame) = 0;

    /// Make what was written to a mapped frame visible to instruction fetches.
    virtual void unify_instructions(Slot frame) = 0;

    /// Install a page table at the first level that is missing on the way to `address`.
    virtual Result<> map_table(Slot table, Slot vspace, UserAddr address) = 0;

    /// Give a VSpace an ASID. QuotaExceeded: the pool is full.
    virtual Result<> assign_asid(Slot pool, Slot vspace) = 0;
    virtual Result<> make_asid_pool(Slot untyped, Slot pool) = 0;

    /// Where the stack of a thread ends now.
    virtual Result<UserAddr> stack_pointer(Slot thread) = 0;

    /// Tell init that a report waits.
    virtual void signal_report() = 0;

    /// Let the thread go on that asks for work to be done ahead.
    virtual void wake_worker() = 0;

protected:
    ~KernelPort() = default; // never owned through this interface
};

} // namespace pager
