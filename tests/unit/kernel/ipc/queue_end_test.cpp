// SPDX-License-Identifier: BSD-2-Clause
//
// The end of endpoints and notifications that threads wait for: all of these start over, and the
// deletion can be interrupted after each.

#include <tests/unit/kernel/fixture.hpp>

namespace kernel {
namespace {

using api::Invocation;

class QueueEndTest : public KernelTest {
protected:
    Word endpoint = make_endpoint();

    Tcb& sender(Word cptr) {
        auto& thread = make_thread(100);
        send(thread, cptr);
        return thread;
    }

    /// Executes the system call once.
    void remove(Word index) {
        call(*root, cnode, {std::to_underlying(Invocation::CNodeDelete), {index, 64}});
    }
};

TEST_F(QueueEndTest, TheEndOfAnEndpointIsInterrupted) {
    auto& a = sender(endpoint);
    auto& b = sender(endpoint);
    auto& c = sender(endpoint);
    interrupt_after(1);
    remove(endpoint);
    EXPECT_TRUE(slot(endpoint).cap.is(CapKind::Zombie));
    EXPECT_EQ(a.state, ThreadState::Restart);
    EXPECT_EQ(b.state, ThreadState::BlockedOnSend);
    send(a, endpoint); // nobody can join the queue any more
    EXPECT_NE(a.state, ThreadState::BlockedOnSend);
    remove(endpoint);
    EXPECT_TRUE(slot(endpoint).empty());
    EXPECT_EQ(c.state, ThreadState::Restart);
}

TEST_F(QueueEndTest, AnEndpointEndsInsideACNodeThatEnds) {
    auto const node = make(api::ObjectType::CNode, 2);
    auto& a = sender(endpoint);
    auto& b = sender(endpoint);
    auto& inside = slot(node).cap.object<Slot>();
    move_slot(slot(endpoint), inside, slot(endpoint).cap);
    interrupt_after(4 + 1); // its slots are emptied from the last one on
    remove(node);
    EXPECT_TRUE(slot(node).cap.is(CapKind::Zombie));
    EXPECT_TRUE(inside.cap.is(CapKind::Zombie));
    EXPECT_EQ(inside.cap.zombie_of(), CapKind::Endpoint);
    EXPECT_EQ(invoke(cnode, Invocation::CNodeDelete, {node, 64}), success());
    EXPECT_EQ(a.state, ThreadState::Restart);
    EXPECT_EQ(b.state, ThreadState::Restart);
}

class InterruptEndTest : public QueueEndTest {
protected:
    InterruptEndTest() {
        EXPECT_EQ(invoke(control, Invocation::IrqIssueHandler, {irq, handler, 64}, {cnode}),
                  success());
        EXPECT_EQ(invoke(handler, Invocation::IrqSetHandler, {}, {note}), success());
        wait(a, note);
        wait(b, note);
        move_slot(kernel->irqs.slot(irq), aside, kernel->irqs.slot(irq).cap);
        EXPECT_TRUE(delete_slot(*kernel, slot(note)));
        move_slot(aside, kernel->irqs.slot(irq), aside.cap); // the last one to the notification
    }

    static constexpr Word irq = 40;
    static constexpr Word handler = 200;
    Word control = add(Capability::control(CapKind::IrqControl));
    Word note = make_notification();
    Tcb& a = make_thread(100);
    Tcb& b = make_thread(100);
    Slot aside;
};

TEST_F(InterruptEndTest, TheEndOfItsHandlerIsInterrupted) {
    interrupt_after(1);
    remove(handler);
    EXPECT_TRUE(slot(handler).cap.is(CapKind::IrqHandler));
    EXPECT_TRUE(kernel->irqs.slot(irq).cap.is(CapKind::Zombie));
    EXPECT_EQ(a.state, ThreadState::Restart);
    EXPECT_EQ(b.state, ThreadState::BlockedOnNotification);
    remove(handler);
    EXPECT_TRUE(slot(handler).empty());
    EXPECT_TRUE(kernel->irqs.slot(irq).empty());
    EXPECT_EQ(kernel->irqs.state(irq), IrqState::Inactive);
    EXPECT_EQ(b.state, ThreadState::Restart);
}

TEST_F(InterruptEndTest, ClearAndSetNotificationAreInterrupted) {
    auto const another = make_notification();
    interrupt_after(1);
    call(*root, handler, {std::to_underlying(Invocation::IrqClearHandler)});
    EXPECT_EQ(b.state, ThreadState::BlockedOnNotification);
    EXPECT_EQ(invoke(handler, Invocation::IrqSetHandler, {}, {another}), success());
    EXPECT_EQ(b.state, ThreadState::Restart);
    EXPECT_TRUE(kernel->irqs.slot(irq).cap.is(CapKind::Notification));
}

} // namespace
} // namespace kernel
