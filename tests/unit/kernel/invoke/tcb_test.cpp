// SPDX-License-Identifier: BSD-2-Clause
//
// TCB invocations: what each does, and each of its errors in the documented order.

#include <kernel/ipc/signal.hpp>

#include <tests/unit/kernel/fixture.hpp>

namespace kernel {
namespace {

using api::Error;
using api::Invocation;

Answered error(Error code, std::vector<Word> words = {}) {
    return {code, std::move(words)};
}

class TcbTest : public KernelTest {
protected:
    Answered tcb(Invocation label, std::vector<Word> const& words = {},
                 std::vector<Word> const& caps = {}) {
        return invoke(slot_of(thread), label, words, caps);
    }

    Tcb& thread = make_passive_thread(100);
    Word endpoint = make_endpoint();
    Word note = make_notification();
    Word frame = make(api::ObjectType::SmallPage);
};

// ---- registers ----------------------------------------------------------------------------------

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

// ---- spaces -------------------------------------------------------------------------------------

TEST_F(TcbTest, ConfigureInstallsCopies) {
    auto const other_node = make(api::ObjectType::CNode, 4);
    auto const index = make(api::ObjectType::Tcb);
    auto& fresh = object<Tcb>(index);
    constexpr Word guard_of_60_bits = 60;
    EXPECT_EQ(invoke(index, Invocation::TcbConfigure, {guard_of_60_bits, 0, 0x4400},
                     {other_node, vspace, frame}),
              success());
    EXPECT_EQ(fresh.slot(Tcb::CSpaceRoot).cap.guard_size(), 60u);
    EXPECT_EQ(slot(other_node).cap.guard_size(), 0u);
    EXPECT_TRUE(fresh.slot(Tcb::VSpaceRoot).cap.is(CapKind::VSpace));
    EXPECT_EQ(fresh.ipc_buffer(Tcb::BufferUse::Receive),
              arch::kernel_address(slot(frame).cap.address() + 0x400).as_pointer<api::IpcBuffer>());
    EXPECT_EQ(invoke(index, Invocation::TcbConfigure, {0, 0, 0}, {cnode, vspace, no_slot}),
              success());
    EXPECT_EQ(fresh.ipc_buffer(Tcb::BufferUse::Receive), nullptr);
    EXPECT_EQ(fresh.slot(Tcb::CSpaceRoot).cap.radix(), radix);
}

TEST_F(TcbTest, ConfigureErrors) {
    auto const configure = [&](std::vector<Word> const& words, std::vector<Word> const& caps) {
        return tcb(Invocation::TcbConfigure, words, caps);
    };
    auto const device =
        add(Capability::frame(PhysAddr{0x9000000}, FrameSize::Small, true, FrameRights::ReadWrite));
    auto const unmapped = add(Capability::vspace(allocate(12)));
    EXPECT_EQ(configure({0, 0}, {cnode, vspace, frame}), error(Error::TruncatedMessage));
    EXPECT_EQ(configure({0, 0, 0}, {cnode, vspace}), error(Error::TruncatedMessage));
    EXPECT_EQ(configure({0, 0, 0x400}, {cnode, vspace, endpoint}), error(Error::IllegalOperation));
    EXPECT_EQ(configure({0, 0, 0x400}, {cnode, vspace, device}), error(Error::IllegalOperation));
    EXPECT_EQ(configure({0, 0, 0x401}, {cnode, vspace, frame}), error(Error::AlignmentError));
    EXPECT_EQ(configure({0, 0, 0x400}, {endpoint, vspace, frame}), error(Error::IllegalOperation));
    EXPECT_EQ(configure({63, 0, 0x400}, {cnode, vspace, frame}), error(Error::IllegalOperation));
    EXPECT_EQ(configure({0, 0, 0x400}, {cnode, frame, frame}), error(Error::IllegalOperation));
    EXPECT_EQ(configure({0, 0, 0x400}, {cnode, unmapped, frame}), error(Error::IllegalOperation));
}

TEST_F(TcbTest, RootsWhoseDeletionIsLongAreNotReplaced) {
    auto const node = make(api::ObjectType::CNode, 4);
    EXPECT_EQ(tcb(Invocation::TcbConfigure, {0, 0, 0}, {node, vspace, no_slot}), success());
    remove_slot(slot(node)); // now the thread has the only capability to it
    EXPECT_EQ(tcb(Invocation::TcbConfigure, {0, 0, 0}, {cnode, vspace, no_slot}),
              error(Error::IllegalOperation));
    EXPECT_EQ(tcb(Invocation::TcbSetSpace, {0, 0}, {no_slot, cnode, vspace}),
              error(Error::IllegalOperation));
}

TEST_F(TcbTest, SetSpace) {
    auto const weak = add_copy(endpoint, slot(endpoint).cap.restricted_to(Rights::ReadWrite));
    auto const deaf =
        add_copy(endpoint, slot(endpoint).cap.restricted_to(Rights::Read | Rights::Grant));
    EXPECT_EQ(tcb(Invocation::TcbSetSpace, {0}, {endpoint, cnode, vspace}),
              error(Error::TruncatedMessage));
    EXPECT_EQ(tcb(Invocation::TcbSetSpace, {0, 0}, {endpoint, cnode}),
              error(Error::TruncatedMessage));
    EXPECT_EQ(tcb(Invocation::TcbSetSpace, {0, 0}, {note, endpoint, vspace}),
              error(Error::IllegalOperation)); // spaces are looked at first
    for (Word const bad : {weak, deaf, note, cnode}) {
        EXPECT_EQ(tcb(Invocation::TcbSetSpace, {0, 0}, {bad, cnode, vspace}),
                  error(Error::InvalidCapability, {1}));
    }
    EXPECT_EQ(tcb(Invocation::TcbSetSpace, {0, 0}, {endpoint, cnode, vspace}), success());
    EXPECT_TRUE(thread.slot(Tcb::FaultHandler).cap.is(CapKind::Endpoint));
    EXPECT_EQ(tcb(Invocation::TcbSetSpace, {0, 0}, {no_slot, cnode, vspace}), success());
    EXPECT_TRUE(thread.slot(Tcb::FaultHandler).empty());
}

TEST_F(TcbTest, SetIpcBuffer) {
    EXPECT_EQ(tcb(Invocation::TcbSetIpcBuffer, {}, {frame}), error(Error::TruncatedMessage));
    EXPECT_EQ(tcb(Invocation::TcbSetIpcBuffer, {0x400}), error(Error::TruncatedMessage));
    EXPECT_EQ(tcb(Invocation::TcbSetIpcBuffer, {0x400}, {no_slot}), error(Error::IllegalOperation));
    EXPECT_EQ(tcb(Invocation::TcbSetIpcBuffer, {0x200}, {frame}), error(Error::AlignmentError));
    EXPECT_EQ(tcb(Invocation::TcbSetIpcBuffer, {0x8400}, {frame}), success());
    EXPECT_EQ(thread.ipc_buffer(Tcb::BufferUse::Send),
              arch::kernel_address(slot(frame).cap.address() + 0x400).as_pointer<api::IpcBuffer>());
    EXPECT_EQ(tcb(Invocation::TcbSetIpcBuffer, {0}, {no_slot}), success());
    EXPECT_EQ(thread.ipc_buffer(Tcb::BufferUse::Send), nullptr);
}

TEST_F(TcbTest, TimeoutEndpoint) {
    EXPECT_EQ(tcb(Invocation::TcbSetTimeoutEndpoint), error(Error::TruncatedMessage));
    EXPECT_EQ(tcb(Invocation::TcbSetTimeoutEndpoint, {}, {note}),
              error(Error::InvalidCapability, {1}));
    EXPECT_EQ(tcb(Invocation::TcbSetTimeoutEndpoint, {}, {endpoint}), success());
    EXPECT_TRUE(thread.slot(Tcb::TimeoutHandler).cap.is(CapKind::Endpoint));
}

// ---- scheduling ---------------------------------------------------------------------------------

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

// ---- notifications and the rest ----------------------------------------------------------------

TEST_F(TcbTest, BindNotificationErrors) {
    auto const write_only = add_copy(note, slot(note).cap.restricted_to(Rights::Write));
    auto const waited = make_notification();
    auto& waiter = make_thread(50);
    wait(waiter, waited);
    auto const bind = [&](Word cap) { return tcb(Invocation::TcbBindNotification, {}, {cap}); };
    EXPECT_EQ(tcb(Invocation::TcbBindNotification), error(Error::TruncatedMessage));
    for (Word const bad : {endpoint, no_slot, write_only, waited}) {
        EXPECT_EQ(bind(bad), error(Error::IllegalOperation));
    }
    EXPECT_EQ(tcb(Invocation::TcbUnbindNotification), error(Error::IllegalOperation));
    EXPECT_EQ(bind(note), success());
    EXPECT_EQ(bind(make_notification()), error(Error::IllegalOperation));
    auto& other = make_passive_thread(1);
    EXPECT_EQ(invoke(slot_of(other), Invocation::TcbBindNotification, {}, {note}),
              error(Error::IllegalOperation));
    EXPECT_EQ(tcb(Invocation::TcbUnbindNotification), success());
    EXPECT_EQ(object<Notification>(note).bound_tcb, nullptr);
}

TEST_F(TcbTest, SuspendAndResume) {
    EXPECT_EQ(tcb(Invocation::TcbResume), success());
    EXPECT_EQ(thread.state, ThreadState::Restart);
    EXPECT_EQ(tcb(Invocation::TcbSuspend), success());
    EXPECT_EQ(thread.state, ThreadState::Inactive);
}

TEST_F(TcbTest, OtherLabelsAreIllegal) {
    EXPECT_EQ(tcb(Invocation::CNodeCopy), error(Error::IllegalOperation));
    EXPECT_EQ(tcb(Invocation{999}), error(Error::IllegalOperation));
}

} // namespace
} // namespace kernel
