// SPDX-License-Identifier: BSD-2-Clause
//
// Deletion: a loop over zombies.
//
// A container whose last capability goes becomes a zombie in that slot: "so many slots of it are
// still to be emptied". They are emptied from the last to the first. A container found inside is
// not followed: its zombie is put into its own first slot, where nobody can name it, and what was
// there comes out and is deleted in turn. So the depth of recursion does not grow with the tree.
//
// An endpoint or notification becomes a zombie, too, while threads wait in its queue: nobody can
// join them any more, and they start over one by one. An interrupt's handler goes after the
// capability to the notification that it signals.

#include <kernel/cap/deletion.hpp>
#include <kernel/cap/derivation.hpp>
#include <kernel/ipc/cancel.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/object/endpoint.hpp>
#include <kernel/object/finalise.hpp>
#include <kernel/object/notification.hpp>
#include <kernel/object/reply.hpp>
#include <kernel/sched/preemption.hpp>

namespace kernel {

namespace {

enum class Depth { Outer, Inner };

/// What must stay of an endpoint or notification: nothing, if nobody waits there.
Capability remainder_of_queue(Capability const& ended, IpcQueue const& queue) {
    return queue.empty() ? Capability{} : Capability::zombie_of_queue(ended);
}

/// Ends the object of a final capability. What must stay in the slot until more work is done: a
/// zombie, or nothing.
[[gnu::cold, gnu::noinline]] Capability finalise_object(KernelState& kernel,
                                                        Capability const& cap) {
    switch (cap.kind()) {
    case CapKind::Endpoint: return remainder_of_queue(cap, cap.object<Endpoint>().queue);
    case CapKind::Notification:
        finalise(cap.object<Notification>());
        return remainder_of_queue(cap, cap.object<Notification>().waiters);
    case CapKind::Reply: finalise(kernel, cap.object<Reply>()); break;
    case CapKind::SchedContext: finalise(kernel, cap.object<SchedContext>()); break;
    case CapKind::Tcb:
        finalise(kernel, cap.object<Tcb>());
        return Capability::zombie(cap.address(), CapKind::Tcb, 0, Tcb::slot_count);
    case CapKind::CNode:
        return Capability::zombie(cap.address(), CapKind::CNode, cap.radix(),
                                  base::bit(cap.radix()));
    case CapKind::PageTable: finalise_page_table(kernel, cap); break;
    case CapKind::VSpace: finalise_vspace(kernel, cap); break;
    case CapKind::AsidPool: finalise_asid_pool(kernel, cap); break;
    case CapKind::IrqHandler: finalise_irq_handler(kernel, cap.irq()); break;
    default: break;
    }
    return {};
}

[[gnu::always_inline]] inline Capability finalise_cap(KernelState& kernel, Slot const& slot) {
    auto const cap = slot.cap;
    if (cap.is(CapKind::Zombie)) {
        return cap;
    }
    if (cap.is(CapKind::Frame)) {
        unmap_frame(kernel, cap); // each frame capability has a mapping of its own
        return {};
    }
    return is_final(slot) ? finalise_object(kernel, cap) : Capability{};
}

bool contains_slots(CapKind kind) {
    return kind == CapKind::CNode || kind == CapKind::Tcb || kind == CapKind::Zombie;
}

Slot* zombie_slots(Capability const& zombie) {
    return &zombie.object<Slot>();
}

/// Of an endpoint or notification that has ended; null if the zombie is of something else.
IpcQueue* zombie_queue(Capability const& zombie) {
    switch (zombie.zombie_of()) {
    case CapKind::Endpoint: return &zombie.object<Endpoint>().queue;
    case CapKind::Notification: return &zombie.object<Notification>().waiters;
    default: return nullptr;
    }
}

/// Nothing is left to do before `slot` can be emptied: at most the slot itself remains of the
/// container it was in.
bool removable(Capability const& remainder, Slot const& slot) {
    if (remainder.is_null()) {
        return true;
    }
    if (auto const* const queue = zombie_queue(remainder); queue != nullptr) {
        return queue->empty();
    }
    auto const left = remainder.zombie_remaining();
    return left == 0 || (left == 1 && zombie_slots(remainder) == &slot);
}

/// Whether the slot can be emptied afterwards, or is to be left as it is (a hidden zombie).
enum class Finalised { Empty, Keep };

Result<Finalised> finalise_slot(KernelState& kernel, Slot& slot, Depth depth);

Result<> delete_at(KernelState& kernel, Slot& slot, Depth depth) {
    auto const outcome = TRY(finalise_slot(kernel, slot, depth));
    if (outcome == Finalised::Empty && !slot.empty()) {
        remove_slot(slot);
    }
    return {};
}

/// Empties the last remaining slot of the zombie in `slot`.
Result<> shrink_zombie(KernelState& kernel, Slot& slot) {
    auto const zombie = slot.cap;
    auto const left = zombie.zombie_remaining();
    TRY(delete_at(kernel, zombie_slots(zombie)[left - 1], Depth::Inner));
    // That may have emptied `slot` itself, or put another container's zombie into it.
    if (slot.cap == zombie) {
        slot.cap = zombie.with_remaining(left - 1);
    }
    return {};
}

/// Hides the zombie in its own first slot; what was there comes out into `slot`.
void hide_zombie(Slot& slot) {
    auto& first = *zombie_slots(slot.cap);
    auto const zombie = slot.cap;
    swap_slots(slot, first.cap, first, zombie);
}

Result<Finalised> finalise_slot(KernelState& kernel, Slot& slot, Depth depth) {
    while (!slot.empty()) {
        if (slot.cap.is(CapKind::IrqHandler) && is_final(slot)) {
            TRY(delete_slot(kernel, kernel.irqs.slot(slot.cap.irq())));
        }
        auto const remainder = finalise_cap(kernel, slot);
        if (removable(remainder, slot)) {
            return Finalised::Empty;
        }
        slot.cap = remainder;
        if (auto* const queue = zombie_queue(remainder); queue != nullptr) {
            restart_first(kernel, *queue);
        } else if (depth == Depth::Outer) {
            TRY(shrink_zombie(kernel, slot));
        } else if (zombie_slots(remainder) == &slot) {
            return Finalised::Keep; // hidden in its own first slot already
        } else {
            hide_zombie(slot);
        }
        TRY(preemption_point(kernel));
    }
    return Finalised::Empty;
}

/// Most capabilities go at once.
[[gnu::always_inline]] inline Result<> delete_any(KernelState& kernel, Slot& slot) {
    auto const kind = slot.cap.kind();
    if (contains_slots(kind) || kind == CapKind::IrqHandler) {
        return delete_at(kernel, slot, Depth::Outer);
    }
    if (slot.empty()) {
        return {};
    }
    auto const remainder = finalise_cap(kernel, slot);
    if (!remainder.is_null()) [[unlikely]] {
        slot.cap = remainder;
        return delete_at(kernel, slot, Depth::Outer);
    }
    remove_slot(slot);
    return {};
}

} // namespace

Result<> delete_slot(KernelState& kernel, Slot& slot) {
    return delete_any(kernel, slot);
}

Result<> revoke_slot(KernelState& kernel, Slot& slot) {
    while (has_children(slot)) {
        TRY(delete_any(kernel, *slot.next()));
        TRY(preemption_point(kernel));
    }
    return {};
}

bool deletion_is_long(Slot const& slot) {
    return contains_slots(slot.cap.kind()) && is_final(slot);
}

} // namespace kernel
