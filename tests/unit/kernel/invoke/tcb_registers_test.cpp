// SPDX-License-Identifier: BSD-2-Clause
//
// TCB invocations on registers: what each does, and each of its errors in the documented order.

#include "tcb_fixture.hpp"
#include <kernel/ipc/cancel.hpp>

namespace kernel {
namespace {

using api::Error;
using api::Invocation;

TEST_F(TcbTest, RegistersAreWrittenAndReadInTheDocumentedOrder) {
    std::vector<Word> words{0, 36};
    for (Word i = 0; i < 36; ++i) {
        words.push_back(1000 + i);
    }
    ASSERT_EQ(tcb(Invocation::TcbWriteRegisters, words), success());
    EXPECT_EQ(thread.context.fault_ip, 1000u);
    EXPECT_EQ(thread.context.next_ip, 1000u);
    EXPECT_EQ(thread.context.sp, 1001u);
    EXPECT_EQ(thread.context.x[0], 1003u);
    EXPECT_EQ(thread.context.x[16], 1012u);
    EXPECT_EQ(thread.context.x[9], 1017u);
    EXPECT_EQ(thread.context.tpidrro_el0, 1035u);
    EXPECT_EQ(thread.context.spsr, arch::UserContext::sanitised_spsr(1002));
    EXPECT_EQ(thread.state, ThreadState::Inactive);

    auto const answer = tcb(Invocation::TcbReadRegisters, {0, 36});
    EXPECT_EQ(answer.error, Error::None);
    ASSERT_EQ(answer.words.size(), 36u);
    for (Word i = 0; i < 36; ++i) {
        EXPECT_EQ(answer.words[i], i == 2 ? thread.context.spsr : 1000 + i);
    }
    EXPECT_EQ(tcb(Invocation::TcbReadRegisters, {0, 2}), success({1000, 1001}));
}

TEST_F(TcbTest, ReadRegistersErrors) {
    EXPECT_EQ(tcb(Invocation::TcbReadRegisters, {0}), error(Error::TruncatedMessage));
    EXPECT_EQ(tcb(Invocation::TcbReadRegisters, {0, 0}), error(Error::RangeError, {1, 36}));
    EXPECT_EQ(tcb(Invocation::TcbReadRegisters, {0, 37}), error(Error::RangeError, {1, 36}));
    EXPECT_EQ(invoke(slot_of(*root), Invocation::TcbReadRegisters, {0, 1}),
              error(Error::IllegalOperation));
}

TEST_F(TcbTest, WriteRegistersErrors) {
    EXPECT_EQ(tcb(Invocation::TcbWriteRegisters, {0}), error(Error::TruncatedMessage));
    EXPECT_EQ(tcb(Invocation::TcbWriteRegisters, {0, 2, 5}), error(Error::TruncatedMessage));
    EXPECT_EQ(invoke(slot_of(*root), Invocation::TcbWriteRegisters, {0, 1, 5}),
              error(Error::IllegalOperation));
}

TEST_F(TcbTest, ReadMaySuspendAndWriteMayResume) {
    auto& other = make_thread(50);
    auto const index = slot_of(other);
    EXPECT_EQ(invoke(index, Invocation::TcbReadRegisters, {1, 1}).error, Error::None);
    EXPECT_EQ(other.state, ThreadState::Inactive);
    EXPECT_EQ(invoke(index, Invocation::TcbWriteRegisters, {1, 1, 0x7000}), success());
    EXPECT_EQ(other.state, ThreadState::Restart);
    EXPECT_EQ(other.context.fault_ip, 0x7000u);
    EXPECT_TRUE(other.in_ready_queue);
}

TEST_F(TcbTest, CopyRegistersByGroup) {
    auto& source = make_thread(50);
    for (std::size_t i = 0; i < api::user_register_count; ++i) {
        source.context.set(i, 500 + i);
    }
    EXPECT_EQ(tcb(Invocation::TcbCopyRegisters, {0}), error(Error::TruncatedMessage));
    EXPECT_EQ(tcb(Invocation::TcbCopyRegisters, {0}, {endpoint}),
              error(Error::InvalidCapability, {1}));
    EXPECT_EQ(tcb(Invocation::TcbCopyRegisters, {0b0100}, {slot_of(source)}), success());
    EXPECT_EQ(thread.context.x[0], 503u);
    EXPECT_EQ(thread.context.next_ip, 500u);
    EXPECT_EQ(thread.context.x[9], 0u);
    EXPECT_EQ(tcb(Invocation::TcbCopyRegisters, {0b1011}, {slot_of(source)}), success());
    EXPECT_EQ(thread.context.x[9], 517u);
    EXPECT_EQ(source.state, ThreadState::Inactive);
    EXPECT_EQ(thread.state, ThreadState::Restart);
}

TEST_F(TcbTest, CopyRegistersDoesWhatEachFlagSaysAndNoMore) {
    enum : Word { SuspendSource = 1, ResumeTarget = 2, FrameGroup = 4, IntegerGroup = 8 };
    auto& source = make_thread(50);
    constexpr std::size_t status = 2; // keeps only its flags
    auto const fill = [](Tcb& one, Word value) {
        for (std::size_t i = 0; i < api::user_register_count; ++i) {
            one.context.set(i, i == status ? value << 28 : value + i);
        }
    };
    fill(source, 5);
    fill(thread, 9);
    thread.context.next_ip = 7;
    auto const copied = [&](Word flags) {
        EXPECT_EQ(tcb(Invocation::TcbCopyRegisters, {flags}, {slot_of(source)}), success());
        bool const frame = (flags & FrameGroup) != 0;
        bool const integers = (flags & IntegerGroup) != 0;
        for (std::size_t i = 0; i < api::user_register_count; ++i) {
            bool const is_copied = i < api::frame_register_count ? frame : integers;
            EXPECT_EQ(thread.context.get(i) == source.context.get(i), is_copied) << i;
        }
    };
    copied(0);
    EXPECT_EQ(source.state, ThreadState::Running);
    EXPECT_EQ(thread.state, ThreadState::Inactive);
    copied(SuspendSource);
    EXPECT_EQ(source.state, ThreadState::Inactive);
    EXPECT_EQ(thread.state, ThreadState::Inactive);
    fill(source, 5); // suspending has noted where it would go on
    resume(*kernel, source);
    copied(ResumeTarget);
    EXPECT_EQ(source.state, ThreadState::Restart);
    EXPECT_EQ(thread.state, ThreadState::Restart);
    copied(IntegerGroup);
    EXPECT_EQ(thread.context.next_ip, 7u);
    fill(thread, 9);
    copied(FrameGroup);
    EXPECT_EQ(thread.context.next_ip, 5u);
    copied(SuspendSource | ResumeTarget | FrameGroup | IntegerGroup);
    EXPECT_EQ(source.state, ThreadState::Inactive);
}

TEST_F(TcbTest, CopyRegistersOfAThreadToItself) {
    resume(*kernel, thread);
    EXPECT_EQ(tcb(Invocation::TcbCopyRegisters, {0b1111}, {slot_of(thread)}), success());
    EXPECT_EQ(thread.state, ThreadState::Restart); // first suspended, then resumed
    EXPECT_EQ(invoke(slot_of(*root), Invocation::TcbCopyRegisters, {0b0010}, {slot_of(*root)}),
              success()); // the caller's own, too
}

TEST_F(TcbTest, RegistersAreCountedAtTheEdges) {
    thread.context.set(0, 0x100);
    thread.context.set(35, 35);
    thread.context.next_ip = 7;
    EXPECT_EQ(tcb(Invocation::TcbWriteRegisters, {0, 0}), success());
    EXPECT_EQ(thread.context.fault_ip, 0x100u);
    EXPECT_EQ(thread.context.next_ip, 0x100u); // of no word, but it goes on at its counter
    EXPECT_EQ(thread.state, ThreadState::Inactive);
    EXPECT_EQ(tcb(Invocation::TcbWriteRegisters, {1, 0}), success());
    EXPECT_EQ(thread.state, ThreadState::Restart);

    std::vector<Word> words{0, 38};
    for (Word i = 0; i < 37; ++i) {
        words.push_back(2000 + i);
    }
    EXPECT_EQ(tcb(Invocation::TcbWriteRegisters, words), error(Error::TruncatedMessage));
    EXPECT_EQ(thread.context.get(35), 35u); // nothing yet
    words.push_back(2037);
    EXPECT_EQ(tcb(Invocation::TcbWriteRegisters, words), success()); // two too many
    EXPECT_EQ(thread.context.get(35), 2035u);
    words[1] = 1; // more words than the count says
    words[2] = 3000;
    words[3] = 3001;
    EXPECT_EQ(tcb(Invocation::TcbWriteRegisters, words), success());
    EXPECT_EQ(thread.context.get(0), 3000u);
    EXPECT_EQ(thread.context.get(1), 2001u);
    EXPECT_EQ(tcb(Invocation::TcbWriteRegisters, {0, ~Word{0}, 1}), error(Error::TruncatedMessage));
    EXPECT_EQ(tcb(Invocation::TcbReadRegisters, {0, 1, 5, 5}), success({3000}));
    EXPECT_EQ(tcb(Invocation::TcbReadRegisters, {0, ~Word{0}}), error(Error::RangeError, {1, 36}));
}

TEST_F(TcbTest, WithoutABufferFourRegistersAreTold) {
    remove_slot(root->slot(Tcb::IpcBufferFrame));
    EXPECT_EQ(tcb(Invocation::TcbReadRegisters, {0, 36}).words.size(), 4u);
}

TEST_F(TcbTest, TlsBaseAndFlags) {
    EXPECT_EQ(tcb(Invocation::TcbSetTlsBase), error(Error::TruncatedMessage));
    EXPECT_EQ(tcb(Invocation::TcbSetTlsBase, {0x9000}), success());
    EXPECT_EQ(thread.context.tpidr_el0, 0x9000u);
    EXPECT_EQ(tcb(Invocation::TcbSetFlags, {0}), error(Error::TruncatedMessage));
    EXPECT_EQ(tcb(Invocation::TcbSetFlags, {0, ~Word{0}}), success({1}));
    EXPECT_EQ(tcb(Invocation::TcbSetFlags, {1, 0}), success({0}));
}

TEST_F(TcbTest, FloatingPointIsGivenOnUseAndTakenByItsFlag) {
    auto& fpu = arch::fake_machine();
    EXPECT_FALSE(fpu.fpu_enabled);
    handle_fpu_use(*kernel, 0);
    EXPECT_TRUE(fpu.fpu_enabled);
    fpu.fpu_registers[5] = 55;
    EXPECT_EQ(invoke(slot_of(*root), Invocation::TcbSetFlags, {0, 1}), success({1}));
    EXPECT_FALSE(fpu.fpu_enabled); // at once
    EXPECT_EQ(invoke(slot_of(*root), Invocation::TcbSetFlags, {1, 0}), success({0}));
    EXPECT_FALSE(fpu.fpu_enabled);
    fpu.fpu_registers[5] = 66; // somebody else's
    handle_fpu_use(*kernel, 0);
    EXPECT_TRUE(fpu.fpu_enabled);
    EXPECT_EQ(fpu.fpu_registers[5], 55u);
}

TEST_F(TcbTest, FloatingPointOfADeletedThreadIsOutOfReach) {
    kernel->core.fpu_owner = &thread;
    EXPECT_EQ(invoke(cnode, Invocation::CNodeDelete, {slot_of(thread), 64}), success());
    EXPECT_EQ(kernel->core.fpu_owner, nullptr);
    EXPECT_FALSE(arch::fake_machine().fpu_enabled);
}

} // namespace
} // namespace kernel
