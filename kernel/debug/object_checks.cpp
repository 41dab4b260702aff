// SPDX-License-Identifier: BSD-2-Clause
//
// Invariants of objects: what a capability says fits its object, and what the object points to
// points back.

#include "checks.hpp"
#include <kernel/cap/derivation.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/object/endpoint.hpp>
#include <kernel/object/notification.hpp>
#include <kernel/object/reply.hpp>
#include <kernel/sched/budget.hpp>

namespace kernel {

namespace {

/// Ordered by priority, and everybody in it says that this is what they wait for.
Check check_ipc_queue(IpcQueue const& queue, auto const& is_waiter) {
    for (auto const* thread = queue.front(); thread != nullptr; thread = queue.next(*thread)) {
        TRY(holds(is_waiter(*thread), "a thread is queued for what it does not wait for"));
        auto const* const next = queue.next(*thread);
        TRY(holds(next == nullptr || next->priority <= thread->priority,
                  "a queue is not ordered by priority"));
    }
    return check_links(queue);
}

Check check(Endpoint const& endpoint) {
    if (endpoint.queue.empty()) {
        return holds(endpoint.queue.back() == nullptr, "an empty queue has an end");
    }
    auto const state = endpoint.queue.front()->state;
    TRY(holds(state == ThreadState::BlockedOnSend || state == ThreadState::BlockedOnReceive,
              "a thread is queued that is not blocked"));
    return check_ipc_queue(endpoint.queue, [&](Tcb const& thread) {
        return thread.state == state && thread.blocking.endpoint == &endpoint;
    });
}

Check check(Notification const& notification) {
    TRY(holds(!notification.active || notification.waiters.empty(),
              "threads wait for an active notification"));
    auto const* const bound = notification.bound_tcb;
    TRY(holds(bound == nullptr || bound->bound_notification == &notification,
              "a bound thread does not know its notification"));
    auto const* const context = notification.sched_context;
    TRY(holds(context == nullptr || context->notification == &notification,
              "a scheduling context does not know its notification"));
    return check_ipc_queue(notification.waiters, [&](Tcb const& thread) {
        return thread.state == ThreadState::BlockedOnNotification &&
               thread.blocking.notification == &notification;
    });
}

Check check(Reply const& reply) {
    auto const* const thread = reply.tcb;
    bool const in_stack =
        reply.top_of != nullptr || reply.next != nullptr || reply.previous != nullptr;
    bool const is_caller = thread != nullptr && thread->state == ThreadState::BlockedOnReply;
    bool const is_receiver = thread != nullptr && thread->state == ThreadState::BlockedOnReceive;
    TRY(holds(thread == nullptr || ((is_caller || is_receiver) && thread->blocking.reply == &reply),
              "a reply object is of a thread that does not know it"));
    TRY(holds(!in_stack || is_caller, "nobody waits on a reply object in a stack of calls"));
    TRY(holds(reply.previous == nullptr || reply.previous->next == &reply,
              "a stack of calls is torn"));
    TRY(holds(reply.next == nullptr || reply.next->previous == &reply, "a stack of calls is torn"));
    return holds(reply.top_of == nullptr ||
                     (reply.top_of->reply_top == &reply && reply.next == nullptr),
                 "the top of a stack of calls is not the one its scheduling context knows");
}

Check check_refills(SchedContext const& constant) {
    auto& context = const_cast<SchedContext&>(constant); // the ring is only looked at
    TRY(holds(context.refill_count >= 1 && context.refill_count <= context.refill_capacity,
              "a scheduling context has no or too many refills"));
    Ticks sum = 0;
    for (std::uint32_t i = 0; i < context.refill_count; ++i) {
        sum += context.refill(i).amount;
    }
    TRY(holds(sum == context.budget, "refills do not add up to the budget"));
    if (context.round_robin()) {
        return holds(context.refill_count == min_refills, "round robin has not two refills");
    }
    TRY(holds(context.head().amount >= min_budget(), "a head refill is too small"));
    for (std::uint32_t i = 1; i < context.refill_count; ++i) {
        TRY(holds(context.refill(i - 1).end() <= context.refill(i).time,
                  "refills overlap or are in disorder"));
    }
    return {};
}

Check check(SchedContext const& context, unsigned size_bits) {
    auto const* const thread = context.tcb;
    TRY(holds(thread == nullptr || thread->sched_context == &context,
              "a thread does not know its scheduling context"));
    auto const* const notification = context.notification;
    TRY(holds(notification == nullptr || notification->sched_context == &context,
              "a notification does not know its scheduling context"));
    auto const* const yielder = context.yield_from;
    TRY(holds(yielder == nullptr || yielder->yield_to == &context,
              "who yields to a scheduling context does not know it"));
    auto const* const top = context.reply_top;
    TRY(holds(top == nullptr || top->top_of == &context,
              "the top of a stack of calls does not know its scheduling context"));
    TRY(holds(context.refill_capacity <= api::refill_capacity(size_bits),
              "a scheduling context has more refills than room"));
    return context.configured() ? check_refills(context) : Check{};
}

/// What has been given out lies below the watermark. The first child is the last that was made.
Check check_untyped(Slot const& slot) {
    auto const& cap = slot.cap;
    TRY(holds(slot.revocable(), "an untyped could not be revoked"));
    TRY(holds(cap.watermark() <= base::bit(cap.size_bits()),
              "a watermark is beyond the end of its untyped"));
    if (!has_children(slot)) {
        return {};
    }
    auto const child = memory_of(slot.next()->cap);
    return holds(child.last() < cap.address() + cap.watermark(),
                 "a child is beyond the watermark of its untyped");
}

Check check_emptied(Capability const& zombie, Word slots) {
    TRY(holds(zombie.zombie_remaining() <= slots, "a zombie is larger than its object"));
    auto const* const first = &zombie.object<Slot const>();
    for (auto i = zombie.zombie_remaining(); i < slots; ++i) {
        TRY(holds(first[i].empty(), "an emptied slot of a zombie is not empty"));
    }
    return {};
}

Check check_zombie(Capability const& zombie) {
    switch (zombie.zombie_of()) {
    case CapKind::Endpoint: return check(zombie.object<Endpoint const>());
    case CapKind::Notification: return check(zombie.object<Notification const>());
    case CapKind::Tcb: return check_emptied(zombie, Tcb::slot_count);
    default: return check_emptied(zombie, base::bit(zombie.radix()));
    }
}

Check check_irq_handler(KernelState const& kernel, Word irq) {
    TRY(holds(IrqTable::valid(irq), "a handler is of no interrupt"));
    auto const& cap = kernel.irqs.slot(irq).cap;
    TRY(holds(cap.is_null() || cap.is(CapKind::Notification) || cap.is(CapKind::Zombie),
              "an interrupt signals what is no notification"));
    return holds(kernel.irqs.state(irq) == IrqState::Signal, "a handler is of an idle interrupt");
}

/// Objects are aligned to their size: as the kernel reaches them, because that is what untypeds are
/// cut by.
Check check_address(Capability const& cap) {
    auto const memory = memory_of(cap);
    auto const address = arch::physical_window + cap.address().raw();
    return holds(!memory.exists || base::is_aligned(address, memory.size_bits),
                 "an object is not aligned to its size");
}

} // namespace

Check check_object(KernelState const& kernel, Slot const& slot, bool first) {
    auto const& cap = slot.cap;
    TRY(check_address(cap));
    switch (cap.kind()) {
    case CapKind::Untyped: return check_untyped(slot);
    case CapKind::CNode:
        return holds(cap.guard_size() + cap.radix() <= api::word_bits,
                     "a CNode translates more than a word");
    case CapKind::Zombie: return check_zombie(cap);
    default: break;
    }
    if (!first) {
        return {};
    }
    switch (cap.kind()) {
    case CapKind::Endpoint: return check(cap.object<Endpoint const>());
    case CapKind::Notification: return check(cap.object<Notification const>());
    case CapKind::Reply: return check(cap.object<Reply const>());
    case CapKind::SchedContext: return check(cap.object<SchedContext const>(), cap.size_bits());
    case CapKind::IrqHandler: return check_irq_handler(kernel, cap.irq());
    default: return {};
    }
}

} // namespace kernel
