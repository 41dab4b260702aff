// SPDX-License-Identifier: BSD-2-Clause
//
// Making a system twice, and doing things in both.

#include "thread_lab.hpp"

#include <kernel/sched/binding.hpp>

namespace kernel {

using reference::Target;

// ---- making a system ----------------------------------------------------------------------------

Word ThreadLab::add_thread(std::uint8_t priority, Word budget_us, Word period_us) {
    bool const is_first = threads.empty();
    auto& thread = is_first ? *root : make_passive_thread(priority);
    auto const index = note(slot_of(thread), threads, CapKind::Tcb);
    thread.priority = priority;
    thread.max_controlled_priority = 150;
    if (is_first) {
        unbind_thread(*kernel, *thread.sched_context);
    }
    expected.threads.push_back({.state = ThreadState::Running,
                                .priority = priority,
                                .max_controlled_priority = 150,
                                .fault_handler = {},
                                .timeout_handler = {},
                                .registers = {},
                                .fault_words = {}});
    auto const context = add_context();
    auto const id = static_cast<int>(threads.size()) - 1;
    auto const context_id = expected.slots[context].object;
    auto const now = arch::fake_machine().now;
    new_refills(object<SchedContext>(context), 10, arch::us_to_ticks(budget_us),
                arch::us_to_ticks(period_us), now);
    expected.contexts[context_id].budget.start(10, arch::us_to_ticks(budget_us),
                                               arch::us_to_ticks(period_us), now);
    lend(thread, context);
    expected.contexts[context_id].thread = id;
    expected.threads[id].context = context_id;
    thread.state = ThreadState::Running;
    if (!is_first) {
        kernel->core.scheduler.enqueue_last(thread);
        expected.ready[priority].push_back(id);
    }
    places.add(&thread, sizeof thread);
    places.add(thread.ipc_buffer(Tcb::BufferUse::Send), 16 * sizeof(Word) + sizeof(Word));
    return index;
}

Word ThreadLab::add_context() {
    auto const index =
        note(make(api::ObjectType::SchedContext, 8), contexts, CapKind::SchedContext);
    expected.contexts.emplace_back();
    places.add(contexts.back(), base::bit(8));
    return index;
}

Word ThreadLab::add_endpoint() {
    auto const index = note(make_endpoint(), endpoints, CapKind::Endpoint);
    expected.endpoints.emplace_back();
    places.add(endpoints.back(), sizeof(Endpoint));
    return index;
}

Word ThreadLab::add_notification() {
    auto const index = note(make_notification(), notifications, CapKind::Notification);
    expected.notifications.emplace_back();
    places.add(notifications.back(), sizeof(Notification));
    return index;
}

Word ThreadLab::add_reply() {
    auto const index = note(make_reply(), replies, CapKind::Reply);
    expected.replies.push_back(nobody);
    places.add(replies.back(), sizeof(Reply));
    return index;
}

Word ThreadLab::add_badged(Word of, Word badge, Word rights) {
    auto const cap = slot(of).cap.restricted_to(Rights{rights}).with_badge(Badge{badge});
    auto const index = add_copy(of, cap);
    auto target = expected.slots[of];
    target.badge = badge;
    target.rights = rights;
    target.is_first = false;
    expected.slots[index] = target;
    copies[index] = {of, badge, rights};
    return index;
}

Word ThreadLab::add_control() {
    auto const index = add(Capability::sched_control(0));
    expected.slots[index] = {.kind = CapKind::SchedControl};
    expected.slots[cnode] = {.kind = CapKind::CNode};
    return index;
}

void ThreadLab::set_fault_handler(Word thread, Word handler) {
    set_cap(object<Tcb>(thread), Tcb::FaultHandler, handler);
    auto const id = expected.slots[thread].object;
    expected.threads[id].fault_handler = expected.slots[handler];
    expected.threads[id].fault_handler.is_first = false;
    fault_handlers[id] = handler;
}

void ThreadLab::connect_irq(Word irq, Word notification) {
    kernel->irqs.set_state(irq, IrqState::Signal);
    add(Capability::irq_handler(irq));
    insert_derived(slot(notification), kernel->irqs.slot(irq), slot(notification).cap);
    auto const& target = expected.slots[notification];
    expected.irqs[irq] = {target.object, target.badge};
    irqs[irq] = notification;
}

void ThreadLab::finish() {
    kernel->core.sched_context = root->sched_context;
    kernel->core.scheduler.decided();
    kernel->core.scheduler.timer_is_stale = true;
    schedule(*kernel);
    expected.now = arch::fake_machine().now;
    expected.current = 0;
    expected.payer = expected.threads[0].context;
    expected.deadline = kernel->core.deadline;
    places.add(&slot(0), sizeof(Slot) << radix);
    places.add(&kernel->core, sizeof kernel->core);
    for (auto const& [irq, notification] : irqs) {
        places.add(&kernel->irqs.slot(irq), sizeof(Slot));
    }
    fresh = save();
}

void ThreadLab::restore(State const& state) {
    places.write(state.bytes);
    arch::fake_machine().now = state.now;
    expected = state.model;
}

// ---- doing things -------------------------------------------------------------------------------

std::string ThreadLab::describe(Operation const& operation) const {
    auto const text = [](std::string_view name, Word value) {
        return std::string{name} + std::to_string(value);
    };
    auto const id = operation.what == Operation::What::Syscall && operation.thread != nobody
                        ? operation.thread
                        : expected.current;
    auto line = text("after us ", operation.us) +
                (id != nobody ? text(", thread ", static_cast<Word>(id)) : ", nobody");
    switch (operation.what) {
    case Operation::What::Fault: return line + " touches what is not there";
    case Operation::What::Interrupt: return line + text(" is interrupted by ", operation.irq);
    case Operation::What::Become:
        return line + text(" makes way for ", static_cast<Word>(operation.thread));
    case Operation::What::Recreate: return line + ", what was deleted is made anew";
    default: break;
    }
    line += text(" calls ", static_cast<Word>(-std::to_underlying(operation.number))) +
            text(" on slot ", operation.cptr) + text(" reply ", operation.reply) +
            text(" first ", operation.first) + text(" label ", operation.label) + " words";
    for (Word const word : operation.words) {
        line += text(" ", word);
    }
    line += " capabilities";
    for (Word const cap : operation.caps) {
        line += text(" ", cap);
    }
    return line;
}

void ThreadLab::do_in_kernel(Operation const& operation) {
    using What = Operation::What;
    auto& machine = arch::fake_machine();
    auto& thread = current();
    thread.context.next_ip = next_ip;
    if (operation.what == What::Interrupt) {
        if (operation.irq != 0) {
            machine.pending_irqs.push_back(operation.irq);
        }
        handle_interrupt(*kernel);
    } else if (operation.what == What::Fault) {
        thread.context.fault_ip = next_ip;
        takes_fast_paths ? handle_vm_fault(*kernel, 0x1234, false, 0)
                         : handle_any_vm_fault(*kernel, 0x1234, false, 0);
    } else {
        thread.context.fault_ip = fault_ip;
        say(thread, {operation.label, operation.words, operation.caps});
        auto& x = thread.context.x;
        x[0] = operation.cptr;
        x[6] = operation.reply;
        x[7] = static_cast<Word>(operation.number);
        x[8] = operation.first;
        auto const number = std::to_underlying(operation.number);
        takes_fast_paths ? handle_syscall(*kernel, number) : handle_any_syscall(*kernel, number);
    }
    machine.ended_irqs.clear();
    machine.console.clear();
}

void ThreadLab::do_in_model(Operation const& operation) {
    using What = Operation::What;
    auto const now = arch::fake_machine().now;
    if (operation.what == What::Interrupt) {
        if (expected.current != nobody) {
            expected.threads[expected.current].registers.next_ip = next_ip;
        }
        expected.interrupt(now, operation.irq);
        return;
    }
    auto& registers = expected.threads[expected.current].registers;
    registers.next_ip = next_ip;
    if (operation.what == What::Fault) {
        registers.fault_ip = next_ip;
        expected.vm_fault(now, 0x1234);
        return;
    }
    registers.fault_ip = fault_ip;
    for (std::size_t i = 0; i < operation.words.size(); ++i) {
        (i < 4 ? registers.x[2 + i] : registers.message[i]) = operation.words[i];
    }
    std::ranges::copy(operation.caps, registers.caps.begin());
    registers.x[0] = operation.cptr;
    registers.x[1] =
        api::MessageInfo::make(operation.label, operation.words.size(), operation.caps.size())
            .raw();
    registers.x[6] = operation.reply;
    registers.x[7] = static_cast<Word>(operation.number);
    registers.x[8] = operation.first;
    expected.syscall(now, operation.number);
}

std::string ThreadLab::apply(Operation const& operation) {
    using What = Operation::What;
    arch::fake_machine().now += arch::us_to_ticks(operation.us);
    auto done = operation;
    if (done.what == What::Become) {
        if (!expected.may_run_now(done.thread)) {
            return {};
        }
        become(*threads[done.thread]);
        kernel->core.scheduler.timer_is_stale = true; // another context pays
        schedule(*kernel);
        expected.become(done.thread);
        expected.threads[done.thread].registers.next_ip = current().context.next_ip;
        return {};
    }
    if (done.what == What::Syscall && done.thread != nobody) {
        if (!expected.may_run_now(done.thread)) {
            return {};
        }
        apply({.what = What::Become, .thread = done.thread});
    }
    if (done.what == What::Recreate) {
        recreate();
        return {};
    }
    if (expected.current == nobody) {
        done.what = What::Interrupt;
    }
    do_in_kernel(done);
    do_in_model(done);
    return difference();
}

// ---- objects that were deleted ------------------------------------------------------------------

bool ThreadLab::is_gone(Target const& object) const {
    auto const same = [&](Target const& other) {
        return other.kind == object.kind && other.object == object.object;
    };
    bool const connected = std::ranges::any_of(expected.irqs, [&](auto const& irq) {
        return object.kind == CapKind::Notification && irq.second.first == object.object;
    });
    return !connected && std::ranges::none_of(expected.slots, same) &&
           std::ranges::none_of(expected.threads, [&](auto const& thread) {
               return same(thread.fault_handler) || same(thread.timeout_handler);
           });
}

void ThreadLab::recreate() {
    for (auto const& [index, target] : original_slots) {
        if (target.kind == CapKind::Tcb || !is_gone(target)) {
            continue;
        }
        auto const make_again = [&](api::ObjectType type, auto const& objects, unsigned bits) {
            auto const at = arch::physical_address(objects[target.object]);
            insert_root(slot(index), make_object(*kernel, type, at, bits, false));
            expected.slots[index] = target;
        };
        switch (target.kind) {
        case CapKind::Endpoint: make_again(api::ObjectType::Endpoint, endpoints, 0); break;
        case CapKind::Reply: make_again(api::ObjectType::Reply, replies, 0); break;
        case CapKind::Notification:
            make_again(api::ObjectType::Notification, notifications, 0);
            expected.notifications[target.object] = {};
            break;
        default: make_again(api::ObjectType::SchedContext, contexts, 8); break;
        }
    }
    for (auto const& [index, copy] : copies) {
        if (slot(index).empty() && !slot(copy.of).empty()) {
            auto const rights = Rights{copy.rights};
            auto const cap = slot(copy.of).cap.restricted_to(rights).with_badge(Badge{copy.badge});
            insert_derived(slot(copy.of), slot(index), cap);
            expected.slots[index] = expected.slots[copy.of];
            expected.slots[index].badge = copy.badge;
            expected.slots[index].rights = copy.rights;
            expected.slots[index].is_first = false;
        }
    }
    for (auto const& [thread, handler] : fault_handlers) {
        if (threads[thread]->slot(Tcb::FaultHandler).empty() && !slot(handler).empty()) {
            set_cap(*threads[thread], Tcb::FaultHandler, handler);
            expected.threads[thread].fault_handler = expected.slots[handler];
            expected.threads[thread].fault_handler.is_first = false;
        }
    }
    for (auto const& [irq, notification] : irqs) {
        if (kernel->irqs.slot(irq).empty() && !slot(notification).empty()) {
            insert_derived(slot(notification), kernel->irqs.slot(irq), slot(notification).cap);
            auto const& target = expected.slots[notification];
            expected.irqs[irq] = {target.object, target.badge};
        }
    }
}

} // namespace kernel
