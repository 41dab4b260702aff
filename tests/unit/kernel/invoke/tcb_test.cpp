// SPDX-License-Identifier: BSD-2-Clause
//
// TCB invocations on spaces and notifications: what each does, and each of its errors in order.

#include "tcb_fixture.hpp"

namespace kernel {
namespace {

using api::Error;
using api::Invocation;

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

TEST_F(TcbTest, WhatCannotBeCopiedCannotBeInstalled) {
    auto const untyped = add(Capability::untyped(allocate(12), 12, false).with_watermark(16));
    add_copy(untyped, Capability::endpoint(slot(untyped).cap.address(), Rights::All));
    auto const control = add(Capability::control(CapKind::IrqControl));
    auto const refused = error(Error::IllegalOperation);
    auto const in_use = error(Error::RevokeFirst);
    auto const configure = [&](Word cspace, Word space, Word buffer) {
        return tcb(Invocation::TcbConfigure, {0, 0, 0x401}, {cspace, space, buffer});
    };
    // The buffer first, then the CSpace, then the address space.
    EXPECT_EQ(configure(endpoint, endpoint, untyped), in_use);
    EXPECT_EQ(configure(untyped, untyped, control), refused);
    EXPECT_EQ(configure(untyped, untyped, frame), error(Error::AlignmentError));
    for (auto const label : {Invocation::TcbConfigure, Invocation::TcbSetSpace}) {
        auto const install = [&](Word cspace, Word space) {
            return label == Invocation::TcbConfigure
                       ? tcb(label, {0, 0, 0}, {cspace, space, no_slot})
                       : tcb(label, {0, 0}, {note, cspace, space}); // a handler that is refused
        };
        EXPECT_EQ(install(untyped, endpoint), in_use);
        EXPECT_EQ(install(control, untyped), refused);
        EXPECT_EQ(install(cnode, untyped), in_use);
        EXPECT_EQ(install(cnode, control), refused);
    }
    EXPECT_EQ(tcb(Invocation::TcbSetIpcBuffer, {0x401}, {untyped}), in_use);
    EXPECT_EQ(tcb(Invocation::TcbSetIpcBuffer, {0x401}, {control}), refused);
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
