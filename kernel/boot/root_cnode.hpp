// SPDX-License-Identifier: BSD-2-Clause
//
// RootCNode: fills the slots of the root task's CNode, the fixed ones by number, the rest in order,
// and from the end those that only some look for.
#pragma once

#include <api/boot_info.hpp>
#include <kernel/boot/result.hpp>
#include <kernel/cap/derivation.hpp>

#include <span>

namespace kernel::boot {

class RootCNode {
public:
    RootCNode(base::PhysAddr slots, unsigned radix)
        : slots_{arch::kernel_address(slots).as_pointer<Slot>()}, size_{base::bit(radix)},
          end_{size_} {}

    [[nodiscard]] Slot& slot(Word number) { return slots_[number]; }
    [[nodiscard]] std::span<Slot const> slots() const { return {slots_, size_}; }

    void set(Word number, Capability const& cap) { insert_root(slots_[number], cap); }

    /// Into the first slot that is free.
    [[nodiscard]] BootResult<> append(Capability const& cap) {
        if (full()) {
            return refuse("the root task's CNode has too few slots for its image");
        }
        set(next_++, cap);
        return {};
    }

    /// Into the last slot that is free.
    void append_at_end(Capability const& cap) { set(--end_, cap); }

    [[nodiscard]] bool full() const { return next_ == end_; }
    [[nodiscard]] Word next() const { return next_; }
    [[nodiscard]] api::SlotRegion since(Word first) const { return {first, next_}; }
    [[nodiscard]] api::SlotRegion rest() const { return {next_, end_}; }
    [[nodiscard]] api::SlotRegion at_end() const { return {end_, size_}; }

private:
    Slot* slots_;
    Word size_;
    Word end_; // from here on slots are filled, too
    Word next_{api::initial_slot::first_free};
};

} // namespace kernel::boot
