// SPDX-License-Identifier: BSD-2-Clause
//
// Scheduling-context, scheduling-control and domain invocations.

#include <kernel/ipc/cancel.hpp>

#include <tests/unit/kernel/fixture.hpp>

namespace kernel {
namespace {

using api::Error;
using api::Invocation;

Answered error(Error code, std::vector<Word> words = {}) {
    return {code, std::move(words)};
}

class SchedContextTest : public KernelTest {
protected:
    Answered configure(Word target, Word budget, Word period, Word extra = 0, Word badge = 0,
                       Word flags = 0) {
        return invoke(control, Invocation::SchedControlConfigureFlags,
                      {budget, period, extra, badge, flags}, {target});
    }

    Word context_slot(Tcb& owner) {
        return add(Capability::sched_context(arch::physical_address(owner.sched_context), 8));
    }

    Word control = add(Capability::sched_control(0));
    Word context = make(api::ObjectType::SchedContext, 8);
    Word note = make_notification();
    Tcb& thread = make_passive_thread(100);
};

TEST_F(SchedContextTest, ConfigureErrorsInOrder) {
    auto const max = arch::max_period_us();
    EXPECT_EQ(max, 36'893'488'147'419u);
    auto const label = Invocation::SchedControlConfigureFlags;
    EXPECT_EQ(invoke(control, label, {1, 1, 0, 0}, {context}), error(Error::TruncatedMessage));
    EXPECT_EQ(invoke(control, label, {1, 1, 0, 0, 0}), error(Error::TruncatedMessage));
    EXPECT_EQ(configure(note, max + 1, max), error(Error::RangeError, {20, max}));
    EXPECT_EQ(configure(note, max, max + 1), error(Error::RangeError, {20, max}));
    EXPECT_EQ(configure(note, 19, 100), error(Error::RangeError, {20, max}));
    EXPECT_EQ(configure(note, 100, 19), error(Error::RangeError, {20, max}));
    EXPECT_EQ(configure(note, 101, 100), error(Error::RangeError, {20, 100}));
    EXPECT_EQ(configure(note, 20, 100, 99), error(Error::InvalidCapability, {1}));
    EXPECT_EQ(configure(context, 20, 100, 9), error(Error::RangeError, {0, 8}));
    EXPECT_EQ(configure(context, 20, 100, 8), success());
    EXPECT_EQ(invoke(control, Invocation::TcbResume), error(Error::IllegalOperation));
}

TEST_F(SchedContextTest, ConfigureSetsRefillsBadgeAndKind) {
    ASSERT_EQ(configure(context, 2000, 10'000, 3, 42, 1), success());
    auto& sc = object<SchedContext>(context);
    EXPECT_EQ(sc.refill_capacity, 5u);
    EXPECT_EQ(sc.period, arch::us_to_ticks(10'000));
    EXPECT_EQ(sc.head().amount, arch::us_to_ticks(2000));
    EXPECT_EQ(sc.badge, 42u);
    EXPECT_TRUE(sc.sporadic);
    ASSERT_EQ(configure(context, 5000, 5000), success());
    EXPECT_TRUE(sc.round_robin());
    EXPECT_FALSE(sc.sporadic);
}

TEST_F(SchedContextTest, ConfigureOfARunningThreadGivesNoExtraTime) {
    auto& other = make_thread(50);
    auto const index = context_slot(other);
    auto& sc = *other.sched_context;
    new_refills(sc, 4, arch::us_to_ticks(1000), arch::us_to_ticks(5000), kernel->core.now);
    charge(sc, arch::us_to_ticks(600));
    advance_us(600);
    ASSERT_EQ(configure(index, 2000, 8000), success());
    EXPECT_EQ(sc.head().amount, arch::us_to_ticks(400));
    EXPECT_EQ(sc.tail().amount, arch::us_to_ticks(1600));
    EXPECT_TRUE(other.in_ready_queue);
    suspend(*kernel, other);
    ASSERT_EQ(configure(index, 2000, 8000), success());
    EXPECT_EQ(sc.head().amount, arch::us_to_ticks(2000)); // it does not run: a fresh start
}

TEST_F(SchedContextTest, ConfigureOfTheCallersOwnContext) {
    auto const index = context_slot(*root);
    advance_us(100);
    ASSERT_EQ(configure(index, 3000, 3000), success());
    EXPECT_EQ(&current(), root);
    EXPECT_EQ(root->sched_context->consumed, arch::us_to_ticks(100));
    EXPECT_EQ(arch::fake_machine().deadline, kernel->core.now + arch::us_to_ticks(3000));
}

TEST_F(SchedContextTest, BindToThread) {
    ASSERT_EQ(configure(context, 1000, 1000), success());
    EXPECT_EQ(invoke(context, Invocation::SchedContextBind), error(Error::TruncatedMessage));
    EXPECT_EQ(invoke(context, Invocation::SchedContextBind, {}, {cnode}),
              error(Error::InvalidCapability, {1}));
    EXPECT_EQ(invoke(context, Invocation::SchedContextBind, {}, {slot_of(*root)}),
              error(Error::IllegalOperation));
    EXPECT_EQ(invoke(context, Invocation::SchedContextBind, {}, {slot_of(thread)}), success());
    EXPECT_EQ(thread.sched_context, &object<SchedContext>(context));
    auto& other = make_passive_thread(1);
    EXPECT_EQ(invoke(context, Invocation::SchedContextBind, {}, {slot_of(other)}),
              error(Error::IllegalOperation));
    auto const second = make_sched_context();
    EXPECT_EQ(invoke(second, Invocation::SchedContextBind, {}, {slot_of(thread)}),
              error(Error::IllegalOperation));
}

TEST_F(SchedContextTest, BindingAReadyThreadMayPreempt) {
    resume(*kernel, thread);
    set_priority(*kernel, thread, 220);
    EXPECT_EQ(invoke(make_sched_context(), Invocation::SchedContextBind, {}, {slot_of(thread)}),
              success());
    EXPECT_EQ(&current(), &thread);
}

TEST_F(SchedContextTest, BindToNotification) {
    EXPECT_EQ(invoke(context, Invocation::SchedContextBind, {}, {note}), success());
    EXPECT_EQ(invoke(context, Invocation::SchedContextBind, {}, {make_notification()}),
              error(Error::IllegalOperation));
    EXPECT_EQ(invoke(make_sched_context(), Invocation::SchedContextBind, {}, {note}),
              error(Error::IllegalOperation));
    EXPECT_EQ(invoke(context, Invocation::SchedContextUnbind), success());
    EXPECT_EQ(object<Notification>(note).sched_context, nullptr);
}

TEST_F(SchedContextTest, UnbindErrors) {
    auto const own = context_slot(*root);
    EXPECT_EQ(invoke(own, Invocation::SchedContextUnbind), error(Error::IllegalOperation));
    EXPECT_EQ(invoke(own, Invocation::SchedContextUnbindObject, {}, {slot_of(*root)}),
              error(Error::IllegalOperation));
    auto const object_label = Invocation::SchedContextUnbindObject;
    EXPECT_EQ(invoke(context, object_label), error(Error::TruncatedMessage));
    EXPECT_EQ(invoke(context, object_label, {}, {slot_of(thread)}), error(Error::IllegalOperation));
    EXPECT_EQ(invoke(context, object_label, {}, {note}), error(Error::IllegalOperation));
    EXPECT_EQ(invoke(context, object_label, {}, {cnode}), error(Error::InvalidCapability, {1}));
    ASSERT_EQ(invoke(context, Invocation::SchedContextBind, {}, {note}), success());
    EXPECT_EQ(invoke(context, object_label, {}, {note}), success());
    auto& other = make_thread(50);
    EXPECT_EQ(invoke(context_slot(other), object_label, {}, {slot_of(other)}), success());
    EXPECT_EQ(other.sched_context, nullptr);
    EXPECT_FALSE(other.in_ready_queue);
}

TEST_F(SchedContextTest, ConsumedIsAskedFor) {
    auto& other = make_thread(50);
    become(other);
    advance_us(346);
    trap(other, api::Syscall::Yield);
    EXPECT_EQ(invoke(context_slot(other), Invocation::SchedContextConsumed), success({346}));
    EXPECT_EQ(invoke(context_slot(other), Invocation::SchedContextConsumed), success({0}));
}

// ---- domains -----------------------------------------------------------------------------------

TEST_F(SchedContextTest, DomainErrors) {
    auto const domain = add(Capability::control(CapKind::Domain));
    auto const set = Invocation::DomainSetSet;
    EXPECT_EQ(invoke(domain, set), error(Error::TruncatedMessage));
    EXPECT_EQ(invoke(domain, set, {config::domain_count}), error(Error::InvalidArgument, {0}));
    EXPECT_EQ(invoke(domain, set, {0}), error(Error::TruncatedMessage));
    EXPECT_EQ(invoke(domain, set, {0}, {note}), error(Error::InvalidArgument, {1}));
    EXPECT_EQ(invoke(domain, set, {0}, {slot_of(thread)}), success());

    auto const slice = Invocation::DomainScheduleConfigure;
    auto const last = DomainSchedule::length - 1;
    EXPECT_EQ(invoke(domain, slice, {0, 0}), error(Error::TruncatedMessage));
    EXPECT_EQ(invoke(domain, slice, {last, 0, 1}), error(Error::RangeError, {0, last - 1}));
    EXPECT_EQ(invoke(domain, slice, {0, config::domain_count, 1}),
              error(Error::RangeError, {0, config::domain_count - 1}));
    EXPECT_EQ(invoke(domain, slice, {0, 0, base::bit(56)}), error(Error::InvalidArgument, {2}));
    EXPECT_EQ(invoke(domain, slice, {0, 0, 0}), error(Error::InvalidArgument, {2}));
    EXPECT_EQ(invoke(domain, slice, {0, 0, 5000}), success());

    auto const start = Invocation::DomainScheduleSetStart;
    EXPECT_EQ(invoke(domain, start), error(Error::TruncatedMessage));
    EXPECT_EQ(invoke(domain, start, {DomainSchedule::length}),
              error(Error::RangeError, {0, DomainSchedule::length - 1}));
    EXPECT_EQ(invoke(domain, start, {last}), error(Error::InvalidArgument, {0}));
    EXPECT_EQ(invoke(domain, start, {0}), success());
    EXPECT_EQ(invoke(domain, Invocation::TcbResume), error(Error::IllegalOperation));
}

} // namespace
} // namespace kernel
