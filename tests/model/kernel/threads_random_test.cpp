// SPDX-License-Identifier: BSD-2-Clause
//
// Threads that do anything at random: messages, calls, signals, faults, suspending, rebinding and
// deleting each other's objects, while time passes. After every step nothing may contradict itself,
// and every scheduling context must still be worth its budget.
//
// QUIRE_MODEL_STEPS sets the number of steps, QUIRE_MODEL_SEED the sequence.

#include "../../unit/kernel/fixture.hpp"
#include <kernel/ipc/cancel.hpp>
#include <kernel/ipc/send_receive.hpp>
#include <kernel/sched/binding.hpp>

#include <cstdlib>
#include <map>
#include <random>

namespace kernel {
namespace {

using api::Invocation;
using api::Syscall;

unsigned long from_environment(char const* name, unsigned long otherwise) {
    char const* const text = std::getenv(name);
    return text != nullptr ? std::strtoul(text, nullptr, 10) : otherwise;
}

class ThreadsRandomTest : public KernelTest {
protected:
    ThreadsRandomTest() {
        for (int i = 0; i < 3; ++i) {
            endpoints.push_back(make_endpoint());
            notifications.push_back(make_notification());
        }
        for (int i = 0; i < 4; ++i) {
            replies.push_back(make_reply());
        }
        control = add(Capability::sched_control(0));
        for (int i = 0; i < 3; ++i) {
            contexts.push_back(make(api::ObjectType::SchedContext, 8));
            configure(contexts.back());
        }
        for (int i = 0; i < 8; ++i) {
            make_random_thread();
        }
    }

    // ---- choices -----------------------------------------------------------------------------

    Word below(Word limit) { return random() % limit; }

    Word any_of(std::vector<Word> const& from) { return from[below(from.size())]; }

    Word any_target() {
        switch (below(8)) {
        case 0: return any_of(notifications);
        case 1: return any_of(replies);
        case 2: return below(10) == 0 ? unresolvable : any_of(endpoints);
        default: return any_of(endpoints);
        }
    }

    Word any_source() { return below(4) == 0 ? any_of(notifications) : any_of(endpoints); }

    void make_random_thread() {
        auto& thread = make_passive_thread(static_cast<std::uint8_t>(95 + below(10)));
        thread.max_controlled_priority = 110;
        if (below(2) == 0) {
            set_cap(thread, Tcb::FaultHandler, any_of(endpoints));
        }
        if (below(2) == 0) {
            set_cap(thread, Tcb::TimeoutHandler, any_of(endpoints));
        }
        threads.push_back(slot_of(thread));
    }

    // ---- what the running thread does ----------------------------------------------------------

    void random_system_call() {
        constexpr Syscall calls[] = {
            Syscall::Call,       Syscall::Call,   Syscall::Call,      Syscall::Call,
            Syscall::ReplyRecv,  Syscall::Recv,   Syscall::ReplyRecv, Syscall::Recv,
            Syscall::NBSendRecv, Syscall::Send,   Syscall::NBSend,    Syscall::NBSendWait,
            Syscall::NBRecv,     Syscall::NBWait, Syscall::Wait,      Syscall::Yield,
        };
        auto const number = calls[below(std::size(calls))];
        auto& thread = current();
        say(thread, {.words = {below(100), below(100)}});
        bool const receives =
            number != Syscall::Call && number != Syscall::Send && number != Syscall::NBSend;
        thread.context.x[0] = receives ? any_source() : any_target();
        thread.context.x[6] = number == Syscall::NBSendWait ? any_target() : any_of(replies);
        thread.context.x[8] = any_target();
        trap(thread, number);
    }

    void configure(Word context) {
        constexpr Word budgets_us[] = {100, 400, 2000};
        auto const budget = budgets_us[below(3)];
        auto const period = below(3) == 0 ? budget : budget * (2 + below(3));
        if (invoke_now(control, Invocation::SchedControlConfigureFlags,
                       {budget, period, below(5), below(10), below(2)}, {context})) {
            budget_of[context] = arch::us_to_ticks(budget);
        }
    }

    /// By whoever runs, if anyone does. Whether it was done.
    bool invoke_now(Word cptr, Invocation label, std::vector<Word> const& words,
                    std::vector<Word> const& caps) {
        if (&current() == &kernel->core.idle_thread) {
            resume(*kernel, *root);
            schedule(*kernel);
        }
        auto& invoker = current();
        if (&invoker == &kernel->core.idle_thread) {
            return false;
        }
        call(invoker, cptr, {std::to_underlying(label), words, caps});
        return label_of(invoker) == 0;
    }

    void random_invocation() {
        auto const thread = any_of(threads);
        auto const context = any_of(contexts);
        switch (below(11)) {
        case 0: invoke_now(thread, Invocation::TcbSuspend, {}, {}); break;
        case 1:
        case 2: invoke_now(thread, Invocation::TcbResume, {}, {}); break;
        case 3:
            invoke_now(thread, Invocation::TcbSetPriority, {95 + below(10)}, {slot_of(*root)});
            break;
        case 4:
            invoke_now(thread, Invocation::TcbBindNotification, {}, {any_of(notifications)});
            break;
        case 5: invoke_now(thread, Invocation::TcbUnbindNotification, {}, {}); break;
        case 6: invoke_now(context, Invocation::SchedContextUnbindObject, {}, {thread}); break;
        case 7:
            invoke_now(context, Invocation::SchedContextBind, {}, {any_of(notifications)});
            break;
        case 8: invoke_now(context, Invocation::SchedContextYieldTo, {}, {}); break;
        default: invoke_now(context, Invocation::SchedContextBind, {}, {thread}); break;
        }
    }

    // ---- what happens to them ------------------------------------------------------------------

    void pass_time() {
        advance_us(below(300));
        handle_interrupt(*kernel);
    }

    void fault() {
        if (&current() != &kernel->core.idle_thread) {
            current().context.fault_ip = current().context.next_ip;
            handle_vm_fault(*kernel, 0x1234, false, 0);
        }
    }

    template <typename T>
    void replace(std::vector<Word>& slots, api::ObjectType type) {
        auto const index = slots[below(slots.size())];
        while (!delete_slot(*kernel, slot(index))) {
            // by one who is out of time, which is looked at now and then
        }
        insert_root(slot(index),
                    make_object(*kernel, type, allocate(api::object_size_bits(type, 0)), 0, false));
        schedule(*kernel);
    }

    void delete_something() {
        switch (below(3)) {
        case 0: replace<Notification>(notifications, api::ObjectType::Notification); break;
        case 1: replace<Reply>(replies, api::ObjectType::Reply); break;
        default: {
            auto const index = any_of(contexts);
            finalise(*kernel, object<SchedContext>(index));
            schedule(*kernel);
            configure(index);
            break;
        }
        }
    }

    /// Nobody can run: some thread gets time, if it has none and some is free, and starts over.
    void revive() {
        auto& thread = object<Tcb>(any_of(threads));
        auto& context = object<SchedContext>(any_of(contexts));
        if (thread.sched_context == nullptr && context.tcb == nullptr && context.configured()) {
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
    void park(Tcb& thread) {
        auto& endpoint = object<Endpoint>(any_of(endpoints));
        auto const* const bound = thread.bound_notification;
        if (!endpoint.has_senders() && (bound == nullptr || !bound->active)) {
            suspend(*kernel, thread);
            thread.state = ThreadState::Running;
            kernel::receive(*kernel, thread, endpoint, Wait::Block,
                            &object<Reply>(any_of(replies)));
        }
    }

    void step() {
        auto const choice = below(100);
        if (&current() == &kernel->core.idle_thread && choice < 80) {
            choice < 60 ? revive() : pass_time();
        } else if (choice < 60) {
            random_system_call();
        } else if (choice < 78) {
            random_invocation();
        } else if (choice < 92) {
            pass_time();
        } else if (choice < 95) {
            configure(any_of(contexts));
        } else if (choice < 97) {
            fault();
        } else {
            delete_something();
        }
    }

    void check() {
        ASSERT_EQ(find_contradiction(*kernel), "");
        for (auto const& [index, budget] : budget_of) {
            auto& context = object<SchedContext>(index);
            if (!context.configured()) {
                continue;
            }
            Ticks sum = 0;
            for (std::uint32_t i = 0; i < context.refill_count; ++i) {
                sum += context.refill(i).amount;
            }
            ASSERT_EQ(sum, budget);
        }
    }

    std::mt19937_64 random{from_environment("QUIRE_MODEL_SEED", 1)};
    std::vector<Word> endpoints;
    std::vector<Word> notifications;
    std::vector<Word> replies;
    std::vector<Word> contexts;
    std::vector<Word> threads;
    std::map<Word, Ticks> budget_of;
    Word control{0};
};

TEST_F(ThreadsRandomTest, NothingEverContradictsItself) {
    auto const steps = from_environment("QUIRE_MODEL_STEPS", 50'000);
    for (unsigned long i = 0; i < steps && !HasFatalFailure(); ++i) {
        SCOPED_TRACE(i);
        step();
        check();
    }
}

} // namespace
} // namespace kernel
