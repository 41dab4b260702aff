// SPDX-License-Identifier: BSD-2-Clause
//
// Derivation: the list that is a pre-order walk of the derivation forest.

#include <kernel/cap/derivation.hpp>
#include <kernel/object/reply.hpp>
#include <kernel/object/sched_context.hpp>
#include <kernel/object/tcb.hpp>

namespace kernel {

namespace {

unsigned zombie_bits(Capability const& cap) {
    switch (cap.zombie_of()) {
    case CapKind::Endpoint: return api::endpoint_bits;
    case CapKind::Notification: return api::notification_bits;
    case CapKind::Tcb: return api::tcb_bits;
    default: return cap.radix() + api::slot_bits;
    }
}

/// Objects are aligned to their size: one that begins inside an untyped and is not larger lies in
/// it, and only another untyped could be larger.
bool lies_in_untyped(Capability const& untyped, Capability const& b) {
    bool const is_larger = b.is(CapKind::Untyped) && b.size_bits() > untyped.size_bits();
    return !is_larger && b.has_memory() &&
           b.address() - untyped.address() < base::bit(untyped.size_bits());
}

bool has_badge(Capability const& cap) {
    return cap.is(CapKind::Endpoint) || cap.is(CapKind::Notification) || cap.is(CapKind::Smc);
}

/// Whether `made`, made from `source`, starts a family of its own that can be revoked.
bool starts_family(Capability const& made, Capability const& source) {
    switch (made.kind()) {
    case CapKind::Untyped: return true;
    case CapKind::Endpoint:
    case CapKind::Notification:
    case CapKind::Smc: return made.badge() != source.badge();
    case CapKind::IrqHandler:
    case CapKind::SgiSignal: return source.is(CapKind::IrqControl);
    default: return false;
    }
}

/// `slot` is empty; it becomes what revoking `before` may reach, or the first of a family.
void link_between(Slot* before, Slot& slot, Slot* after, bool revocable, bool first_badged) {
    slot.set_links(before, after, revocable, first_badged);
    if (before != nullptr) {
        before->set_next(&slot);
    }
    if (after != nullptr) {
        after->set_prev(&slot);
    }
}

/// While a copy of an untyped exists, only the copy can be used.
void close_copied_untyped(Slot& source, Capability const& copy) {
    auto const& cap = source.cap;
    if (copy.is(CapKind::Untyped) && cap.is(CapKind::Untyped) && cap.address() == copy.address() &&
        cap.size_bits() == copy.size_bits()) {
        source.cap = cap.with_watermark(base::bit(cap.size_bits()));
    }
}

} // namespace

Memory memory_of(Capability const& cap) {
    auto const sized = [&cap](unsigned bits) { return Memory{cap.address(), bits, true}; };
    switch (cap.kind()) {
    case CapKind::Untyped:
    case CapKind::SchedContext: return sized(cap.size_bits());
    case CapKind::Endpoint: return sized(api::endpoint_bits);
    case CapKind::Notification: return sized(api::notification_bits);
    case CapKind::Reply: return sized(api::reply_bits);
    case CapKind::CNode: return sized(cap.radix() + api::slot_bits);
    case CapKind::Tcb: return sized(api::tcb_bits);
    case CapKind::Zombie: return sized(zombie_bits(cap));
    case CapKind::Frame: return sized(frame_bits(cap.frame_size()));
    case CapKind::PageTable: return sized(api::page_table_bits);
    case CapKind::VSpace: return sized(api::vspace_bits);
    case CapKind::AsidPool: return sized(api::asid_pool_bits);
    default: return {};
    }
}

bool same_region(Capability const& a, Capability const& b) {
    switch (a.kind()) {
    case CapKind::Untyped: return lies_in_untyped(a, b);
    case CapKind::Frame: return b.is(CapKind::Frame) && memory_of(a).contains(memory_of(b));
    case CapKind::Endpoint:
    case CapKind::Notification:
    case CapKind::Tcb:
    case CapKind::Reply:
    case CapKind::PageTable:
    case CapKind::VSpace:
    case CapKind::AsidPool: return a.kind() == b.kind() && a.address() == b.address();
    case CapKind::CNode:
    case CapKind::SchedContext:
        return a.kind() == b.kind() && a.address() == b.address() && a.size_bits() == b.size_bits();
    case CapKind::IrqControl:
        return b.is(CapKind::IrqControl) || b.is(CapKind::IrqHandler) || b.is(CapKind::SgiSignal);
    case CapKind::IrqHandler:
    case CapKind::SgiSignal: return a == b;
    case CapKind::Domain:
    case CapKind::SchedControl:
    case CapKind::AsidControl:
    case CapKind::Smc: return a.kind() == b.kind();
    case CapKind::Null:
    case CapKind::Zombie: return false;
    }
    return false;
}

bool same_object(Capability const& a, Capability const& b) {
    switch (a.kind()) {
    case CapKind::Untyped:
    case CapKind::IrqControl:
    case CapKind::SgiSignal: return false;
    case CapKind::Frame:
        return b.is(CapKind::Frame) && a.address() == b.address() &&
               a.frame_size() == b.frame_size() && a.frame_is_device() == b.frame_is_device();
    default: return same_region(a, b);
    }
}

bool is_descendant(Slot const& a, Slot const& b) {
    if (!a.revocable() || !same_region(a.cap, b.cap)) {
        return false;
    }
    if (!has_badge(a.cap) || a.cap.badge() == Badge{}) {
        return true;
    }
    return a.cap.badge() == b.cap.badge() && !b.first_badged();
}

bool has_children(Slot const& slot) {
    return slot.next() != nullptr && is_descendant(slot, *slot.next());
}

bool is_final(Slot const& slot) {
    bool const before = slot.prev() != nullptr && same_object(slot.prev()->cap, slot.cap);
    bool const after = slot.next() != nullptr && same_object(slot.cap, slot.next()->cap);
    return !before && !after;
}

void insert_derived(Slot& source, Slot& destination, Capability const& cap) {
    bool const family = starts_family(cap, source.cap);
    close_copied_untyped(source, cap);
    destination.cap = cap;
    link_between(&source, destination, source.next(), family, family);
}

void insert_child(Slot& parent, Slot& destination, Capability const& cap) {
    destination.cap = cap;
    link_between(&parent, destination, parent.next(), true, true);
}

void insert_root(Slot& destination, Capability const& cap) {
    destination.cap = cap;
    link_between(nullptr, destination, nullptr, true, true);
}

void move_slot(Slot& source, Slot& destination, Capability const& cap) {
    destination.cap = cap;
    link_between(source.prev(), destination, source.next(), source.revocable(),
                 source.first_badged());
    source.cap = {};
    source.clear_links();
}

void swap_slots(Slot& first, Capability const& first_cap, Slot& second,
                Capability const& second_cap) {
    // By way of a third slot, so that neighbours need no case of their own.
    Slot aside;
    move_slot(first, aside, second_cap);
    move_slot(second, first, first_cap);
    move_slot(aside, second, second_cap);
}

void remove_slot(Slot& slot) {
    auto* const before = slot.prev();
    auto* const after = slot.next();
    if (before != nullptr) {
        before->set_next(after);
    }
    if (after != nullptr) {
        after->set_prev(before);
        // The next of a badged family stands for it now, or the family before would absorb it.
        after->set_first_badged(after->first_badged() || slot.first_badged());
    }
    slot.cap = {};
    slot.clear_links();
}

} // namespace kernel
