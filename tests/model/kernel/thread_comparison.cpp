// SPDX-License-Identifier: BSD-2-Clause
//
// What kernel and model must have in common.

#include "thread_lab.hpp"

namespace kernel {

std::string ThreadLab::difference() {
    for (std::size_t id = 0; id < threads.size(); ++id) {
        if (auto finding = compare_thread(id); !finding.empty()) {
            return finding + " of thread " + std::to_string(id);
        }
    }
    for (std::size_t id = 0; id < contexts.size(); ++id) {
        if (auto finding = compare_context(id); !finding.empty()) {
            return finding + " of scheduling context " + std::to_string(id);
        }
    }
    if (auto finding = compare_objects(); !finding.empty()) {
        return finding;
    }
    if (auto finding = compare_scheduler(); !finding.empty()) {
        return finding;
    }
    return contradiction();
}

std::string ThreadLab::contradiction() {
    auto const state = hash();
    auto& proven = consistent[state % consistent.size()];
    if (proven == state) {
        return {};
    }
    auto finding = std::string{find_contradiction(*kernel)};
    if (finding.empty()) {
        proven = state;
    }
    return finding;
}

std::string ThreadLab::compare_thread(std::size_t id) {
    auto& thread = *threads[id];
    auto const& wanted = expected.threads[id];
    if (thread.state != wanted.state) {
        return "the state is " + std::to_string(std::to_underlying(thread.state)) +
               " and should be " + std::to_string(std::to_underlying(wanted.state)) + ", that";
    }
    if (thread.priority != wanted.priority) {
        return "the priority";
    }
    if (id_of(contexts, thread.sched_context) != wanted.context) {
        return "the scheduling context";
    }
    if (id_of(notifications, thread.bound_notification) != wanted.notification) {
        return "the bound notification";
    }
    if (thread.lent_slice_ended != wanted.lent_slice_ended) {
        return "whether its lent slice ended,";
    }
    if (id_of(contexts, thread.yield_to) != wanted.yields_to) {
        return "the yield";
    }
    auto const& context = thread.context;
    auto const& registers = wanted.registers;
    if (!std::ranges::equal(std::span{context.x}.first(registers.x.size()), registers.x)) {
        return "a register";
    }
    if (context.sp != registers.sp || context.spsr != registers.spsr ||
        context.next_ip != registers.next_ip || context.fault_ip != registers.fault_ip) {
        return "a special register";
    }
    auto const words = std::span{registers.message}.subspan(api::register_message_words);
    auto const& buffer = thread.ipc_buffer(Tcb::BufferUse::Send)->words;
    return std::equal(words.begin(), words.end(), buffer.begin() + api::register_message_words)
               ? ""
               : "the message buffer";
}

std::string ThreadLab::compare_context(std::size_t id) {
    auto& context = *contexts[id];
    auto const& wanted = expected.contexts[id];
    if (id_of(threads, context.tcb) != wanted.thread ||
        id_of(notifications, context.notification) != wanted.notification ||
        id_of(threads, context.yield_from) != wanted.yields_from) {
        return "a link";
    }
    auto const* reply = context.reply_top;
    for (auto call = wanted.calls.rbegin(); call != wanted.calls.rend(); ++call) {
        if (reply == nullptr || reply != replies[*call]) {
            return "the stack of calls";
        }
        reply = reply->previous;
    }
    if (reply != nullptr) {
        return "the stack of calls";
    }
    if (context.configured() != wanted.budget.configured()) {
        return "being configured";
    }
    if (!context.configured()) {
        return {};
    }
    if (context.period != 0 && context.refill_capacity < context.refill_count) {
        return "too many refills";
    }
    auto const& budget = wanted.budget;
    bool const pays = kernel->core.sched_context == &context;
    if (context.round_robin() != budget.round_robin() ||
        !(pays ? same_when_charged(context, budget) : same_refills(context, budget))) {
        return "the refills";
    }
    auto const unpaid = pays ? kernel->core.consumed : 0;
    auto const wanted_unpaid = pays ? expected.unpaid : 0;
    return context.consumed + unpaid == wanted.consumed + wanted_unpaid ? "" : "what was consumed";
}

bool ThreadLab::same_refills(SchedContext& context, reference::BudgetModel const& budget) {
    auto const& wanted = budget.refills();
    if (wanted.size() != context.refill_count) {
        return false;
    }
    for (std::uint32_t i = 0; i < context.refill_count; ++i) {
        if (wanted[i] != reference::Refilling{context.refill(i).time, context.refill(i).amount}) {
            return false;
        }
    }
    return true;
}

/// Time that has passed may be charged at once or later: here it is, on both sides.
bool ThreadLab::same_when_charged(SchedContext& context, reference::BudgetModel budget) {
    std::vector<reference::Refilling> refills;
    refills.reserve(context.refill_count);
    for (std::uint32_t i = 0; i < context.refill_count; ++i) {
        refills.push_back({context.refill(i).time, context.refill(i).amount});
    }
    reference::BudgetModel seen{context.refill_capacity, context.period, std::move(refills)};
    seen.charge(kernel->core.consumed);
    budget.charge(expected.unpaid);
    return seen.refills() == budget.refills();
}

std::string ThreadLab::compare_objects() {
    for (std::size_t id = 0; id < endpoints.size(); ++id) {
        if (!same_queue(endpoints[id]->queue, expected.endpoints[id].queue)) {
            return "the queue of endpoint " + std::to_string(id);
        }
    }
    for (std::size_t id = 0; id < notifications.size(); ++id) {
        auto const& notification = *notifications[id];
        auto const& wanted = expected.notifications[id];
        if (notification.active != wanted.active || notification.bits != wanted.word ||
            id_of(threads, notification.bound_tcb) != wanted.thread ||
            id_of(contexts, notification.sched_context) != wanted.context ||
            !same_queue(notification.waiters, wanted.queue)) {
            return "notification " + std::to_string(id);
        }
    }
    for (std::size_t id = 0; id < replies.size(); ++id) {
        if (id_of(threads, replies[id]->tcb) != expected.replies[id]) {
            return "reply object " + std::to_string(id);
        }
    }
    return {};
}

std::string ThreadLab::compare_scheduler() {
    auto const& core = kernel->core;
    auto const running = core.current == &core.idle_thread ? nobody : id_of(threads, core.current);
    if (running != expected.current) {
        return "thread " + std::to_string(running) + " runs and not " +
               std::to_string(expected.current);
    }
    if (!same_queue(core.scheduler.releases(), expected.waiting_for_budget)) {
        return "the threads that wait for budget";
    }
    for (auto const& [priority, queue] : expected.ready) {
        if (!same_queue(core.scheduler.ready(0).at(static_cast<unsigned>(priority)), queue)) {
            return "the ready queue of priority " + std::to_string(priority);
        }
    }
    return core.deadline == expected.deadline ? "" : "the time of the next timer interrupt";
}

} // namespace kernel
