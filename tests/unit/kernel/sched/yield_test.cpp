// SPDX-License-Identifier: BSD-2-Clause
//
// Directed yields, and each way in which one ends.

#include <kernel/ipc/cancel.hpp>

#include <tests/unit/kernel/fixture.hpp>

namespace kernel {
namespace {

using api::Error;
using api::Invocation;

class YieldTest : public KernelTest {
protected:
    static Answered error(Error code) { return {code, {}}; }

    Word context_slot(Tcb& owner) {
        return add(Capability::sched_context(arch::physical_address(owner.sched_context), 8));
    }

    Word context = make(api::ObjectType::SchedContext, 8);
    Word note = make_notification();
};

TEST_F(YieldTest, YieldToErrors) {
    EXPECT_EQ(invoke(context, Invocation::SchedContextYieldTo), error(Error::IllegalOperation));
    EXPECT_EQ(invoke(context_slot(*root), Invocation::SchedContextYieldTo),
              error(Error::IllegalOperation));
    auto& other = make_thread(100);
    root->max_controlled_priority = 99;
    EXPECT_EQ(invoke(context_slot(other), Invocation::SchedContextYieldTo),
              error(Error::IllegalOperation));
}

TEST_F(YieldTest, YieldToALowerThreadAnswersAtOnce) {
    auto& first = make_thread(50);
    auto& other = make_thread(50);
    EXPECT_EQ(invoke(context_slot(other), Invocation::SchedContextYieldTo), success({0}));
    EXPECT_EQ(&current(), root);
    EXPECT_EQ(kernel->core.scheduler.ready(0).at(50).front(), &other);
    EXPECT_EQ(kernel->core.scheduler.ready(0).at(50).back(), &first);
}

TEST_F(YieldTest, YieldToAnEqualAnswersWhenTheCallerRunsAgain) {
    auto& other = make_thread(root_priority);
    auto const index = context_slot(other);
    call(*root, index, {.label = std::to_underlying(Invocation::SchedContextYieldTo)});
    EXPECT_EQ(&current(), &other);
    EXPECT_EQ(root->yield_to, other.sched_context);
    advance_us(50);
    wait(other, note);
    EXPECT_EQ(&current(), root);
    EXPECT_EQ(root->yield_to, nullptr);
    EXPECT_EQ(label_of(*root), 0u);
    EXPECT_EQ(words_of(*root), (std::vector<Word>{50}));
}

TEST_F(YieldTest, YieldToAThreadThatCannotRunAnswersAtOnce) {
    auto& other = make_thread(root_priority);
    auto const index = context_slot(other);
    suspend(*kernel, other);
    EXPECT_EQ(invoke(index, Invocation::SchedContextYieldTo), success({0}));
    EXPECT_EQ(&current(), root);
}

TEST_F(YieldTest, AYieldEndsWithItsContextOrThread) {
    auto& other = make_thread(root_priority);
    auto const index = context_slot(other);
    call(*root, index, {.label = std::to_underlying(Invocation::SchedContextYieldTo)});
    finalise(*kernel, *other.sched_context);
    EXPECT_EQ(root->yield_to, nullptr);
    EXPECT_EQ(words_of(*root).size(), 1u);
    schedule(*kernel);

    auto& second = make_thread(root_priority);
    call(*root, context_slot(second),
         {.label = std::to_underlying(Invocation::SchedContextYieldTo)});
    suspend(*kernel, *root);
    EXPECT_EQ(second.sched_context->yield_from, nullptr);
}

TEST_F(YieldTest, AYieldEndsWithTheThreadItWasFor) {
    auto& other = make_thread(root_priority);
    call(*root, context_slot(other),
         {.label = std::to_underlying(Invocation::SchedContextYieldTo)});
    advance_us(40);
    trap(other, api::Syscall::Yield); // back to the end of the queue: root has its answer
    EXPECT_EQ(words_of(*root), (std::vector<Word>{40}));

    call(*root, context_slot(other),
         {.label = std::to_underlying(Invocation::SchedContextYieldTo)});
    other.sched_context->consumed = arch::us_to_ticks(8);
    end(other);
    EXPECT_EQ(root->yield_to, nullptr);
    EXPECT_EQ(label_of(*root), 0u);
    EXPECT_EQ(words_of(*root), (std::vector<Word>{8}));
    schedule(*kernel);
    EXPECT_EQ(&current(), root);
}

TEST_F(YieldTest, AYieldIsAnsweredWhenTheOthersSliceEnds) {
    auto& other = make_thread(root_priority);
    call(*root, context_slot(other),
         {.label = std::to_underlying(Invocation::SchedContextYieldTo)});
    advance_us(10'000);
    handle_interrupt(*kernel);
    EXPECT_EQ(&current(), root);
    EXPECT_EQ(words_of(*root), (std::vector<Word>{10'000}));
}

TEST_F(YieldTest, AYieldIsAnsweredWhenTheBudgetIsGone) {
    auto& other = make_thread(root_priority);
    new_refills(*other.sched_context, 4, arch::us_to_ticks(1000), arch::us_to_ticks(9000),
                kernel->core.now);
    auto const index = context_slot(other);
    auto const yield_to = std::to_underlying(Invocation::SchedContextYieldTo);
    call(*root, index, {.label = yield_to});
    EXPECT_EQ(&current(), &other);
    advance_us(1000);
    handle_interrupt(*kernel);
    EXPECT_TRUE(other.in_release_queue);
    EXPECT_EQ(words_of(*root), (std::vector<Word>{1000}));
    EXPECT_EQ(invoke(index, Invocation::SchedContextYieldTo), success({0})); // at once: no budget
    EXPECT_TRUE(other.in_release_queue);
    EXPECT_EQ(other.sched_context->yield_from, nullptr);
}

TEST_F(YieldTest, AYieldPostponesATargetWhoseBudgetIsNotUsableYet) {
    auto& other = make_thread(root_priority);
    new_refills(*other.sched_context, 4, arch::us_to_ticks(1000), arch::us_to_ticks(9000),
                kernel->core.now + arch::us_to_ticks(100));
    EXPECT_EQ(invoke(context_slot(other), Invocation::SchedContextYieldTo), success({0}));
    EXPECT_EQ(&current(), root);
    EXPECT_TRUE(other.in_release_queue);
}

TEST_F(YieldTest, ASecondYieldToTheSameContextAnswersTheFirst) {
    auto& other = make_thread(root_priority);
    auto& third = make_thread(root_priority);
    auto const index = context_slot(other);
    auto const yield_to = std::to_underlying(Invocation::SchedContextYieldTo);
    third.max_controlled_priority = 255;
    call(*root, index, {.label = yield_to});
    other.sched_context->consumed = arch::us_to_ticks(30);
    call(third, index, {.label = yield_to});
    EXPECT_EQ(root->yield_to, nullptr);
    EXPECT_EQ(words_of(*root), (std::vector<Word>{30})); // it has not run since
    EXPECT_EQ(third.yield_to, other.sched_context);
    EXPECT_EQ(&current(), &other);
    wait(other, note);
    EXPECT_EQ(words_of(third), (std::vector<Word>{0}));
}

TEST_F(YieldTest, WhoIsOwedAnAnswerCannotYieldAgain) {
    auto& other = make_thread(root_priority);
    auto& third = make_thread(root_priority);
    become(*root);
    say(*root, {.label = std::to_underlying(Invocation::SchedContextYieldTo)});
    root->context.x[0] = context_slot(other);
    root->yield_to = third.sched_context;
    third.sched_context->yield_from = root;
    handle_syscall(*kernel, static_cast<std::int64_t>(api::Syscall::Call));
    EXPECT_EQ(label_of(*root), std::to_underlying(Error::IllegalOperation));
    EXPECT_EQ(other.sched_context->yield_from, nullptr);
}

TEST_F(YieldTest, AYieldEndsWithItsCaller) {
    auto& caller = make_thread(root_priority);
    auto& other = make_thread(root_priority);
    caller.max_controlled_priority = 255;
    auto const index = context_slot(other);
    call(caller, index, {.label = std::to_underlying(Invocation::SchedContextYieldTo)});
    EXPECT_EQ(&current(), &other);
    end(caller);
    EXPECT_EQ(other.sched_context->yield_from, nullptr);
    EXPECT_EQ(&current(), &other);
}

TEST_F(YieldTest, ASuspendedYielderGoesOnWithoutAnAnswer) {
    auto& caller = make_thread(root_priority);
    auto& other = make_thread(root_priority);
    caller.max_controlled_priority = 255;
    auto const index = context_slot(other);
    call(caller, index, {.label = std::to_underlying(Invocation::SchedContextYieldTo)});
    suspend(*kernel, caller);
    EXPECT_EQ(other.sched_context->yield_from, nullptr);
    EXPECT_EQ(caller.context.fault_ip, next_ip); // behind the call
    resume(*kernel, caller);
    EXPECT_EQ(badge_of(caller), index); // what it asked with is still in its registers
    schedule(*kernel);
}

TEST_F(YieldTest, AYieldBySendIsNotAnswered) {
    auto& other = make_thread(root_priority);
    auto const index = context_slot(other);
    send(*root, index, {.label = std::to_underlying(Invocation::SchedContextYieldTo)});
    EXPECT_EQ(&current(), &other);
    EXPECT_EQ(root->yield_to, nullptr);
    EXPECT_EQ(other.sched_context->yield_from, nullptr);
    wait(other, note);
    EXPECT_EQ(&current(), root);
    EXPECT_EQ(badge_of(*root), index);
}

} // namespace
} // namespace kernel
