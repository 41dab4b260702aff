// SPDX-License-Identifier: BSD-2-Clause
//
// TCB invocations on priorities and time: what each does, and each of its errors in order.

#include "tcb_fixture.hpp"

namespace kernel {
namespace {

using api::Error;
using api::Invocation;

TEST_F(TcbTest, PrioritiesAreBoundedByTheAuthority) {
    root->max_controlled_priority = 150;
    auto const authority = slot_of(*root);
    for (auto const label : {Invocation::TcbSetPriority, Invocation::TcbSetMcPriority}) {
        EXPECT_EQ(tcb(label, {}, {authority}), error(Error::TruncatedMessage));
        EXPECT_EQ(tcb(label, {10}), error(Error::TruncatedMessage));
        EXPECT_EQ(tcb(label, {10}, {endpoint}), error(Error::InvalidCapability, {1}));
        EXPECT_EQ(tcb(label, {151}, {authority}), error(Error::RangeError, {0, 150}));
        EXPECT_EQ(tcb(label, {256}, {authority}), error(Error::RangeError, {0, 150}));
        EXPECT_EQ(tcb(label, {150}, {authority}), success());
    }
    EXPECT_EQ(thread.priority, 150);
    EXPECT_EQ(thread.max_controlled_priority, 150);
    EXPECT_EQ(tcb(Invocation::TcbSetMcPriority, {5}, {slot_of(thread)}), success());
    EXPECT_EQ(thread.max_controlled_priority, 5);
}

TEST_F(TcbTest, SetSchedParamsErrorsInOrder) {
    auto const authority = slot_of(*root);
    auto const context = make_sched_context();
    root->max_controlled_priority = 150;
    auto const set = [&](std::vector<Word> const& words, std::vector<Word> const& caps) {
        return tcb(Invocation::TcbSetSchedParams, words, caps);
    };
    EXPECT_EQ(set({0}, {authority, context, no_slot}), error(Error::TruncatedMessage));
    EXPECT_EQ(set({0, 0}, {authority, context}), error(Error::TruncatedMessage));
    EXPECT_EQ(set({200, 200}, {note, note, note}), error(Error::InvalidCapability, {1}));
    EXPECT_EQ(set({200, 0}, {authority, note, note}), error(Error::RangeError, {0, 150}));
    EXPECT_EQ(set({0, 200}, {authority, note, note}), error(Error::RangeError, {0, 150}));
    EXPECT_EQ(set({0, 0}, {authority, note, note}), error(Error::InvalidCapability, {2}));
    EXPECT_EQ(set({0, 0}, {authority, context, note}), error(Error::InvalidCapability, {3}));
    EXPECT_EQ(
        invoke(authority, Invocation::TcbSetSchedParams, {0, 0}, {authority, no_slot, no_slot}),
        error(Error::IllegalOperation));
    ASSERT_EQ(set({20, 30}, {authority, context, endpoint}), success());
    EXPECT_EQ(thread.max_controlled_priority, 20);
    EXPECT_EQ(thread.priority, 30);
    EXPECT_EQ(thread.sched_context, &object<SchedContext>(context));
    EXPECT_TRUE(thread.slot(Tcb::FaultHandler).cap.is(CapKind::Endpoint));
    EXPECT_EQ(set({20, 30}, {authority, make_sched_context(), no_slot}),
              error(Error::IllegalOperation)); // it has another one
    EXPECT_EQ(set({20, 31}, {authority, context, no_slot}), success());
    auto& other = make_passive_thread(1);
    EXPECT_EQ(invoke(slot_of(other), Invocation::TcbSetSchedParams, {0, 0},
                     {authority, context, no_slot}),
              error(Error::IllegalOperation)); // it is another's
    EXPECT_EQ(set({20, 30}, {authority, no_slot, no_slot}), success());
    EXPECT_EQ(thread.sched_context, nullptr);
}

TEST_F(TcbTest, ABlockedThreadNeedsAContextThatIsReady) {
    thread.state = ThreadState::BlockedOnNotification;
    thread.blocking = {.notification = &object<Notification>(note)};
    object<Notification>(note).waiters.push_back(thread);
    auto const late = make_sched_context(1000, 5000);
    object<SchedContext>(late).head().time = kernel->core.now + arch::us_to_ticks(100);
    auto const set = [&](Word context) {
        return tcb(Invocation::TcbSetSchedParams, {0, 0}, {slot_of(*root), context, no_slot});
    };
    EXPECT_EQ(set(late), error(Error::IllegalOperation));
    EXPECT_EQ(set(make(api::ObjectType::SchedContext, 8)), error(Error::IllegalOperation));
    EXPECT_EQ(set(make_sched_context()), success());
}

TEST_F(TcbTest, ABlockedThreadNeedsItsOwnContextToBeReadyToo) {
    auto& waiter = make_thread(50);
    wait(waiter, note);
    auto const context =
        add(Capability::sched_context(arch::physical_address(waiter.sched_context), 8));
    auto const set = [&] {
        return invoke(slot_of(waiter), Invocation::TcbSetSchedParams, {0, 60},
                      {slot_of(*root), context, no_slot});
    };
    new_refills(*waiter.sched_context, 4, arch::us_to_ticks(1000), arch::us_to_ticks(9000),
                kernel->core.now + arch::us_to_ticks(100));
    EXPECT_EQ(set(), error(Error::IllegalOperation));
    advance_us(100);
    EXPECT_EQ(set(), success());
    EXPECT_EQ(waiter.priority, 60);
}

TEST_F(TcbTest, SetSchedParamsMovesABlockedThreadInItsQueue) {
    auto& first = make_thread(50);
    auto& second = make_thread(50);
    wait(first, endpoint);
    wait(second, endpoint);
    auto const context =
        add(Capability::sched_context(arch::physical_address(second.sched_context), 8));
    auto const& queue = object<Endpoint>(endpoint).queue;
    EXPECT_EQ(invoke(slot_of(second), Invocation::TcbSetSchedParams, {0, 51},
                     {slot_of(*root), context, no_slot}),
              success());
    EXPECT_EQ(queue.front(), &second);
    EXPECT_EQ(invoke(slot_of(second), Invocation::TcbSetSchedParams, {0, 50},
                     {slot_of(*root), no_slot, no_slot}),
              success()); // without a context it waits all the same
    EXPECT_EQ(queue.front(), &first);
    EXPECT_EQ(queue.back(), &second);
    EXPECT_EQ(second.sched_context, nullptr);
    EXPECT_EQ(second.state, ThreadState::BlockedOnReceive);
}

TEST_F(TcbTest, TheLimitIsTheAuthoritysNotTheCallersNorTheTargets) {
    auto& authority = make_passive_thread(1);
    authority.max_controlled_priority = 10;
    thread.max_controlled_priority = 5;
    auto const set = [&](Word mcp, Word priority) {
        return tcb(Invocation::TcbSetSchedParams, {mcp, priority},
                   {slot_of(authority), no_slot, no_slot});
    };
    EXPECT_EQ(set(11, 0), error(Error::RangeError, {0, 10}));
    EXPECT_EQ(set(0, 11), error(Error::RangeError, {0, 10}));
    EXPECT_EQ(set(2, 10), success()); // a priority above its own limit
    EXPECT_EQ(thread.priority, 10);
    EXPECT_EQ(thread.max_controlled_priority, 2);
    // As its own authority it can give up more, and never take it back.
    EXPECT_EQ(tcb(Invocation::TcbSetMcPriority, {1}, {slot_of(thread)}), success());
    EXPECT_EQ(tcb(Invocation::TcbSetMcPriority, {2}, {slot_of(thread)}),
              error(Error::RangeError, {0, 1}));
}

} // namespace
} // namespace kernel
