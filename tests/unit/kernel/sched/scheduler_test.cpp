// SPDX-License-Identifier: BSD-2-Clause
//
// The scheduler: who runs after what.

#include <kernel/ipc/cancel.hpp>
#include <kernel/ipc/signal.hpp>

#include <tests/unit/kernel/fixture.hpp>

namespace kernel {
namespace {

using api::Syscall;

class SchedulerTest : public KernelTest {
protected:
    /// Everyone but `root`, which stops.
    void leave_root() {
        suspend(*kernel, *root);
        schedule(*kernel);
    }

    std::vector<Tcb*> ready(std::uint8_t priority) {
        std::vector<Tcb*> threads;
        auto const& queue = kernel->core.scheduler.ready(0).at(priority);
        for (auto* thread = queue.front(); thread != nullptr; thread = queue.next(*thread)) {
            threads.push_back(thread);
        }
        return threads;
    }
};

TEST_F(SchedulerTest, HighestPriorityRunsFirstOfItsQueue) {
    auto& low = make_thread(3);
    auto& first = make_thread(70);
    auto& second = make_thread(70);
    leave_root();
    EXPECT_EQ(&current(), &first);
    suspend(*kernel, first);
    schedule(*kernel);
    EXPECT_EQ(&current(), &second);
    suspend(*kernel, second);
    schedule(*kernel);
    EXPECT_EQ(&current(), &low);
    suspend(*kernel, low);
    schedule(*kernel);
    EXPECT_EQ(&current(), &kernel->core.idle_thread);
}

TEST_F(SchedulerTest, AWokenHigherThreadPreemptsAndThePreemptedStaysFirst) {
    auto const note = make_notification();
    auto& high = make_thread(150);
    auto& low = make_thread(50);
    make_thread(50);
    leave_root();
    wait(high, note);
    EXPECT_EQ(&current(), &low);
    send(low, note);
    EXPECT_EQ(&current(), &high);
    EXPECT_EQ(ready(50).front(), &low);
}

TEST_F(SchedulerTest, WakingAnEqualNeverPreempts) {
    auto const note = make_notification();
    auto& waiter = make_thread(50);
    auto& other = make_thread(50);
    auto& signaller = make_thread(50);
    leave_root();
    wait(waiter, note);
    become(signaller);
    send(signaller, note);
    EXPECT_EQ(&current(), &signaller);
    EXPECT_EQ(ready(50), (std::vector<Tcb*>{&other, &waiter}));
}

TEST_F(SchedulerTest, AReceiverThatIsCalledRunsDirectly) {
    auto const endpoint = make_endpoint();
    auto const reply = make_reply();
    auto& server = make_thread(50);
    auto& client = make_thread(50);
    make_thread(50);
    leave_root();
    receive(server, endpoint, reply);
    call(client, endpoint);
    EXPECT_EQ(&current(), &server); // before the equal that has queued for longer
}

TEST_F(SchedulerTest, YieldGoesToTheEndOfTheQueue) {
    auto& first = make_thread(50);
    auto& second = make_thread(50);
    leave_root();
    EXPECT_EQ(&current(), &first);
    trap(first, Syscall::Yield);
    EXPECT_EQ(&current(), &second);
    EXPECT_EQ(ready(50), (std::vector<Tcb*>{&first}));
}

TEST_F(SchedulerTest, TheEndOfASliceGoesToTheEndOfTheQueue) {
    auto& first = make_thread(50);
    auto& second = make_thread(50);
    leave_root();
    EXPECT_EQ(arch::fake_machine().deadline, kernel->core.now + first.sched_context->head().amount);
    advance_us(10'000);
    arch::fake_machine().pending_irqs.push_back(arch::timer_irq);
    handle_interrupt(*kernel);
    EXPECT_EQ(&current(), &second);
    EXPECT_EQ(ready(50), (std::vector<Tcb*>{&first}));
    EXPECT_EQ(first.sched_context->consumed, arch::us_to_ticks(10'000));
}

TEST_F(SchedulerTest, ASystemCallWithoutBudgetHappensLater) {
    auto const note = make_notification();
    auto& thread = make_thread(50);
    leave_root();
    object<Notification>(note).remember(Badge{7});
    advance_us(10'000);
    wait(thread, note);
    EXPECT_TRUE(object<Notification>(note).active);
    EXPECT_EQ(&current(), &thread); // alone, so its next slice has begun
    EXPECT_EQ(thread.context.next_ip, fault_ip);
    wait(thread, note);
    EXPECT_FALSE(object<Notification>(note).active);
}

TEST_F(SchedulerTest, PeriodicThreadsWaitForTheirRefill) {
    auto& thread = make_thread(50);
    new_refills(*thread.sched_context, 4, arch::us_to_ticks(1000), arch::us_to_ticks(5000),
                kernel->core.now);
    auto& other = make_thread(40);
    leave_root();
    auto const start = kernel->core.now;
    advance_us(1000);
    handle_interrupt(*kernel);
    EXPECT_EQ(&current(), &other);
    EXPECT_TRUE(thread.in_release_queue);
    EXPECT_EQ(arch::fake_machine().deadline, start + arch::us_to_ticks(5000));
    advance_us(4000);
    handle_interrupt(*kernel);
    EXPECT_EQ(&current(), &thread);
    EXPECT_FALSE(thread.in_release_queue);
}

TEST_F(SchedulerTest, TheReleaseQueueIsInOrderOfTime) {
    std::vector<Tcb*> threads;
    for (Word const delay : {300u, 100u, 200u, 100u}) {
        auto& thread = make_thread(50);
        new_refills(*thread.sched_context, 2, arch::us_to_ticks(50), arch::us_to_ticks(60),
                    kernel->core.now + arch::us_to_ticks(delay));
        postpone(*kernel, thread);
        threads.push_back(&thread);
    }
    std::vector<Tcb*> order;
    auto const& queue = kernel->core.scheduler.releases();
    for (auto* thread = queue.front(); thread != nullptr; thread = queue.next(*thread)) {
        order.push_back(thread);
    }
    EXPECT_EQ(order, (std::vector<Tcb*>{threads[1], threads[3], threads[2], threads[0]}));
}

TEST_F(SchedulerTest, SeveralReleasedAtOnceQueueByPriority) {
    auto& low = make_thread(50);
    auto& high = make_thread(60);
    for (auto* thread : {&low, &high}) {
        new_refills(*thread->sched_context, 2, arch::us_to_ticks(50), arch::us_to_ticks(60),
                    kernel->core.now + arch::us_to_ticks(100));
        postpone(*kernel, *thread);
    }
    leave_root();
    EXPECT_EQ(&current(), &kernel->core.idle_thread);
    advance_us(100);
    handle_interrupt(*kernel);
    EXPECT_EQ(&current(), &high);
    EXPECT_EQ(ready(50), (std::vector<Tcb*>{&low}));
}

TEST_F(SchedulerTest, IdleHasNoDeadlineAndNobodyPaysForIt) {
    auto& thread = make_passive_thread(50);
    lend(thread, make_sched_context());
    leave_root();
    EXPECT_EQ(&current(), &kernel->core.idle_thread);
    EXPECT_GE(arch::fake_machine().deadline, DomainSchedule::max_duration);
    advance_us(1'000'000);
    handle_interrupt(*kernel);
    resume(*kernel, thread);
    schedule(*kernel);
    EXPECT_EQ(&current(), &thread);
    EXPECT_EQ(kernel->core.consumed, 0u);
    EXPECT_EQ(thread.sched_context->consumed, 0u);
}

TEST_F(SchedulerTest, WhoIsStoppedAfterItWasChosenDoesNotRun) {
    auto& chosen = make_passive_thread(250);
    lend(chosen, make_sched_context());
    resume(*kernel, chosen);
    EXPECT_EQ(kernel->core.scheduler.candidate(), &chosen);
    suspend(*kernel, chosen);
    EXPECT_EQ(kernel->core.scheduler.candidate(), nullptr);
    schedule(*kernel);
    EXPECT_EQ(&current(), root);
}

TEST_F(SchedulerTest, SetPriorityQueuesAtTheHead) {
    auto& first = make_thread(50);
    auto& mover = make_thread(60);
    leave_root();
    EXPECT_EQ(&current(), &mover);
    set_priority(*kernel, mover, 50);
    schedule(*kernel);
    EXPECT_EQ(&current(), &mover); // ahead of `first`, which has waited
    EXPECT_EQ(ready(50), (std::vector<Tcb*>{&first}));
    set_priority(*kernel, first, 51);
    schedule(*kernel);
    EXPECT_EQ(&current(), &first);
}

TEST_F(SchedulerTest, SetPriorityReordersEndpointQueues) {
    auto const endpoint = make_endpoint();
    auto& first = make_thread(50);
    auto& second = make_thread(50);
    auto& third = make_thread(40);
    leave_root();
    wait(first, endpoint);
    wait(second, endpoint);
    wait(third, endpoint);
    set_priority(*kernel, third, 60);
    EXPECT_EQ(object<Endpoint>(endpoint).queue.front(), &third);
    set_priority(*kernel, first, 50);
    EXPECT_EQ(object<Endpoint>(endpoint).queue.back(), &first); // arrives again
}

TEST_F(SchedulerTest, AThreadWithoutContextNeverRuns) {
    auto& passive = make_passive_thread(255);
    resume(*kernel, passive);
    schedule(*kernel);
    EXPECT_EQ(passive.state, ThreadState::Restart);
    EXPECT_EQ(&current(), root);
    EXPECT_FALSE(passive.in_ready_queue);
}

TEST_F(SchedulerTest, ConstantBandwidthContextsDoNotSaveTimeUp) {
    auto& thread = make_thread(50);
    auto& context = *thread.sched_context;
    new_refills(context, 4, arch::us_to_ticks(1000), arch::us_to_ticks(5000), kernel->core.now);
    advance_us(20'000);
    handle_interrupt(*kernel);
    leave_root();
    EXPECT_EQ(&current(), &thread);
    EXPECT_EQ(context.head().time, kernel->core.now);
    EXPECT_EQ(context.head().amount, arch::us_to_ticks(1000));
}

TEST_F(SchedulerTest, SporadicContextsStartAnewOnlyWhenTheirThreadWasBlocked) {
    auto const note = make_notification();
    auto const other_note = make_notification();
    for (bool const is_sporadic : {false, true}) {
        auto& thread = make_thread(50);
        auto& context = *thread.sched_context;
        auto const begin = kernel->core.now;
        new_refills(context, 4, arch::us_to_ticks(1000), arch::us_to_ticks(2000), begin);
        context.sporadic = is_sporadic;
        wait(*root, note);
        EXPECT_EQ(&current(), &thread);
        advance_us(400);
        send(thread, note); // preempts itself
        EXPECT_EQ(&current(), root);
        advance_us(3000);
        wait(*root, note);
        EXPECT_EQ(&current(), &thread);
        EXPECT_EQ(context.head().time,
                  is_sporadic ? begin + arch::us_to_ticks(400) : kernel->core.now);
        EXPECT_EQ(context.head().amount, arch::us_to_ticks(is_sporadic ? 600 : 1000));

        wait(thread, other_note);
        advance_us(100);
        handle_interrupt(*kernel);
        signal(*kernel, object<Notification>(other_note), Badge{1});
        EXPECT_EQ(context.head().time,
                  is_sporadic ? kernel->core.now : kernel->core.now - arch::us_to_ticks(100));
        schedule(*kernel);
        EXPECT_EQ(context.head().time, kernel->core.now); // constant bandwidth: at the switch
        EXPECT_EQ(context.head().amount, arch::us_to_ticks(1000));
        suspend(*kernel, thread);
        signal(*kernel, object<Notification>(note), Badge{1});
        schedule(*kernel);
    }
}

TEST_F(SchedulerTest, TimeGoesToTheContextThatWasRunning) {
    auto& thread = make_thread(50);
    advance_us(700);
    leave_root(); // entered without looking at the clock
    advance_us(300);
    trap(thread, Syscall::Yield);
    EXPECT_EQ(thread.sched_context->consumed + root->sched_context->consumed,
              arch::us_to_ticks(1000));
}

} // namespace
} // namespace kernel
