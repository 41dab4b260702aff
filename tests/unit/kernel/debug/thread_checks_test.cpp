// SPDX-License-Identifier: BSD-2-Clause
//
// The walker notices when threads, queues, objects and scheduling contexts disagree: each test
// spoils one thing after the other in a kernel where somebody waits for everything.
#include "../fixture.hpp"
#include "corruption.hpp"
#include <kernel/ipc/cancel.hpp>
#include <kernel/ipc/signal.hpp>
#include <kernel/sched/binding.hpp>

namespace kernel {
namespace {

class ThreadChecks : public KernelTest {
protected:
    /// A caller that lent its context, a passive server that has it, a sender, a receiver, a
    /// waiter; one that is ready, one without budget.
    ThreadChecks() {
        bind_notification(object<Notification>(bound_note), ready);
        bind(object<SchedContext>(note_context), object<Notification>(note));
        receive(server, endpoint, reply);
        unbind_thread(*kernel, *server.sched_context);
        call(caller, endpoint);
        receive(receiver, other_endpoint, other_reply);
        wait(waiter, note);
        send(sender, third_endpoint);
        send(second_sender, third_endpoint);
        become(*root);
        wait_for_time(poor, 1000);
        wait_for_time(poorer, 2000);
    }

    void wait_for_time(Tcb& thread, Ticks ticks) {
        thread.sched_context->head().time = kernel->core.now + ticks;
        postpone(*kernel, thread);
    }

    void noticed(auto& place, auto wrong, std::string_view complaint) {
        expect_noticed(*kernel, place, wrong, complaint);
    }

    Word endpoint = make_endpoint();
    Word other_endpoint = make_endpoint();
    Word third_endpoint = make_endpoint();
    Word note = make_notification();
    Word bound_note = make_notification();
    Word note_context = make_sched_context();
    Word reply = make_reply();
    Word other_reply = make_reply();
    Word spare_reply = make_reply();
    Tcb& server = make_thread(100);
    Tcb& caller = make_thread(90);
    Tcb& receiver = make_thread(90);
    Tcb& waiter = make_thread(90);
    Tcb& sender = make_thread(80);
    Tcb& second_sender = make_thread(70);
    Tcb& ready = make_thread(60);
    Tcb& poor = make_thread(50);
    Tcb& poorer = make_thread(50);
};

TEST_F(ThreadChecks, StatesAndQueues) {
    noticed(ready.state, ThreadState::Inactive,
            "a thread that cannot run, or runs, is in a ready queue");
    noticed(ready.state, ThreadState::Idle, "a thread is in no known state");
    noticed(ready.in_ready_queue, false, "a thread is in a ready queue that is not its own");
    noticed(ready.priority, std::uint8_t{61}, "a thread is in a ready queue that is not its own");
    noticed(ready.domain, std::uint8_t{1}, "a thread is in a ready queue that is not its own");
    noticed(ready.in_release_queue, true, "a thread is ready and waits for budget");
    noticed(waiter.in_ready_queue, true, "a ready thread is not in the queue of its priority");
    noticed(waiter.state, ThreadState::Running, "a thread that could run is in no queue");
    noticed(waiter.in_release_queue, true, "a thread without budget is not in the release queue");
    noticed(poor.in_release_queue, false,
            "a thread that waits for no budget is in the release queue");
    noticed(poor.state, ThreadState::Inactive,
            "a thread that waits for no budget is in the release queue");
    noticed(poorer.sched_context->head().time, Ticks{0}, "the release queue is in disorder");
    noticed(poor.scheduler_link.prev, &poorer, "the links of a queue disagree");
}

TEST_F(ThreadChecks, WhatTheyWaitFor) {
    noticed(sender.blocking.endpoint, &object<Endpoint>(endpoint),
            "a thread blocked on an endpoint is not in its queue");
    noticed(waiter.blocking.notification, &object<Notification>(bound_note),
            "a thread blocked on a notification is not in its queue");
    noticed(receiver.blocking.reply, &object<Reply>(spare_reply),
            "a receiver's reply object does not know it");
    noticed(receiver.blocking.reply, nullptr,
            "a reply object is of a thread that does not know it");
    noticed(caller.blocking.reply, &object<Reply>(spare_reply),
            "a caller's reply object does not know it");
    noticed(sender.lent_slice_ended, true,
            "a slice that ended was lent by a thread that waits for no answer");
    noticed(sender.state, ThreadState::Inactive, "a thread is queued that is not blocked");
    noticed(second_sender.state, ThreadState::BlockedOnReceive,
            "a thread is queued for what it does not wait for");
    noticed(waiter.state, ThreadState::Inactive,
            "a thread is queued for what it does not wait for");
    noticed(second_sender.priority, std::uint8_t{99}, "a queue is not ordered by priority");
    noticed(second_sender.ipc_link.prev, nullptr, "the links of a queue disagree");
    noticed(object<Notification>(note).active, true, "threads wait for an active notification");
}

TEST_F(ThreadChecks, Bindings) {
    noticed(object<Notification>(bound_note).bound_tcb, nullptr,
            "a bound notification does not know its thread");
    noticed(ready.bound_notification, nullptr, "a bound thread does not know its notification");
    noticed(object<Notification>(note).sched_context, nullptr,
            "a notification does not know its scheduling context");
    noticed(object<SchedContext>(note_context).notification, nullptr,
            "a scheduling context does not know its notification");
    noticed(waiter.sched_context->tcb, nullptr, "a scheduling context does not know its thread");
    noticed(waiter.sched_context, nullptr, "a thread does not know its scheduling context");
    noticed(waiter.yield_to, ready.sched_context,
            "a scheduling context does not know who yields to it");
    noticed(ready.sched_context->yield_from, &waiter,
            "who yields to a scheduling context does not know it");
    noticed(kernel->core.fpu_owner, &kernel->core.idle_thread,
            "the floating-point registers are no thread's");
}

TEST_F(ThreadChecks, StacksOfCalls) {
    auto& top = object<Reply>(reply);
    auto& spare = object<Reply>(spare_reply);
    auto& context = *server.sched_context;
    ASSERT_EQ(context.reply_top, &top);
    noticed(top.tcb, nullptr, "a caller's reply object does not know it");
    noticed(top.top_of, nullptr,
            "the top of a stack of calls does not know its scheduling context");
    noticed(context.reply_top, nullptr,
            "the top of a stack of calls is not the one its scheduling context knows");
    noticed(top.previous, &spare, "a stack of calls is torn");
    noticed(top.next, &spare, "a stack of calls is torn");
    noticed(spare.previous, &top, "nobody waits on a reply object in a stack of calls");
    noticed(spare.tcb, &ready, "a reply object is of a thread that does not know it");
}

TEST_F(ThreadChecks, Refills) {
    auto& round_robin = *ready.sched_context;
    noticed(round_robin.head().amount, Ticks{1}, "refills do not add up to the budget");
    noticed(round_robin.refill_count, 0u, "a scheduling context has no or too many refills");
    noticed(round_robin.refill_count, 11u, "a scheduling context has no or too many refills");
    noticed(round_robin.refill_capacity, 11u, "a scheduling context has more refills than room");
    auto& sporadic = object<SchedContext>(make_sched_context(1000, 10'000));
    noticed(sporadic.period, Ticks{0}, "round robin has not two refills");
    charge(sporadic, arch::us_to_ticks(400));
    ASSERT_EQ(sporadic.refill_count, 2u);
    noticed(sporadic.tail().time, sporadic.head().time, "refills overlap or are in disorder");
    auto const whole = sporadic.head().amount;
    expect_noticed_while(
        *kernel,
        [&] {
            sporadic.head().amount = 1;
            sporadic.tail().amount += whole - 1;
        },
        [&] {
            sporadic.head().amount = whole;
            sporadic.tail().amount -= whole - 1;
        },
        "a head refill is too small");
}

TEST_F(ThreadChecks, ReadyQueuesAndTheirBitmap) {
    auto& queue = const_cast<ReadyQueue&>(kernel->core.scheduler.ready(0));
    expect_noticed_while(
        *kernel, [&] { const_cast<SchedulerQueue&>(queue.at(60)).remove(ready); },
        [&] { queue.push_back(ready); }, "the bitmap of ready queues is wrong");
}

class DecisionChecks : public KernelTest {
protected:
    template <typename T>
    void noticed(T& place, std::type_identity_t<T> wrong, std::string_view complaint) {
        ASSERT_EQ(find_wrong_decision(*kernel), "");
        auto const right = place;
        place = wrong;
        EXPECT_EQ(find_wrong_decision(*kernel), complaint);
        place = right;
    }

    Tcb& other = make_thread(100);
};

TEST_F(DecisionChecks, WhoRuns) {
    auto& core = kernel->core;
    noticed(root->state, ThreadState::Inactive, "the current thread cannot run");
    noticed(root->priority, std::uint8_t{99}, "a thread of higher priority does not run");
    noticed(root->domain, std::uint8_t{1}, "the current thread is of another domain");
    noticed(core.sched_context, other.sched_context, "the wrong context pays");
    noticed(core.deadline, core.now + root->sched_context->head().amount + 1,
            "the timer comes too late for the end of the slice");
    reschedule(*kernel);
    EXPECT_EQ(find_wrong_decision(*kernel), "a decision of the scheduler was not acted upon");
}

TEST_F(DecisionChecks, WhoWaitsForTime) {
    auto& core = kernel->core;
    other.sched_context->head().time = core.now + 1000;
    postpone(*kernel, other);
    schedule(*kernel);
    noticed(core.deadline, core.now + 1001, "the timer comes too late for a release");
}

TEST_F(DecisionChecks, Idling) {
    auto& core = kernel->core;
    suspend(*kernel, other);
    suspend(*kernel, *root);
    schedule(*kernel);
    ASSERT_EQ(core.current, &core.idle_thread);
    noticed(core.sched_context, other.sched_context, "somebody pays for idling");
    other.state = ThreadState::Running;
    core.scheduler.enqueue_first(other);
    EXPECT_EQ(find_wrong_decision(*kernel), "nobody runs although somebody could");
}

} // namespace
} // namespace kernel
