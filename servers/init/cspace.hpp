// SPDX-License-Identifier: BSD-2-Clause
//
// CSpace: hands out slots of init's own capability space, and makes it bigger. The kernel starts
// init with one CNode that resolves the whole word. init puts a root above it, so that the CNode
// becomes leaf 0 (its capability pointers stay what they are) and more leaves fit beside it:
//
//     CPtr   | zeroes ...        | root index | leaf index      |
//     bits     64 - root - leaf    root_bits    as the first leaf
#pragma once

#include <api/boot_info.hpp>
#include <init/untyped_allocator.hpp>
#include <sys/thread.hpp>

namespace init {

class CSpace {
public:
    static constexpr unsigned root_bits = 8;

    explicit CSpace(api::BootInfo const& boot_info);

    /// Puts the root above the first CNode. Nothing may be allocated in a second leaf before.
    sys::Result<> install_root(UntypedAllocator& memory);

    /// `count` empty slots in a row, which are never given back: their owner uses them again.
    /// `count` is at most what one leaf holds.
    sys::Result<api::CPtr> allocate(UntypedAllocator& memory, api::Word count = 1);

    [[nodiscard]] sys::Slot slot(api::CPtr cptr) const {
        return {root_, static_cast<api::Word>(cptr)};
    }

    /// Where Retype shall put `count` new capabilities; they must lie in one leaf.
    [[nodiscard]] sys::SlotRange range(api::CPtr first, api::Word count = 1) const;

private:
    [[nodiscard]] api::Word leaf_slots() const { return base::bit(leaf_bits_); }
    [[nodiscard]] unsigned leaf_depth() const { return api::word_bits - leaf_bits_; }

    sys::Result<> add_leaf(UntypedAllocator& memory);

    unsigned leaf_bits_;
    api::CPtr root_{api::initial_slot::cnode};
    bool has_root_{false};
    api::Word next_; // slot that has not been handed out
    api::Word end_;  // of the leaf that `next_` lies in
};

} // namespace init
