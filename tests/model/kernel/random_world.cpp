// SPDX-License-Identifier: BSD-2-Clause
//
// What threads do at random. Servers wait without time of their own, and mostly answer who called
// them: otherwise hardly anything would be usual enough for a fast path.

#include "random_world.hpp"

#include "../../unit/kernel/fastpath/state_reader.hpp"
#include <kernel/ipc/cancel.hpp>
#include <kernel/ipc/signal.hpp>
#include <kernel/object/fpu.hpp>
#include <kernel/sched/binding.hpp>

namespace kernel {

using api::Syscall;

RandomWorld::RandomWorld(std::uint64_t seed, Path path) : random_{seed}, path_{path} {
    make_objects();
}

Word RandomWorld::state_number() const {
    return state_as_number(*kernel, slots());
}

// ---- what there is -----------------------------------------------------------------------------

void RandomWorld::make_objects() {
    constexpr std::array some_rights{Rights::All, Rights::Write | Rights::Grant,
                                     Rights::Write | Rights::GrantReply, Rights::ReadWrite,
                                     Rights::Read | Rights::Grant};
    for (Word i = 0; i < 3; ++i) {
        endpoints_.push_back(make_endpoint());
        notifications_.push_back(make_notification());
        for (auto const rights : some_rights) {
            targets_.push_back(mint(endpoints_.back(), 3 * i, rights));
            signals_.push_back(mint(notifications_.back(), i, rights));
        }
    }
    for (int i = 0; i < 8; ++i) {
        replies_.push_back(make_reply());
    }
    for (int i = 0; i < 8; ++i) {
        contexts_.push_back(make_sched_context());
    }
    for (int i = 0; i < 14; ++i) {
        make_random_thread();
    }
}

std::uint8_t RandomWorld::any_priority() {
    return static_cast<std::uint8_t>(100 + below(3));
}

void RandomWorld::make_random_thread() {
    auto& thread = make_server(any_priority(), any_of(endpoints_), no_slot);
    if (!one_in(4)) {
        set_fault_handler(thread, any_of(targets_));
    }
    if (one_in(2)) {
        set_cap(thread, Tcb::TimeoutHandler, any_of(endpoints_));
    }
    auto& buffer = *thread.ipc_buffer(Tcb::BufferUse::Receive);
    buffer.receive_cnode = cnode;
    buffer.receive_index = first_receive_slot + threads_.size();
    buffer.receive_depth = api::word_bits;
    threads_.push_back(slot_of(thread));
}

/// Most of them round robin.
void RandomWorld::configure(SchedContext& context) {
    constexpr std::array<Word, 4> budgets_us{60, 400, 2000, 10'000};
    auto const budget = budgets_us[below(budgets_us.size())];
    auto const period = one_in(3) ? budget * (2 + below(3)) : 0;
    new_refills(context, 2 + static_cast<std::uint32_t>(below(6)), arch::us_to_ticks(budget),
                arch::us_to_ticks(period), kernel->core.now);
    context.sporadic = one_in(6);
    context.badge = below(10);
}

// ---- choices -----------------------------------------------------------------------------------

Word RandomWorld::any_target() {
    if (one_in(40)) {
        return one_in(2) ? unresolvable : no_slot;
    }
    return one_in(6) ? any_of(signals_) : one_in(8) ? any_of(replies_) : any_of(targets_);
}

/// Where somebody waits, if that is easily found.
Word RandomWorld::any_service() {
    return any_where(targets_,
                     [](Word target) { return object<Endpoint>(target).has_receivers(); });
}

Word RandomWorld::any_signal() {
    return any_where(signals_,
                     [](Word signal) { return !object<Notification>(signal).waiters.empty(); });
}

Word RandomWorld::any_quiet_notification() {
    return any_where(notifications_,
                     [](Word notification) { return !object<Notification>(notification).active; });
}

Word RandomWorld::any_source() {
    if (one_in(40)) {
        return unresolvable;
    }
    return one_in(30) ? any_of(notifications_) : any_of(one_in(8) ? targets_ : endpoints_);
}

/// Mostly the one with which the running thread was called.
Word RandomWorld::any_reply() {
    auto const* const top = kernel->core.sched_context->reply_top;
    for (Word const index : replies_) {
        if (&object<Reply>(index) == top && !one_in(6)) {
            return index;
        }
    }
    return one_in(30) ? any_of(endpoints_) : any_of(replies_);
}

// ---- what the running thread does --------------------------------------------------------------

void RandomWorld::say_something(Tcb& thread) {
    constexpr std::array<std::size_t, 8> lengths{0, 1, 2, 3, 4, 5, 9, 120};
    say(thread, message_of(lengths[below(lengths.size())], below(3)));
    if (auto* const buffer = thread.ipc_buffer(Tcb::BufferUse::Receive)) {
        buffer->words[4] = below(1000);
        if (one_in(16)) {
            auto const info = thread.context.message_info();
            thread.context.set_message_info(
                api::MessageInfo::make(info.label(), info.length(), 1 + below(2)));
            buffer->caps_or_badges[0] = any_target();
            buffer->caps_or_badges[1] = any_of(targets_);
        }
    }
    thread.context.x[2] = below(1000);
}

Entry RandomWorld::random_system_call() {
    constexpr std::array others{Syscall::Recv,   Syscall::NBSendRecv, Syscall::NBSendWait,
                                Syscall::NBRecv, Syscall::NBWait,     Syscall::Wait,
                                Syscall::Send,   Syscall::NBSend,     Syscall{-99}};
    auto& thread = *kernel->core.current;
    auto number = others[below(others.size())];
    say_something(thread);
    thread.context.x[0] = any_source();
    thread.context.x[6] = number == Syscall::NBSendWait ? any_target() : any_reply();
    thread.context.x[8] = any_target();
    if (number == Syscall::Send || number == Syscall::NBSend) {
        thread.context.x[0] = any_target();
    }
    return about_to(thread, number);
}

Entry RandomWorld::random_entry() {
    auto& thread = *kernel->core.current;
    auto const& core = kernel->core;
    bool const was_called = core.sched_context->reply_top != nullptr;
    bool const has_equals = !core.scheduler.ready(0).at(thread.priority).empty();
    auto const choice = below(100);
    if (choice < 10) {
        return to_fault(thread);
    }
    if (choice < 15 || (has_equals && choice < 50)) {
        return to_yield(thread);
    }
    if (choice < 34) {
        return to_send(thread, any_signal(), one_in(2) ? Syscall::Send : Syscall::NBSend);
    }
    if (choice < 42) {
        return random_system_call();
    }
    say_something(thread);
    thread.context.x[6] = any_reply();
    if (was_called && !one_in(4)) {
        thread.context.x[0] = any_source();
        return about_to(thread, Syscall::ReplyRecv);
    }
    if (!was_called && one_in(2)) {
        bool const waits = one_in(2);
        thread.context.x[0] = waits ? any_quiet_notification() : any_of(endpoints_);
        return about_to(thread, waits ? Syscall::Wait : Syscall::Recv);
    }
    thread.context.x[0] = one_in(8) ? any_target() : any_service();
    return about_to(thread, Syscall::Call);
}

void RandomWorld::count(Entry const& entry, Tcb const& before) {
    if (std::holds_alternative<Fault>(entry)) {
        ++taken_[VmFault];
        return;
    }
    switch (std::get<Syscall>(entry)) {
    case Syscall::Call: ++taken_[Call]; break;
    case Syscall::ReplyRecv: ++taken_[ReplyReceive]; break;
    case Syscall::Yield: ++taken_[Yield]; break;
    default: ++taken_[kernel->core.current == &before ? Signal : Wake]; break;
    }
}

/// With some time having passed, sometimes, that the timer tells of only afterwards.
void RandomWorld::enter_somehow() {
    auto const entry = random_entry();
    bool const is_late = one_in(3);
    if (is_late) {
        pass_unseen_time();
    }
    auto const& before = *kernel->core.current;
    if (path_ == Path::Fast && try_fast_path(entry)) {
        count(entry, before);
    } else {
        enter(path_, entry);
    }
    if (is_late) {
        interrupt();
    }
}

void RandomWorld::use_fpu() {
    handle_fpu_use(*kernel, 0x1fe0'0000);
    auto const& core = kernel->core;
    if (core.fpu_owner == core.current) {
        arch::fake_machine().fpu_registers[below(8)] = random_();
    }
}

// ---- what happens to threads -------------------------------------------------------------------

void RandomWorld::pass_time() {
    advance_us(one_in(4) ? below(9000) : below(200));
    interrupt();
}

/// Not so much that anything would be due: then it matters who looks first.
void RandomWorld::pass_unseen_time() {
    auto const& core = kernel->core;
    auto const then = core.now + below(arch::us_to_ticks(300));
    if (then <= core.slice_end && then < core.deadline) {
        arch::fake_machine().now = then;
    }
}

void RandomWorld::interfere() {
    auto& thread = any_thread();
    switch (below(10)) {
    case 0: suspend(*kernel, thread); break;
    case 1:
    case 2: resume(*kernel, thread); break;
    case 3: set_priority(*kernel, thread, any_priority()); break;
    case 4: change_abilities(thread); break;
    case 5:
    case 6: change_bindings(); break;
    case 7: signal(*kernel, object<Notification>(any_of(notifications_)), Badge{64}); break;
    case 8:
        set_domain(*kernel, thread, static_cast<std::uint8_t>(below(config::domain_count)));
        break;
    default: cut_off(); break;
    }
    schedule(*kernel);
}

void RandomWorld::change_abilities(Tcb& thread) {
    auto& frame = thread.slot(Tcb::IpcBufferFrame).cap;
    switch (below(3)) {
    case 0:
        thread.flags ^= api::tcb_flag_fpu_disabled;
        release_fpu(*kernel, thread);
        break;
    case 1: frame = frame.restricted_to(Rights::Read); break;
    default: // writable again, and what lies in the slot for capabilities is thrown away
        frame = Capability::frame(frame.address(), FrameSize::Small, false, FrameRights::ReadWrite);
        for (Word i = 0; i < threads_.size(); ++i) {
            if (auto& received = slot(first_receive_slot + i); !received.empty()) {
                remove_slot(received);
            }
        }
        break;
    }
}

void RandomWorld::change_bindings() {
    auto& thread = any_thread();
    auto& context = object<SchedContext>(any_of(contexts_));
    auto& notification = object<Notification>(any_of(notifications_));
    switch (below(5)) {
    case 0:
        if (notification.bound_tcb == nullptr && thread.bound_notification == nullptr) {
            bind_notification(notification, thread);
        }
        break;
    case 1: unbind_notification(thread); break;
    case 2: unbind_thread(*kernel, context); break;
    case 3:
        if (context.notification == nullptr && notification.sched_context == nullptr &&
            context.tcb == nullptr) {
            bind(context, notification);
        } else {
            unbind_notification(context);
        }
        break;
    default:
        if (context.tcb == nullptr && thread.sched_context == nullptr && !thread.blocked()) {
            bind(*kernel, context, thread);
        }
        break;
    }
}

void RandomWorld::restart_all(IpcQueue& queue) {
    while (!queue.empty()) {
        restart_first(*kernel, queue);
    }
}

/// Objects end, and are as new.
void RandomWorld::cut_off() {
    switch (below(4)) {
    case 0: restart_all(object<Endpoint>(any_of(endpoints_)).queue); break;
    case 1: restart_all(object<Notification>(any_of(notifications_)).waiters); break;
    case 2: finalise(*kernel, object<Reply>(any_of(replies_))); break;
    default: {
        auto& context = object<SchedContext>(any_of(contexts_));
        finalise(*kernel, context);
        schedule(*kernel);
        configure(context);
        break;
    }
    }
}

/// Some thread gets time, if it has none and some is free, and starts over; or it
/// becomes a server.
void RandomWorld::revive() {
    auto& thread = any_thread();
    auto& context = object<SchedContext>(any_of(contexts_));
    if (thread.sched_context == nullptr && context.tcb == nullptr && one_in(2)) {
        suspend(*kernel, thread);
        bind(*kernel, context, thread);
    }
    if (thread.sched_context == nullptr) {
        park(thread);
    } else {
        resume(*kernel, thread);
    }
    schedule(*kernel);
}

/// Waits as a passive server does, if it would not be called at once.
void RandomWorld::park(Tcb& thread) {
    auto const index = any_of(endpoints_);
    auto const reply = any_of(replies_);
    auto const* const bound = thread.bound_notification;
    bool const is_free = object<Reply>(reply).tcb == nullptr;
    if (is_free && !object<Endpoint>(index).has_senders() && (bound == nullptr || !bound->active)) {
        suspend(*kernel, thread);
        receive_here(thread, index, reply);
    }
}

void RandomWorld::step() {
    auto const choice = below(100);
    if (choice < 8) {
        interfere();
    } else if (choice < 14 || (idle() && one_in(4))) {
        pass_time();
    } else if (idle() || choice < 24) {
        for (int i = 0; i < 3; ++i) {
            revive();
        }
    } else if (choice < 28) {
        use_fpu();
    } else {
        enter_somehow();
    }
    if (path_ == Path::Fast) { // the other is the same
        EXPECT_EQ(find_contradiction(*kernel), "");
    }
}

} // namespace kernel
