// SPDX-License-Identifier: BSD-2-Clause
//
// Domains: what happens when the time of one is over, and to threads of others.

#include <kernel/ipc/cancel.hpp>

#include <tests/unit/kernel/fixture.hpp>

namespace kernel {
namespace {

using api::Error;
using api::Invocation;

class DomainTest : public KernelTest {
protected:
    static constexpr Word slice_us = 1000;

    DomainTest() {
        set_domain(*kernel, other, 1);
        kernel->domains.slice(0) = {.domain = 0, .duration = arch::us_to_ticks(slice_us)};
        kernel->domains.slice(1) = {.domain = 1, .duration = arch::us_to_ticks(slice_us)};
        kernel->domains.restart_at(0);
        kernel->core.scheduler.timer_is_stale = true;
        schedule(*kernel);
    }

    void let_the_slice_end() {
        advance_us(slice_us);
        handle_interrupt(*kernel);
    }

    Answered configure(Word index, Word slice_domain, Word duration) {
        return invoke(domain, Invocation::DomainScheduleConfigure, {index, slice_domain, duration});
    }

    Word domain = add(Capability::control(CapKind::Domain));
    Word endpoint = make_endpoint();
    Word reply = make_reply();
    Word note = make_notification();
    Tcb& other = make_thread(250);
};

TEST_F(DomainTest, DomainsTakeTurns) {
    EXPECT_EQ(&current(), root); // whatever its priority, the other is not in this domain
    EXPECT_EQ(configure(1, 1, arch::us_to_ticks(2 * slice_us)), success());
    let_the_slice_end();
    EXPECT_EQ(&current(), &other);
    let_the_slice_end();
    EXPECT_EQ(&current(), &other);
    let_the_slice_end();
    EXPECT_EQ(&current(), root);
}

TEST_F(DomainTest, ASystemCallAfterTheEndOfTheSliceHappensLater) {
    advance_us(slice_us - 19); // less is left than anything takes
    object<Notification>(note).remember(Badge{7});
    wait(*root, note);
    EXPECT_TRUE(object<Notification>(note).active);
    EXPECT_EQ(root->state, ThreadState::Restart);
    EXPECT_TRUE(root->in_ready_queue);
    EXPECT_EQ(&current(), &other);
    let_the_slice_end();
    EXPECT_EQ(&current(), root);
    EXPECT_EQ(root->context.next_ip, fault_ip);
    wait(*root, note);
    EXPECT_EQ(badge_of(*root), 7u);
}

TEST_F(DomainTest, ALongOperationStopsAtTheEndOfTheSlice) {
    for (int i = 0; i < 70; ++i) {
        add_copy(endpoint, slot(endpoint).cap);
    }
    arch::fake_machine().ticks_per_look = arch::us_to_ticks(slice_us) * 3 / 4;
    call(*root, cnode,
         {.label = std::to_underlying(Invocation::CNodeRevoke), .words = {endpoint, 64}});
    arch::fake_machine().ticks_per_look = 0;
    EXPECT_TRUE(has_children(slot(endpoint)));
    EXPECT_EQ(root->state, ThreadState::Restart);
    EXPECT_EQ(&current(), &other);
}

TEST_F(DomainTest, WhoIsWokenInAnotherDomainWaitsForItsTurn) {
    let_the_slice_end();
    wait(other, note);
    EXPECT_EQ(&current(), &kernel->core.idle_thread); // nobody else is in it
    let_the_slice_end();
    EXPECT_EQ(&current(), root);
    send(*root, note);
    EXPECT_EQ(&current(), root);
    EXPECT_TRUE(other.in_ready_queue);
    EXPECT_EQ(kernel->core.scheduler.highest(1), &other);
    let_the_slice_end();
    EXPECT_EQ(&current(), &other);
}

TEST_F(DomainTest, ACallToAServerOfAnotherDomainWaitsForItsTurn) {
    let_the_slice_end();
    auto* const context = other.sched_context;
    receive(other, endpoint, reply);
    context->tcb = nullptr;
    other.sched_context = nullptr; // passive
    let_the_slice_end();
    auto* const own = root->sched_context;
    call(*root, endpoint);
    EXPECT_EQ(&current(), &kernel->core.idle_thread);
    EXPECT_EQ(other.sched_context, own); // lent all the same
    EXPECT_TRUE(other.in_ready_queue);
    let_the_slice_end();
    EXPECT_EQ(&current(), &other);
}

TEST_F(DomainTest, TheDeadlineIsTheEndOfTheSlice) {
    EXPECT_EQ(arch::fake_machine().deadline, kernel->core.now + arch::us_to_ticks(slice_us));
    advance_us(300);
    trap(*root, api::Syscall::Yield);
    EXPECT_EQ(&current(), root);
    EXPECT_EQ(arch::fake_machine().deadline, kernel->core.now + arch::us_to_ticks(slice_us - 300));
}

TEST_F(DomainTest, ATimeSliceOfAThreadIsNotRenewedByADomain) {
    advance_us(400);
    let_the_slice_end();
    EXPECT_EQ(&current(), &other);
    EXPECT_EQ(root->sched_context->consumed, arch::us_to_ticks(slice_us + 400));
    let_the_slice_end();
    EXPECT_EQ(root->sched_context->consumed, arch::us_to_ticks(slice_us + 400));
    EXPECT_EQ(other.sched_context->consumed, arch::us_to_ticks(slice_us));
}

TEST_F(DomainTest, AnEntryThatIsChangedHasEffectWhenItsTurnComes) {
    EXPECT_EQ(configure(0, 1, arch::us_to_ticks(5 * slice_us)), success());
    EXPECT_EQ(&current(), root);
    let_the_slice_end();
    EXPECT_EQ(&current(), &other); // entry 1
    let_the_slice_end();
    EXPECT_EQ(&current(), &other); // entry 0, now of the same domain
    let_the_slice_end();
    EXPECT_EQ(&current(), &other);
    EXPECT_EQ(kernel->domains.time_left(), arch::us_to_ticks(4 * slice_us));
}

TEST_F(DomainTest, TheScheduleStartsAnewAtOnce) {
    EXPECT_EQ(configure(2, 2, arch::us_to_ticks(slice_us)), success());
    call(*root, domain,
         {.label = std::to_underlying(Invocation::DomainScheduleSetStart), .words = {1}});
    EXPECT_EQ(&current(), &other);
    EXPECT_EQ(label_of(*root), 0u);
    EXPECT_EQ(kernel->domains.start(), 1u);
    EXPECT_EQ(kernel->domains.current(), 1);
    advance_us(slice_us);
    handle_interrupt(*kernel);
    EXPECT_EQ(kernel->domains.current(), 2);
    advance_us(slice_us);
    handle_interrupt(*kernel);
    EXPECT_EQ(kernel->domains.current(), 1); // behind the end comes the start
}

TEST_F(DomainTest, AThreadThatLeavesThePresentDomainStopsAtOnce) {
    call(*root, domain,
         {.label = std::to_underlying(Invocation::DomainSetSet),
          .words = {1},
          .caps = {slot_of(*root)}});
    EXPECT_EQ(&current(), &kernel->core.idle_thread);
    EXPECT_EQ(kernel->core.scheduler.ready(1).at(root_priority).front(), root);
    EXPECT_EQ(label_of(*root), 0u);
}

TEST_F(DomainTest, NewThreadsAreOfThePresentDomain) {
    EXPECT_EQ(make_passive_thread(1).domain, 0);
    let_the_slice_end();
    EXPECT_EQ(make_passive_thread(1).domain, 1);
}

TEST_F(DomainTest, AnEndBelongsToDomainZero) {
    EXPECT_EQ(configure(1, 1, 0), (Answered{Error::InvalidArgument, {1}}));
    EXPECT_EQ(configure(0, 1, 0), (Answered{Error::InvalidArgument, {1}}));
    EXPECT_EQ(configure(0, 0, 0), (Answered{Error::InvalidArgument, {2}})); // it is the start
    EXPECT_EQ(configure(1, 0, 0), success());
}

} // namespace
} // namespace kernel
