// SPDX-License-Identifier: BSD-2-Clause
//
// The table. What is worth doing often stands in it more than once.

#include "operations.hpp"

namespace fuzz {

namespace {

using enum Argument;
using api::Invocation;

constexpr Operation table[] = {
    {Kind::Untyped,
     Invocation::UntypedRetype,
     {ObjectType, SizeBits, Zero, Zero, FreeSlot, Count},
     {Kind::CNode}},
    {Kind::Untyped,
     Invocation::UntypedRetype,
     {ObjectType, SizeBits, Zero, Zero, FreeSlot, Count},
     {Kind::CNode}},
    {Kind::Untyped,
     Invocation::UntypedRetype,
     {ObjectType, SizeBits, UsedSlot, Depth, Count, Count},
     {Kind::CNode}},

    {Kind::CNode, Invocation::CNodeCopy, {FreeSlot, Depth, UsedSlot, Depth, Rights}, {Kind::CNode}},
    {Kind::CNode, Invocation::CNodeCopy, {FreeSlot, Depth, UsedSlot, Depth, Rights}, {Kind::CNode}},
    {Kind::CNode,
     Invocation::CNodeMint,
     {FreeSlot, Depth, UsedSlot, Depth, Rights, Badge},
     {Kind::CNode}},
    {Kind::CNode,
     Invocation::CNodeMint,
     {FreeSlot, Depth, UsedSlot, Depth, Rights, Guard},
     {Kind::CNode}},
    {Kind::CNode, Invocation::CNodeMove, {FreeSlot, Depth, UsedSlot, Depth}, {Kind::CNode}},
    {Kind::CNode,
     Invocation::CNodeMutate,
     {FreeSlot, Depth, UsedSlot, Depth, Guard},
     {Kind::CNode}},
    {Kind::CNode,
     Invocation::CNodeRotate,
     {FreeSlot, Depth, Guard, UsedSlot, Depth, Guard, UsedSlot, Depth},
     {Kind::CNode, Kind::CNode}},
    {Kind::CNode, Invocation::CNodeDelete, {UsedSlot, Depth}},
    {Kind::CNode, Invocation::CNodeDelete, {FreeSlot, Depth}},
    {Kind::CNode, Invocation::CNodeRevoke, {UsedSlot, Depth}},
    {Kind::CNode, Invocation::CNodeRevoke, {FreeSlot, Depth}},
    {Kind::CNode, Invocation::CNodeCancelBadgedSends, {UsedSlot, Depth}},

    {Kind::Tcb, Invocation::TcbReadRegisters, {Flags, RegisterCount}},
    {Kind::Tcb,
     Invocation::TcbWriteRegisters,
     {Flags, RegisterCount, Anything, Anything, Anything, Anything, Anything, Anything}},
    {Kind::Tcb, Invocation::TcbCopyRegisters, {Flags}, {Kind::Tcb}},
    {Kind::Tcb,
     Invocation::TcbConfigure,
     {Guard, Zero, Address},
     {Kind::CNode, Kind::VSpace, Kind::Frame}},
    {Kind::Tcb, Invocation::TcbSetPriority, {Priority}, {Kind::Tcb}},
    {Kind::Tcb, Invocation::TcbSetMcPriority, {Priority}, {Kind::Tcb}},
    {Kind::Tcb,
     Invocation::TcbSetSchedParams,
     {Priority, Priority},
     {Kind::Tcb, Kind::SchedContext, Kind::Endpoint}},
    {Kind::Tcb,
     Invocation::TcbSetSchedParams,
     {Priority, Priority},
     {Kind::Tcb, Kind::Nothing, Kind::Endpoint}},
    {Kind::Tcb, Invocation::TcbSetTimeoutEndpoint, {}, {Kind::Endpoint}},
    {Kind::Tcb, Invocation::TcbSetIpcBuffer, {Address}, {Kind::Frame}},
    {Kind::Tcb,
     Invocation::TcbSetSpace,
     {Guard, Zero},
     {Kind::Endpoint, Kind::CNode, Kind::VSpace}},
    {Kind::Tcb, Invocation::TcbSuspend, {}},
    {Kind::Tcb, Invocation::TcbResume, {}},
    {Kind::Tcb, Invocation::TcbResume, {}},
    {Kind::Tcb, Invocation::TcbBindNotification, {}, {Kind::Notification}},
    {Kind::Tcb, Invocation::TcbUnbindNotification, {}},
    {Kind::Tcb, Invocation::TcbSetTlsBase, {Anything}},
    {Kind::Tcb, Invocation::TcbSetFlags, {Flags, Flags}},

    {Kind::SchedControl,
     Invocation::SchedControlConfigureFlags,
     {Time, Time, Count, Badge, Flags},
     {Kind::SchedContext}},
    {Kind::SchedContext, Invocation::SchedContextBind, {}, {Kind::Tcb}},
    {Kind::SchedContext, Invocation::SchedContextBind, {}, {Kind::Notification}},
    {Kind::SchedContext, Invocation::SchedContextUnbind, {}},
    {Kind::SchedContext, Invocation::SchedContextUnbindObject, {}, {Kind::Tcb}},
    {Kind::SchedContext, Invocation::SchedContextUnbindObject, {}, {Kind::Notification}},
    {Kind::SchedContext, Invocation::SchedContextConsumed, {}},
    {Kind::SchedContext, Invocation::SchedContextYieldTo, {}},

    {Kind::Frame, Invocation::PageMap, {Address, Rights, Attributes}, {Kind::VSpace}},
    {Kind::Frame, Invocation::PageMap, {Address, Rights, Attributes}, {Kind::VSpace}},
    {Kind::Frame, Invocation::PageUnmap, {}},
    {Kind::Frame, Invocation::PageCleanData, {Offset, Offset}},
    {Kind::Frame, Invocation::PageInvalidateData, {Offset, Offset}},
    {Kind::Frame, Invocation::PageCleanInvalidateData, {Offset, Offset}},
    {Kind::Frame, Invocation::PageUnifyInstruction, {Offset, Offset}},
    {Kind::Frame, Invocation::PageGetAddress, {}},
    {Kind::PageTable, Invocation::PageTableMap, {Address, Attributes}, {Kind::VSpace}},
    {Kind::PageTable, Invocation::PageTableUnmap, {}},
    {Kind::VSpace, Invocation::VSpaceCleanData, {Address, Address}},
    {Kind::VSpace, Invocation::VSpaceInvalidateData, {Address, Address}},
    {Kind::VSpace, Invocation::VSpaceCleanInvalidateData, {Address, Address}},
    {Kind::VSpace, Invocation::VSpaceUnifyInstruction, {Address, Address}},
    {Kind::VSpace,
     Invocation::VSpaceMapFrames,
     {Zero, Zero, FrameSlot, Count, Address, Rights, Attributes},
     {Kind::CNode}},
    {Kind::VSpace,
     Invocation::VSpaceMapFrames,
     {UsedSlot, Depth, FrameSlot, Count, Address, Rights, Attributes},
     {Kind::CNode}},
    {Kind::AsidControl,
     Invocation::AsidControlMakePool,
     {FreeSlot, Depth},
     {Kind::Untyped, Kind::CNode}},
    {Kind::AsidPool, Invocation::AsidPoolAssign, {}, {Kind::VSpace}},

    {Kind::IrqHandler, Invocation::IrqAck, {}},
    {Kind::IrqHandler, Invocation::IrqSetHandler, {}, {Kind::Notification}},
    {Kind::IrqHandler, Invocation::IrqClearHandler, {}},
    {Kind::SgiSignal, Invocation::Invalid, {}},
    {Kind::Domain, Invocation::DomainSetSet, {Zero}, {Kind::Tcb}},
    {Kind::Domain, Invocation::DomainScheduleConfigure, {Count, Zero, Time}},
    {Kind::Domain, Invocation::DomainScheduleSetStart, {Zero}},

    {Kind::Endpoint,
     Invocation::Invalid,
     {Anything, Anything, Anything, Anything, Anything},
     {Kind::Endpoint, Kind::Frame}},
    {Kind::Reply, Invocation::Invalid, {Anything, Anything}, {Kind::Endpoint}},
    {Kind::Notification, Invocation::Invalid, {}},
};

} // namespace

std::span<Operation const> operations() {
    return table;
}

} // namespace fuzz
