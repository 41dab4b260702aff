// SPDX-License-Identifier: BSD-2-Clause
//
// Faults: their messages, what answers do, and threads that nobody looks after.

#include <base/format.hpp>
#include <kernel/ipc/cancel.hpp>
#include <kernel/ipc/fault.hpp>

#include <numeric>
#include <tests/unit/kernel/fixture.hpp>

namespace kernel {
namespace {

using api::Fault;

class FaultTest : public KernelTest {
protected:
    FaultTest() {
        auto const badged = add_copy(endpoint, slot(endpoint).cap.with_badge(Badge{77}));
        set_cap(thread, Tcb::FaultHandler, badged);
        set_cap(thread, Tcb::TimeoutHandler, badged);
        std::iota(thread.context.x.begin(), thread.context.x.end(), 100);
        thread.context.sp = 0x5000;
        thread.context.spsr = 0x40;
    }

    void vm_fault(Word address = 0xdead) {
        become(thread);
        thread.context.next_ip = thread.context.fault_ip = 0x2000;
        handle_vm_fault(*kernel, address, false, 0x92000007);
    }

    void exception() {
        become(thread);
        thread.context.next_ip = thread.context.fault_ip = 0x2000;
        handle_user_exception(*kernel, 0x3c00, 0);
    }

    void unknown_syscall(std::int64_t number) {
        become(thread);
        thread.context.next_ip = next_ip;
        thread.context.fault_ip = fault_ip;
        thread.context.x[7] = static_cast<Word>(number);
        handle_syscall(*kernel, number);
    }

    Word endpoint = make_endpoint();
    Word reply = make_reply();
    Tcb& thread = make_thread(100);
    Tcb& handler = make_thread(100);
};

TEST_F(FaultTest, AVmFaultSaysWhereAndHow) {
    receive(handler, endpoint, reply);
    vm_fault();
    EXPECT_EQ(label_of(handler), std::to_underlying(Fault::VmFault));
    EXPECT_EQ(badge_of(handler), 77u);
    EXPECT_EQ(words_of(handler), (std::vector<Word>{0x2000, 0xdead, 0, 0x92000007}));
    EXPECT_EQ(thread.state, ThreadState::BlockedOnReply);

    send(handler, reply, {.label = 5, .words = {1, 2, 3}});
    EXPECT_TRUE(thread.runnable()); // whatever the answer says
    EXPECT_EQ(thread.fault.kind, Fault::None);
    EXPECT_EQ(thread.context.x[0], 100u);
}

TEST_F(FaultTest, AFaultWaitsForItsHandler) {
    vm_fault();
    EXPECT_EQ(thread.state, ThreadState::BlockedOnSend);
    receive(handler, endpoint, reply);
    EXPECT_EQ(words_of(handler)[1], 0xdeadu);
    EXPECT_EQ(thread.state, ThreadState::BlockedOnReply);
}

TEST_F(FaultTest, WithoutReplyObjectTheThreadStops) {
    wait(handler, endpoint);
    vm_fault();
    EXPECT_EQ(thread.state, ThreadState::Inactive);
}

TEST_F(FaultTest, WithoutHandlerTheThreadStops) {
    remove_slot(thread.slot(Tcb::FaultHandler));
    vm_fault();
    EXPECT_EQ(thread.state, ThreadState::Inactive);
    EXPECT_EQ(thread.fault.kind, Fault::None);
    std::array<char, 64> line;
    auto const who =
        base::format_to(line, "(TCB ", base::Hex{reinterpret_cast<Word>(&thread)}, ", priority ",
                        Word{thread.priority}, ") at 0x2000 has no handler");
    EXPECT_NE(arch::fake_machine().console.find(who), std::string::npos)
        << arch::fake_machine().console;
}

TEST_F(FaultTest, AUserExceptionCanBeAnsweredWithRegisters) {
    receive(handler, endpoint, reply);
    exception();
    EXPECT_EQ(label_of(handler), std::to_underlying(Fault::UserException));
    EXPECT_EQ(words_of(handler), (std::vector<Word>{0x2000, 0x5000, 0x40, 0x3c00, 0}));
    send(handler, reply, {.words = {0x3000, 0x6000, ~Word{0}, 9, 9}});
    EXPECT_EQ(thread.context.fault_ip, 0x3000u);
    EXPECT_EQ(thread.context.sp, 0x6000u);
    EXPECT_EQ(thread.context.spsr, arch::UserContext::sanitised_spsr(~Word{0}));
}

TEST_F(FaultTest, ALabelOtherThanZeroStopsTheThread) {
    receive(handler, endpoint, reply);
    exception();
    send(handler, reply, {.label = 1, .words = {0x3000}});
    EXPECT_EQ(thread.state, ThreadState::Inactive);
    EXPECT_EQ(thread.context.fault_ip, 0x3000u); // registers are set all the same
}

TEST_F(FaultTest, AnUnknownSystemCallCanBeEmulated) {
    receive(handler, endpoint, reply);
    unknown_syscall(-1000);
    auto const words = words_of(handler);
    ASSERT_EQ(words.size(), 13u);
    for (Word i = 0; i < 7; ++i) {
        EXPECT_EQ(words[i], 100 + i);
    }
    EXPECT_EQ(words[7], static_cast<Word>(-1000));
    EXPECT_EQ(words[8], fault_ip);
    EXPECT_EQ(words[9], 0x5000u);
    EXPECT_EQ(words[10], next_ip);
    EXPECT_EQ(words[11], 0x40u);
    EXPECT_EQ(words[12], static_cast<Word>(-1000));

    auto answer = words;
    answer.resize(9);
    answer[0] = 4242;
    answer[8] = next_ip; // go on behind the call
    send(handler, reply, {.words = answer});
    EXPECT_EQ(thread.context.x[0], 4242u);
    EXPECT_EQ(thread.context.fault_ip, next_ip);
    EXPECT_TRUE(thread.runnable());
}

TEST_F(FaultTest, PositiveNumbersAreUnknownToo) {
    for (std::int64_t const number : {0, 1, -12345}) {
        receive(handler, endpoint, reply);
        unknown_syscall(number);
        EXPECT_EQ(label_of(handler), std::to_underlying(Fault::UnknownSyscall));
        send(handler, reply);
    }
}

TEST_F(FaultTest, ACapFaultSaysWhichPhaseAndWhy) {
    receive(handler, endpoint, reply);
    send(thread, unresolvable);
    EXPECT_EQ(label_of(handler), std::to_underlying(Fault::CapFault));
    EXPECT_EQ(words_of(handler),
              (std::vector<Word>{fault_ip, unresolvable, 0, 4, 64, 0, 64 - radix}));
    send(handler, reply);

    receive(handler, endpoint, reply);
    wait(thread, no_slot);
    EXPECT_EQ(words_of(handler), (std::vector<Word>{fault_ip, no_slot, 1, 2, 0}));
    send(handler, reply, {.label = 1});
    EXPECT_TRUE(thread.runnable()); // the call is tried again
    EXPECT_EQ(thread.context.fault_ip, fault_ip);
}

TEST_F(FaultTest, ACapFaultTellsEachReasonOfALookup) {
    auto const told = [&](Word cptr) {
        receive(handler, endpoint, reply);
        send(thread, cptr);
        auto words = words_of(handler);
        send(handler, reply);
        EXPECT_EQ(words[1], cptr);
        return std::vector<Word>(words.begin() + 3, words.end());
    };
    auto const inner = make(api::ObjectType::CNode, radix);
    auto& cspace = thread.slot(Tcb::CSpaceRoot);
    constexpr unsigned bits_left = 4;
    cspace.cap = cspace.cap.with_guard(64 - radix - bits_left, 0);
    EXPECT_EQ(told(inner << bits_left), (std::vector<Word>{3, bits_left, radix}));
    EXPECT_EQ(told(Word{1} << 63), (std::vector<Word>{4, 64, 0, 64 - radix - bits_left}));
    remove_slot(cspace);
    EXPECT_EQ(told(inner), (std::vector<Word>{1}));
}

TEST_F(FaultTest, FaultsLendTheContextToAPassiveHandler) {
    receive(handler, endpoint, reply);
    auto* const own = handler.sched_context;
    ASSERT_EQ(invoke(add(Capability::sched_context(arch::physical_address(own), 8)),
                     api::Invocation::SchedContextUnbind),
              success());
    auto* const context = thread.sched_context;
    vm_fault();
    EXPECT_EQ(handler.sched_context, context);
    EXPECT_EQ(thread.sched_context, nullptr);
    reply_receive(handler, endpoint, reply);
    EXPECT_EQ(thread.sched_context, context);
    EXPECT_EQ(handler.sched_context, nullptr);
}

TEST_F(FaultTest, SuspendAndResumeForgetTheFault) {
    vm_fault();
    suspend(*kernel, thread);
    EXPECT_EQ(thread.fault.kind, Fault::None);
    EXPECT_EQ(thread.context.fault_ip, 0x2000u);
    resume(*kernel, thread);
    EXPECT_EQ(thread.state, ThreadState::Restart);
    schedule(*kernel);
}

TEST_F(FaultTest, DeletingTheEndpointStopsFaultedSenders) {
    vm_fault();
    restart_first(*kernel, object<Endpoint>(endpoint).queue);
    schedule(*kernel);
    EXPECT_EQ(thread.state, ThreadState::Inactive);
}

class TimeoutTest : public FaultTest {
protected:
    TimeoutTest() {
        auto& context = *thread.sched_context;
        new_refills(context, 4, arch::us_to_ticks(1000), arch::us_to_ticks(9000), kernel->core.now);
        context.badge = 31;
    }

    void run_out() {
        become(thread);
        thread.context.next_ip = thread.context.fault_ip = 0x2000;
        advance_us(1000);
        handle_interrupt(*kernel);
    }
};

TEST_F(TimeoutTest, RunningOutIsToldWithBadgeAndTime) {
    receive(handler, endpoint, reply);
    run_out();
    EXPECT_EQ(label_of(handler), std::to_underlying(Fault::Timeout));
    EXPECT_EQ(words_of(handler), (std::vector<Word>{31, 1000}));
    EXPECT_EQ(thread.state, ThreadState::BlockedOnReply);
    EXPECT_NE(thread.sched_context, nullptr); // never lent
    EXPECT_FALSE(thread.in_release_queue);

    std::vector<Word> words(34);
    std::iota(words.begin(), words.end(), 500);
    send(handler, reply, {.words = words});
    EXPECT_EQ(thread.state, ThreadState::Restart);
    EXPECT_TRUE(thread.in_release_queue);
    EXPECT_EQ(thread.context.fault_ip, 500u);
    EXPECT_EQ(thread.context.x[0], 503u);
    EXPECT_EQ(thread.context.x[28], 533u);
}

TEST_F(TimeoutTest, APassiveHandlerIsToldButGetsNoTime) {
    receive(handler, endpoint, reply);
    auto* const own = std::exchange(handler.sched_context, nullptr);
    own->tcb = nullptr;
    auto* const context = thread.sched_context;
    run_out();
    EXPECT_EQ(label_of(handler), std::to_underlying(Fault::Timeout));
    EXPECT_EQ(handler.sched_context, nullptr);
    EXPECT_EQ(thread.sched_context, context);
    EXPECT_EQ(context->reply_top, nullptr);
}

TEST_F(TimeoutTest, TheHandlerMayRefillBeforeItAnswers) {
    receive(handler, endpoint, reply);
    run_out();
    auto const context =
        add(Capability::sched_context(arch::physical_address(thread.sched_context), 8));
    auto const control = add(Capability::sched_control(0));
    EXPECT_EQ(invoke_by(handler, control, api::Invocation::SchedControlConfigureFlags,
                        {1000, 9000, 0, 31, 0}, {context}),
              success());
    send(handler, reply);
    EXPECT_TRUE(thread.in_ready_queue || &current() == &thread);
}

TEST_F(TimeoutTest, NotOnYieldNorForRoundRobinNorWithoutHandler) {
    receive(handler, endpoint, reply);
    trap(thread, api::Syscall::Yield);
    EXPECT_TRUE(thread.in_release_queue);
    EXPECT_EQ(handler.state, ThreadState::BlockedOnReceive);

    auto& other = make_thread(100); // round robin
    set_cap(other, Tcb::TimeoutHandler, endpoint);
    become(other);
    advance_us(10'000);
    handle_interrupt(*kernel);
    EXPECT_EQ(other.state, ThreadState::Running);

    auto& bare = make_thread(100);
    new_refills(*bare.sched_context, 4, arch::us_to_ticks(1000), arch::us_to_ticks(9000),
                kernel->core.now);
    become(bare);
    advance_us(1000);
    handle_interrupt(*kernel);
    EXPECT_TRUE(bare.in_release_queue);
    EXPECT_EQ(handler.state, ThreadState::BlockedOnReceive);
}

TEST_F(TimeoutTest, AnAnswerToACallerWithoutBudgetIsATimeout) {
    auto const service = make_endpoint();
    auto const service_reply = make_reply();
    auto& server = make_passive_thread(100);
    server.state = ThreadState::BlockedOnReceive;
    server.blocking = {.endpoint = &object<Endpoint>(service),
                       .reply = &object<Reply>(service_reply)};
    object<Reply>(service_reply).tcb = &server;
    object<Endpoint>(service).queue.push_back(server);

    call(thread, service);
    ASSERT_NE(server.sched_context, nullptr);
    become(server);
    advance_us(900);
    receive(handler, endpoint, reply);
    become(server);
    server.sched_context->head().time = kernel->core.now + arch::us_to_ticks(500);
    send(*root, service_reply);
    EXPECT_EQ(label_of(handler), std::to_underlying(Fault::Timeout));
    EXPECT_EQ(thread.state, ThreadState::BlockedOnReply);
}

} // namespace
} // namespace kernel
