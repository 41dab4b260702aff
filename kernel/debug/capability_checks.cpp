// SPDX-License-Identifier: BSD-2-Clause
//
// Invariants of capabilities. Slots are in places (CNodes, threads, interrupts) and in lists. Every
// list has one head, every head is in one place, and every place is named by one first capability
// in some list; the root task's CNode and the interrupts are there from the beginning. So visiting
// each place's heads, each head's list, and the place behind each first capability of a list visits
// everything once, without marks. (What names itself only, after its head was moved into itself, is
// out of everybody's reach, and of this one's.)

#include "checks.hpp"
#include <kernel/cap/derivation.hpp>
#include <kernel/kernel_state.hpp>

#include <span>

namespace kernel {

namespace {

bool has_badge(Capability const& cap) {
    return cap.is(CapKind::Endpoint) || cap.is(CapKind::Notification) || cap.is(CapKind::Smc);
}

bool is_irq(Capability const& cap) {
    return cap.is(CapKind::IrqControl) || cap.is(CapKind::IrqHandler) || cap.is(CapKind::SgiSignal);
}

/// `next` may stand directly behind `slot`. Objects are made from low addresses to high and go in
/// front of their elder siblings. So what follows a capability is another one to the same object,
/// or inside of its untyped, or below it in memory: which makes the list a pre-order walk.
bool in_order(Capability const& cap, Capability const& next) {
    auto const memory = memory_of(cap);
    auto const below = memory_of(next);
    if (!memory.exists || !below.exists) {
        return !memory.exists && !below.exists &&
               (cap.kind() == next.kind() || (is_irq(cap) && is_irq(next)));
    }
    return below.last() < memory.base || same_object(cap, next) ||
           (cap.is(CapKind::Untyped) && memory.contains(below));
}

/// Where a family of a badge begins is marked, or the family before would be taken for its parent.
bool family_is_marked(Slot const& slot) {
    if (!has_badge(slot.cap) || slot.cap.badge() == Badge{} || slot.first_badged()) {
        return true;
    }
    auto const* const before = slot.prev();
    return before != nullptr && same_object(before->cap, slot.cap) &&
           before->cap.badge() == slot.cap.badge();
}

class Walk {
public:
    explicit Walk(KernelState const& kernel) : kernel_{kernel} {}

    Check everything() {
        TRY(visit_place(kernel_.boot_slots));
        for (Word irq = 0; IrqTable::valid(irq); ++irq) {
            TRY(visit_place({&kernel_.irqs.slot(irq), 1}));
        }
        if (!complete_) {
            return {};
        }
        TRY(holds(filled_ == listed_, "a capability is in a list or a place, but not in both"));
        return check_census(kernel_, census_);
    }

private:
    Check visit_place(std::span<Slot const> slots) {
        for (auto const& slot : slots) {
            if (slot.empty()) [[likely]] {
                if (slot.next() != nullptr || slot.prev() != nullptr) [[unlikely]] {
                    return base::fail("an empty slot is in a list");
                }
                continue;
            }
            ++filled_;
            if (slot.prev() == nullptr) {
                TRY(visit_list(slot));
            }
        }
        return {};
    }

    /// Ends, because each step is checked to lead back: a ring would not.
    Check visit_list(Slot const& head) {
        for (auto const* slot = &head; slot != nullptr; slot = slot->next()) {
            ++listed_;
            TRY(visit(*slot));
        }
        return {};
    }

    Check visit(Slot const& slot) {
        TRY(holds(!slot.empty(), "an empty slot is in a list"));
        auto const* const before = slot.prev();
        auto const* const after = slot.next();
        TRY(holds(after == nullptr || after->prev() == &slot, "a list of capabilities is torn"));
        TRY(holds(after == nullptr || in_order(slot.cap, after->cap),
                  "a list of capabilities is in disorder"));
        TRY(holds(family_is_marked(slot), "a family of badges has no beginning"));
        bool const first = before == nullptr || !same_object(before->cap, slot.cap);
        TRY(check_object(kernel_, slot, first));
        count(kernel_, slot, first, census_);
        return first ? visit_contents(slot.cap) : Check{};
    }

    Check visit_contents(Capability const& cap) {
        auto const kind = cap.is(CapKind::Zombie) ? cap.zombie_of() : cap.kind();
        bool const is_thread = kind == CapKind::Tcb;
        if (!is_thread && kind != CapKind::CNode) {
            return {};
        }
        auto const* const slots = &cap.object<Slot const>();
        if (slots == kernel_.boot_slots.data()) {
            return {}; // where all this began
        }
        if (depth_ == max_depth) {
            complete_ = false; // the stack is not endless
            return {};
        }
        ++depth_;
        TRY(visit_place({slots, is_thread ? Tcb::slot_count : base::bit(cap.radix())}));
        --depth_;
        return {};
    }

    static constexpr unsigned max_depth = 8;

    KernelState const& kernel_;
    Census census_{};
    Word filled_{0}; // slots, by places
    Word listed_{0}; // slots, by lists
    unsigned depth_{0};
    bool complete_{true};
};

} // namespace

Check check_capabilities(KernelState const& kernel) {
    return Walk{kernel}.everything();
}

} // namespace kernel
