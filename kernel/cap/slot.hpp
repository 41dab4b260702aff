// SPDX-License-Identifier: BSD-2-Clause
//
// Slot: a place for one capability, and its place in the derivation list.
//
// All capabilities are in doubly linked lists that are pre-order walks of the derivation forest;
// two flags per entry tell where a family ends (see cap/derivation.hpp). An all-zero slot is empty.
#pragma once

#include <kernel/cap/capability.hpp>

namespace kernel {

class Slot {
public:
    Slot() = default;
    Slot(Slot const&) = delete;
    Slot& operator=(Slot const&) = delete;

    Capability cap;

    [[nodiscard]] bool empty() const { return cap.is_null(); }

    [[nodiscard]] Slot* next() const { return pointer(next_); }
    [[nodiscard]] Slot* prev() const { return pointer(prev_); }

    void set_next(Slot* slot) { next_ = raw(slot); }
    /// Keeps the flags, which live in the low bits of the link.
    void set_prev(Slot* slot) { prev_ = raw(slot) | (prev_ & flag_mask); }

    /// Copies of this capability are its children: revoking it deletes them.
    [[nodiscard]] bool revocable() const { return Revocable::get(prev_); }
    /// The first of a family of capabilities with the same badge.
    [[nodiscard]] bool first_badged() const { return FirstBadged::get(prev_); }

    void set_first_badged(bool value) { prev_ = FirstBadged::set(prev_, value); }

    void set_links(Slot* prev, Slot* next, bool revocable, bool first_badged) {
        next_ = raw(next);
        prev_ = raw(prev) | Revocable::set(Word{0}, revocable) |
                FirstBadged::set(Word{0}, first_badged);
    }

    void clear_links() { next_ = prev_ = 0; }

private:
    using Revocable = base::Bits<bool, 0>;
    using FirstBadged = base::Bits<bool, 1>;
    static constexpr Word flag_mask = base::low_mask(2);

    static Word raw(Slot* slot) { return reinterpret_cast<Word>(slot); }
    static Slot* pointer(Word raw) { return reinterpret_cast<Slot*>(raw & ~flag_mask); }

    Word next_{0};
    Word prev_{0};
};

static_assert(sizeof(Slot) == 1u << api::slot_bits);

} // namespace kernel
