// SPDX-License-Identifier: BSD-2-Clause
//
// Interrupt handlers: making them, what they signal, and what is masked when.

#include "../fixture.hpp"

namespace kernel {
namespace {

using api::Error;
using api::Invocation;

class IrqTest : public KernelTest {
protected:
    static constexpr Word irq = 42;
    static constexpr Word depth = 64;

    Word control = add(Capability::control(CapKind::IrqControl));
    Word notification = make_notification();
    Word handler = 100;

    Answered issue(Word number, Word where) {
        return invoke(control, Invocation::IrqIssueHandler, {number, where, depth}, {cnode});
    }

    static bool unmasked() { return arch::fake_machine().unmasked_irqs.contains(irq); }

    void interrupt() {
        arch::fake_machine().pending_irqs.push_back(irq);
        handle_interrupt(*kernel);
    }
};

TEST_F(IrqTest, HandlerIsAChildOfControlAndUnmasked) {
    ASSERT_EQ(issue(irq, handler), success());
    EXPECT_EQ(slot(handler).cap, Capability::irq_handler(irq));
    EXPECT_TRUE(is_descendant(slot(control), slot(handler)));
    EXPECT_TRUE(unmasked());
    EXPECT_EQ(issue(irq, handler + 1).error, Error::RevokeFirst);
}

TEST_F(IrqTest, IssueAnswersEachError) {
    EXPECT_EQ(invoke(control, Invocation::IrqIssueHandler, {irq, handler}, {cnode}).error,
              Error::TruncatedMessage);
    EXPECT_EQ(invoke(control, Invocation::IrqIssueHandler, {irq, handler, depth}).error,
              Error::TruncatedMessage);
    EXPECT_EQ(invoke(control, Invocation::IrqIssueHandlerTrigger, {irq, 1, handler}, {cnode}).error,
              Error::TruncatedMessage);
    EXPECT_EQ(invoke(control, Invocation::IrqIssueSgiSignal, {3, 0, handler}, {cnode}).error,
              Error::TruncatedMessage);
    EXPECT_EQ(issue(arch::max_irq + 1, handler), (Answered{Error::RangeError, {0, arch::max_irq}}));
    EXPECT_EQ(issue(irq, notification).error, Error::DeleteFirst);
    EXPECT_EQ(invoke(control, Invocation::IrqAck).error, Error::IllegalOperation);
    kernel->irqs.set_state(arch::timer_irq, IrqState::Reserved);
    EXPECT_EQ(issue(arch::timer_irq, handler).error, Error::RevokeFirst);
    EXPECT_FALSE(unmasked());
}

TEST_F(IrqTest, TriggerIsConfigured) {
    ASSERT_EQ(
        invoke(control, Invocation::IrqIssueHandlerTrigger, {irq, 1, handler, depth}, {cnode}),
        success());
    EXPECT_TRUE(arch::fake_machine().edge_irqs.contains(irq));
}

TEST_F(IrqTest, SgiSignalIsSentWhateverIsSaid) {
    constexpr Word signal = 100;
    auto const issue_sgi = [&](Word number, Word target) {
        return invoke(control, Invocation::IrqIssueSgiSignal, {number, target, signal, depth},
                      {cnode});
    };
    EXPECT_EQ(issue_sgi(16, 0), (Answered{Error::RangeError, {0, 15}}));
    EXPECT_EQ(issue_sgi(3, 8), (Answered{Error::InvalidArgument, {1}}));
    ASSERT_EQ(issue_sgi(3, 0), success());
    ASSERT_EQ(invoke(signal, Invocation::Invalid), success());
    send(*root, signal);
    auto const sent = std::pair<std::uint64_t, std::uint64_t>{3, 0};
    EXPECT_EQ(arch::fake_machine().sent_sgis, (std::vector{sent, sent}));
}

class IrqHandlerTest : public IrqTest {
protected:
    IrqHandlerTest() { EXPECT_EQ(issue(irq, handler), success()); }

    Answered set(Word cap) { return invoke(handler, Invocation::IrqSetHandler, {}, {cap}); }
};

TEST_F(IrqHandlerTest, InterruptSignalsAndStaysMaskedUntilAck) {
    auto const badged = add_copy(notification, slot(notification).cap.with_badge(Badge{5}));
    ASSERT_EQ(set(badged), success());
    interrupt();
    EXPECT_EQ(object<Notification>(notification).bits, 5u);
    EXPECT_FALSE(unmasked());
    EXPECT_EQ(arch::fake_machine().ended_irqs, std::vector<std::uint64_t>{irq});
    ASSERT_EQ(invoke(handler, Invocation::IrqAck), success());
    EXPECT_TRUE(unmasked());
}

TEST_F(IrqHandlerTest, InterruptWithoutNotificationIsMasked) {
    interrupt();
    EXPECT_FALSE(unmasked());
    EXPECT_EQ(arch::fake_machine().ended_irqs, std::vector<std::uint64_t>{irq});
}

TEST_F(IrqHandlerTest, SetTakesOnlyNotificationsThatMayBeSignalled) {
    EXPECT_EQ(invoke(handler, Invocation::IrqSetHandler).error, Error::TruncatedMessage);
    EXPECT_EQ(set(cnode), (Answered{Error::InvalidCapability, {0}}));
    auto const read_only = add(slot(notification).cap.restricted_to(Rights::Read));
    EXPECT_EQ(set(read_only), (Answered{Error::InvalidCapability, {0}}));
}

TEST_F(IrqHandlerTest, SetReplacesAndClearDrops) {
    auto const other = make_notification();
    ASSERT_EQ(set(notification), success());
    ASSERT_EQ(set(other), success());
    interrupt();
    EXPECT_FALSE(object<Notification>(notification).active);
    EXPECT_TRUE(object<Notification>(other).active);
    ASSERT_EQ(invoke(handler, Invocation::IrqClearHandler), success());
    EXPECT_TRUE(kernel->irqs.slot(irq).empty());
}

TEST_F(IrqHandlerTest, LastHandlerGoesAndTheInterruptIsFree) {
    ASSERT_EQ(set(notification), success());
    ASSERT_EQ(invoke(cnode, Invocation::CNodeDelete, {handler, depth}), success());
    EXPECT_TRUE(kernel->irqs.slot(irq).empty());
    EXPECT_FALSE(unmasked());
    EXPECT_EQ(issue(irq, handler), success());
}

TEST_F(IrqHandlerTest, RevokingTheNotificationRemovesItHere) {
    ASSERT_EQ(set(notification), success());
    ASSERT_EQ(invoke(cnode, Invocation::CNodeRevoke, {notification, depth}), success());
    EXPECT_TRUE(kernel->irqs.slot(irq).empty());
}

TEST_F(IrqTest, UnusedAndSpuriousInterruptsDoNoHarm) {
    interrupt();
    EXPECT_EQ(arch::fake_machine().ended_irqs, std::vector<std::uint64_t>{irq});
    handle_interrupt(*kernel); // none is pending
    EXPECT_EQ(arch::fake_machine().ended_irqs.size(), 1u);
}

} // namespace
} // namespace kernel
