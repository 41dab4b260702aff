// SPDX-License-Identifier: BSD-2-Clause
//
// CNode_CancelBadgedSends that is interrupted: what happens in between, and who finishes it.

#include <kernel/ipc/cancel.hpp>

#include <tests/unit/kernel/fixture.hpp>

namespace kernel {
namespace {

using api::Invocation;

class BadgeSweepTest : public KernelTest {
protected:
    Word endpoint = make_endpoint();
    Word one = add_copy(endpoint, slot(endpoint).cap.with_badge(Badge{1}));
    Word two = add_copy(endpoint, slot(endpoint).cap.with_badge(Badge{2}));

    Tcb& sender(Word cptr, std::uint8_t priority = 100) {
        auto& thread = make_thread(priority);
        send(thread, cptr);
        return thread;
    }

    /// Executes the system call once; whether it is done.
    bool cancel_by(Tcb& thread, Word cptr) {
        call(thread, cnode, {std::to_underlying(Invocation::CNodeCancelBadgedSends), {cptr, 64}});
        return thread.context.next_ip != fault_ip && thread.state == ThreadState::Running;
    }

    bool cancel(Word cptr) { return cancel_by(*root, cptr); }

    /// Those who wait to send, from the first to the last.
    std::vector<Tcb const*> waiting() {
        std::vector<Tcb const*> threads;
        auto const& queue = object<Endpoint>(endpoint).queue;
        for (auto const* thread = queue.front(); thread != nullptr; thread = queue.next(*thread)) {
            threads.push_back(thread);
        }
        return threads;
    }

    using Threads = std::vector<Tcb const*>;
};

TEST_F(BadgeSweepTest, GoesOnWhereItWasInterrupted) {
    auto& a = sender(one);
    auto& b = sender(two);
    auto& c = sender(one);
    auto& d = sender(two);
    auto& e = sender(one);
    interrupt_after(2);
    EXPECT_FALSE(cancel(one));
    EXPECT_EQ(waiting(), (Threads{&b, &c, &d, &e}));
    EXPECT_EQ(a.state, ThreadState::Restart);
    EXPECT_TRUE(cancel(one));
    EXPECT_EQ(waiting(), (Threads{&b, &d}));
    EXPECT_EQ(kernel->core.work_units, 3u); // none was looked at twice
    EXPECT_EQ(root->progress, 0u);
}

TEST_F(BadgeSweepTest, AnInterruptBehindTheLastSenderIsNoReasonToBeginAnew) {
    sender(one);
    interrupt_after(1);
    EXPECT_FALSE(cancel(one));
    advance_us(1);
    auto& late = sender(one);
    EXPECT_TRUE(cancel(one));
    EXPECT_EQ(waiting(), (Threads{&late}));
    EXPECT_TRUE(cancel(one)); // this is another one
    EXPECT_EQ(waiting(), Threads{});
}

TEST_F(BadgeSweepTest, WhoSendsAgainIsLeftAlone) {
    auto& a = sender(one);
    auto& b = sender(two);
    auto& c = sender(one);
    interrupt_after(1);
    EXPECT_FALSE(cancel(one));
    advance_us(1);
    send(a, one);
    EXPECT_EQ(waiting(), (Threads{&b, &c, &a}));
    EXPECT_TRUE(cancel(one));
    EXPECT_EQ(waiting(), (Threads{&b, &a}));
    EXPECT_EQ(c.state, ThreadState::Restart);
}

TEST_F(BadgeSweepTest, TheNextOneMayLeaveInEveryWay) {
    auto& receiver = make_thread(150);
    auto& a = sender(one, 120);
    auto& b = sender(two, 119);
    auto& c = sender(two, 118);
    auto& d = sender(two, 117);
    auto& e = sender(one, 116);
    interrupt_after(1);
    EXPECT_FALSE(cancel(one));
    EXPECT_EQ(kernel->sweep.next, &b);
    wait(receiver, endpoint);
    EXPECT_EQ(kernel->sweep.next, &c);
    suspend(*kernel, c);
    EXPECT_EQ(kernel->sweep.next, &d);
    set_priority(*kernel, d, 130); // before all that have been looked at
    EXPECT_EQ(kernel->sweep.next, &e);
    EXPECT_TRUE(cancel(one));
    EXPECT_EQ(waiting(), (Threads{&d}));
    EXPECT_EQ(a.state, ThreadState::Restart);
    EXPECT_EQ(e.state, ThreadState::Restart);
}

TEST_F(BadgeSweepTest, NobodyEscapesByAnotherPriority) {
    auto& a = sender(two);
    auto& b = sender(two);
    auto& c = sender(one);
    auto& d = sender(one);
    interrupt_after(2);
    EXPECT_FALSE(cancel(one));
    set_priority(*kernel, d, 130); // its place would be where nobody looks any more
    EXPECT_EQ(d.state, ThreadState::Restart);
    EXPECT_EQ(waiting(), (Threads{&a, &b, &c}));
    set_priority(*kernel, c, 90);
    EXPECT_EQ(c.state, ThreadState::Restart);
    EXPECT_EQ(kernel->sweep.next, nullptr);
    EXPECT_TRUE(cancel(one));
    EXPECT_EQ(waiting(), (Threads{&a, &b}));
}

TEST_F(BadgeSweepTest, ASecondOneFinishesTheFirst) {
    auto& manager = make_thread(150);
    auto& a = sender(one);
    auto& b = sender(two);
    auto& c = sender(one);
    interrupt_after(1);
    EXPECT_FALSE(cancel(one));
    interrupt_after(1);
    EXPECT_FALSE(cancel_by(manager, two)); // has only helped
    EXPECT_EQ(waiting(), (Threads{&b, &c}));
    EXPECT_TRUE(cancel_by(manager, two));
    EXPECT_EQ(waiting(), Threads{});
    // The first one knows that nothing is left to do: it would look at this sender otherwise.
    send(a, one);
    EXPECT_TRUE(cancel(one));
    EXPECT_EQ(waiting(), (Threads{&a}));
}

TEST_F(BadgeSweepTest, TheFirstDoesNotFinishTheSecond) {
    auto& manager = make_thread(150);
    sender(one);
    auto& b = sender(two);
    auto& c = sender(two);
    interrupt_after(1);
    EXPECT_FALSE(cancel(one));
    interrupt_after(3);
    EXPECT_FALSE(cancel_by(manager, two));
    EXPECT_EQ(waiting(), (Threads{&c}));
    EXPECT_TRUE(cancel(one));
    EXPECT_EQ(waiting(), (Threads{&c}));
    EXPECT_TRUE(cancel_by(manager, two));
    EXPECT_EQ(waiting(), Threads{});
    EXPECT_EQ(b.state, ThreadState::Restart);
}

TEST_F(BadgeSweepTest, TheEndpointMayEndInBetween) {
    auto& a = sender(one);
    auto& b = sender(one);
    interrupt_after(1);
    EXPECT_FALSE(cancel(one));
    ASSERT_TRUE(revoke_slot(*kernel, slot(endpoint)));
    ASSERT_TRUE(delete_slot(*kernel, slot(endpoint)));
    EXPECT_EQ(kernel->sweep.next, nullptr);
    EXPECT_EQ(a.state, ThreadState::Restart);
    EXPECT_EQ(b.state, ThreadState::Restart);
    EXPECT_TRUE(cancel(one)); // it is refused, which is an end, too
    EXPECT_EQ(label_of(*root), std::to_underlying(api::Error::IllegalOperation));
    EXPECT_EQ(root->progress, 0u);
}

TEST_F(BadgeSweepTest, OtherRegistersMeanAnotherSystemCall) {
    auto& manager = make_thread(150);
    sender(one);
    interrupt_after(1);
    EXPECT_FALSE(cancel(one));
    EXPECT_NE(root->progress, 0u);
    EXPECT_EQ(invoke_by(manager, slot_of(*root), Invocation::TcbWriteRegisters, {0, 1, fault_ip}),
              success());
    EXPECT_EQ(root->progress, 0u);
    advance_us(1);
    sender(one);
    EXPECT_TRUE(cancel(one));
    EXPECT_EQ(waiting(), Threads{});
}

TEST_F(BadgeSweepTest, AStopInBetweenIsNone) {
    sender(one);
    auto& b = sender(one);
    interrupt_after(1);
    EXPECT_FALSE(cancel(one));
    suspend(*kernel, *root);
    resume(*kernel, *root);
    advance_us(1);
    auto& late = sender(one);
    EXPECT_TRUE(cancel(one));
    EXPECT_EQ(waiting(), (Threads{&late}));
    EXPECT_EQ(b.state, ThreadState::Restart);
}

} // namespace
} // namespace kernel
