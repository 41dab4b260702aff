// SPDX-License-Identifier: BSD-2-Clause
//
// Invariants of threads: queues against states, both ends of every link, order of refills.

#include <arch/cpu.hpp>
#include <kernel/debug/invariants.hpp>
#include <kernel/debug/print.hpp>
#include <kernel/ipc/reply_stack.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/object/endpoint.hpp>
#include <kernel/object/notification.hpp>
#include <kernel/sched/budget.hpp>

namespace kernel {

namespace {

using Finding = std::string_view;

bool contains(auto const& queue, Tcb const& wanted) {
    for (auto const* thread = queue.front(); thread != nullptr; thread = queue.next(*thread)) {
        if (thread == &wanted) {
            return true;
        }
    }
    return false;
}

bool by_priority(IpcQueue const& queue) {
    for (auto const* thread = queue.front(); thread != nullptr; thread = queue.next(*thread)) {
        auto const* const next = queue.next(*thread);
        if (next != nullptr &&
            (next->priority > thread->priority || next->state != thread->state)) {
            return false;
        }
    }
    return true;
}

Finding check_blocking(Tcb const& thread) {
    auto const& blocking = thread.blocking;
    switch (thread.state) {
    case ThreadState::BlockedOnReceive:
        if (blocking.reply != nullptr && blocking.reply->tcb != &thread) {
            return "a receiver's reply object does not know it";
        }
        [[fallthrough]];
    case ThreadState::BlockedOnSend:
        if (!contains(blocking.endpoint->queue, thread)) {
            return "a thread blocked on an endpoint is not in its queue";
        }
        return by_priority(blocking.endpoint->queue) ? "" : "an endpoint's queue is in disorder";
    case ThreadState::BlockedOnNotification:
        if (!contains(blocking.notification->waiters, thread)) {
            return "a thread blocked on a notification is not in its queue";
        }
        return blocking.notification->active ? "threads wait for an active notification" : "";
    case ThreadState::BlockedOnReply:
        return blocking.reply->tcb == &thread ? "" : "a caller's reply object does not know it";
    default: return "";
    }
}

Finding check_refills(SchedContext& context) {
    if (context.refill_count < 1 || context.refill_count > context.refill_capacity) {
        return "a configured scheduling context has no or too many refills";
    }
    if (context.round_robin()) {
        return context.refill_count == min_refills ? "" : "round robin has two refills";
    }
    if (context.head().amount < min_budget()) {
        return "a head refill is too small";
    }
    for (std::uint32_t i = 1; i < context.refill_count; ++i) {
        if (context.refill(i - 1).end() > context.refill(i).time) {
            return "refills overlap or are in disorder";
        }
    }
    return "";
}

Finding check_sched_context(Tcb const& thread) {
    auto* const context = thread.sched_context;
    if (context == nullptr) {
        return "";
    }
    if (context->tcb != &thread) {
        return "a scheduling context does not know its thread";
    }
    if (context->yield_from != nullptr && context->yield_from->yield_to != context) {
        return "a yielded scheduling context is not known to the yielder";
    }
    auto const* const top = context->reply_top;
    if (top != nullptr && top->top_of != context) {
        return "the top of a stack of calls does not know its scheduling context";
    }
    for (auto const* reply = top; reply != nullptr; reply = reply->previous) {
        if (reply->tcb == nullptr || reply->tcb->state != ThreadState::BlockedOnReply) {
            return "nobody waits on a reply object in a stack of calls";
        }
        if (reply->previous != nullptr && reply->previous->next != reply) {
            return "a stack of calls is torn";
        }
    }
    return context->configured() ? check_refills(*context) : "";
}

Finding check_queues(KernelState const& kernel, Tcb const& thread) {
    auto const& core = kernel.core;
    if (thread.in_ready_queue) {
        if (!contains(core.scheduler.ready(thread.domain).at(thread.priority), thread)) {
            return "a ready thread is not in the queue of its priority";
        }
        if (!schedulable(thread) || &thread == core.current) {
            return "a thread that cannot run, or runs, is in a ready queue";
        }
    } else if (schedulable(thread) && &thread != core.current) {
        return "a thread that could run is in no queue";
    }
    if (thread.in_release_queue) {
        if (!contains(core.scheduler.releases(), thread)) {
            return "a thread without budget is not in the release queue";
        }
        if (!thread.runnable() || thread.sched_context == nullptr) {
            return "a thread that waits for no budget is in the release queue";
        }
    }
    return "";
}

Finding check_current(Core const& core) {
    if (core.current == &core.idle_thread) {
        return core.sched_context == &core.idle_sched_context ? "" : "somebody pays for idling";
    }
    if (core.current->state != ThreadState::Running || !schedulable(*core.current)) {
        return "the current thread cannot run";
    }
    return core.sched_context == core.current->sched_context ? "" : "the wrong context pays";
}

Finding check_release_order(Core const& core) {
    auto const& queue = core.scheduler.releases();
    for (auto const* thread = queue.front(); thread != nullptr; thread = queue.next(*thread)) {
        auto const* const next = queue.next(*thread);
        if (next != nullptr &&
            ReleaseQueue::release_time(*next) < ReleaseQueue::release_time(*thread)) {
            return "the release queue is in disorder";
        }
    }
    return "";
}

} // namespace

Finding find_contradiction(KernelState const& kernel) {
    for (auto const* thread = kernel.threads.front(); thread != nullptr;
         thread = kernel.threads.next(*thread)) {
        auto const* const notification = thread->bound_notification;
        if (notification != nullptr && notification->bound_tcb != thread) {
            return "a bound notification does not know its thread";
        }
        for (auto const finding : {check_blocking(*thread), check_sched_context(*thread),
                                   check_queues(kernel, *thread)}) {
            if (!finding.empty()) {
                return finding;
            }
        }
    }
    auto const finding = check_release_order(kernel.core);
    return finding.empty() ? check_current(kernel.core) : finding;
}

void check_invariants(KernelState const& kernel) {
    if constexpr (config::check_invariants) {
        if (auto const finding = find_contradiction(kernel); !finding.empty()) {
            print("kernel: ", finding);
            arch::halt();
        }
    }
}

} // namespace kernel
