// SPDX-License-Identifier: BSD-2-Clause
//
// Answers to faults, of every length: which registers they change, and who goes on.

#include <kernel/sched/binding.hpp>

#include <tests/unit/kernel/fixture.hpp>

namespace kernel {
namespace {

using api::Fault;
using Context = arch::UserContext;
using Order = std::span<arch::Register const>;

class FaultReplyTest : public KernelTest {
protected:
    FaultReplyTest() {
        set_cap(thread, Tcb::FaultHandler, endpoint);
        set_cap(thread, Tcb::TimeoutHandler, endpoint);
    }

    /// Everything a fault could change has a value of its own.
    void fill_registers() {
        for (std::size_t i = 0; i < api::user_register_count; ++i) {
            thread.context.set(i, 0x1000 + 8 * i);
        }
    }

    void raise(Fault fault) {
        advance_us(10'000);
        handle_interrupt(*kernel); // the budget is back
        become(thread);
        fill_registers();
        switch (fault) {
        case Fault::UnknownSyscall: handle_syscall(*kernel, unknown_number); break;
        case Fault::UserException: handle_user_exception(*kernel, 1, 0); break;
        case Fault::VmFault: handle_vm_fault(*kernel, 0xdead, false, 0); break;
        case Fault::CapFault:
            thread.context.x[0] = unresolvable;
            handle_syscall(*kernel, static_cast<std::int64_t>(api::Syscall::Send));
            break;
        default: run_out(); break;
        }
    }

    void run_out() {
        new_refills(*thread.sched_context, 4, arch::us_to_ticks(1000), arch::us_to_ticks(9000),
                    kernel->core.now);
        program_timer(*kernel);
        advance_us(1000);
        handle_interrupt(*kernel);
    }

    static Word answer_word(std::size_t index) { return 0xa000'0000 + index; }

    /// The thread faults and is answered with so many words.
    void answer(Fault fault, std::size_t length, Word label = 0) {
        receive(handler, endpoint, reply);
        raise(fault);
        ASSERT_EQ(label_of(handler), std::to_underlying(fault));
        ASSERT_EQ(thread.state, ThreadState::BlockedOnReply);
        before = thread.context;
        std::vector<Word> words(length);
        for (std::size_t i = 0; i < length; ++i) {
            words[i] = answer_word(i);
        }
        send(handler, reply, {.label = label, .words = words});
    }

    /// The first `length` registers of the order are those of the answer, all others as before.
    void expect_written(Order order, std::size_t length) {
        for (std::size_t i = 0; i < api::user_register_count; ++i) {
            auto expected = before;
            for (std::size_t word = 0; word < std::min(length, order.size()); ++word) {
                expected.set(order[word], answer_word(word));
            }
            EXPECT_EQ(thread.context.get(i), expected.get(i)) << i << " of " << length;
        }
    }

    void expect_answers(Fault fault, Order order, std::size_t longest) {
        for (std::size_t length = 0; length <= longest; ++length) {
            answer(fault, length);
            expect_written(order, length);
            EXPECT_TRUE(thread.runnable()) << length;
            EXPECT_EQ(thread.fault.kind, Fault::None);
        }
    }

    /// Any other label writes the same, and stops it.
    void expect_stopped(Fault fault, Order order, std::size_t length) {
        answer(fault, length, 1);
        expect_written(order, length);
        EXPECT_EQ(thread.state, ThreadState::Inactive);
        EXPECT_EQ(thread.fault.kind, Fault::None);
    }

    static constexpr std::int64_t unknown_number = -1000;
    Word endpoint = make_endpoint();
    Word reply = make_reply();
    Tcb& thread = make_thread(100);
    Tcb& handler = make_thread(100);
    Context before{};
};

TEST_F(FaultReplyTest, UnknownSystemCallTakesTwelveWords) {
    EXPECT_EQ(Context::unknown_syscall_message.size(), 12u);
    expect_answers(Fault::UnknownSyscall, Context::unknown_syscall_message, 16);
    expect_stopped(Fault::UnknownSyscall, Context::unknown_syscall_message, 12);
}

TEST_F(FaultReplyTest, UserExceptionTakesThreeWords) {
    EXPECT_EQ(Context::user_exception_message.size(), 3u);
    expect_answers(Fault::UserException, Context::user_exception_message, 8);
    expect_stopped(Fault::UserException, Context::user_exception_message, 3);
}

TEST_F(FaultReplyTest, TimeoutTakesThirtyFourWords) {
    EXPECT_EQ(Context::timeout_message.size(), 34u);
    expect_answers(Fault::Timeout, Context::timeout_message, 40);
    expect_stopped(Fault::Timeout, Context::timeout_message, 34);
}

TEST_F(FaultReplyTest, CapAndVmFaultsTakeNothingAndGoOnWhateverTheLabel) {
    for (auto const fault : {Fault::CapFault, Fault::VmFault}) {
        expect_answers(fault, {}, 8);
        answer(fault, 4, 1);
        expect_written({}, 4);
        EXPECT_EQ(thread.state, ThreadState::Restart);
    }
}

TEST_F(FaultReplyTest, AHandlerWithoutABufferAnswersFourWordsAtMost) {
    remove_slot(handler.slot(Tcb::IpcBufferFrame));
    answer(Fault::UnknownSyscall, 12);
    EXPECT_EQ(handler.context.message_info().length(), 12u);
    expect_written(Context::unknown_syscall_message, 4);
}

TEST_F(FaultReplyTest, OfTheStatusOnlyTheConditionFlagsAreTaken) {
    receive(handler, endpoint, reply);
    raise(Fault::UserException);
    send(handler, reply, {.words = {0x2000, 0x3000, ~Word{0}}});
    EXPECT_EQ(thread.context.spsr, Context::sanitised_spsr(~Word{0}));
    EXPECT_EQ(thread.context.spsr & 0xf, 0u); // still a program
}

TEST_F(FaultReplyTest, AnswersGoThroughTheServersPhasesToo) {
    receive(handler, endpoint, reply);
    raise(Fault::UserException);
    reply_receive(handler, endpoint, reply, {.words = {0x2000, 0x3000}});
    EXPECT_EQ(thread.context.fault_ip, 0x2000u);
    EXPECT_EQ(thread.context.sp, 0x3000u);
    EXPECT_TRUE(thread.runnable());
}

TEST_F(FaultReplyTest, ATimeoutOfAThreadThatHasLostItsContextHasOneWord) {
    auto const context =
        add(Capability::sched_context(arch::physical_address(thread.sched_context), 8));
    thread.sched_context->badge = 55;
    raise(Fault::Timeout); // nobody listens yet
    EXPECT_EQ(thread.state, ThreadState::BlockedOnSend);
    ASSERT_EQ(invoke(context, api::Invocation::SchedContextUnbind), success());
    receive(handler, endpoint, reply);
    EXPECT_EQ(label_of(handler), std::to_underlying(Fault::Timeout));
    EXPECT_EQ(words_of(handler), (std::vector<Word>{55}));
    send(handler, reply);
    EXPECT_EQ(thread.state, ThreadState::Restart);
    EXPECT_FALSE(thread.in_ready_queue || thread.in_release_queue);
}

} // namespace
} // namespace kernel
