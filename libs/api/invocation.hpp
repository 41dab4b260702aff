// SPDX-License-Identifier: BSD-2-Clause
//
// Invocation labels: what a Call on a kernel object asks for (single core, MCS, EL1), and the one
// that is Quire's own, far from all that the interface may come to number.
#pragma once

#include <api/types.hpp>

namespace api {

enum class Invocation : Word {
    Invalid = 0,
    UntypedRetype = 1,
    TcbReadRegisters = 2,
    TcbWriteRegisters = 3,
    TcbCopyRegisters = 4,
    TcbConfigure = 5,
    TcbSetPriority = 6,
    TcbSetMcPriority = 7,
    TcbSetSchedParams = 8,
    TcbSetTimeoutEndpoint = 9,
    TcbSetIpcBuffer = 10,
    TcbSetSpace = 11,
    TcbSuspend = 12,
    TcbResume = 13,
    TcbBindNotification = 14,
    TcbUnbindNotification = 15,
    TcbSetTlsBase = 16,
    TcbSetFlags = 17,
    CNodeRevoke = 18,
    CNodeDelete = 19,
    CNodeCancelBadgedSends = 20,
    CNodeCopy = 21,
    CNodeMint = 22,
    CNodeMove = 23,
    CNodeMutate = 24,
    CNodeRotate = 25,
    IrqIssueHandler = 26,
    IrqAck = 27,
    IrqSetHandler = 28,
    IrqClearHandler = 29,
    DomainSetSet = 30,
    DomainScheduleConfigure = 31,
    DomainScheduleSetStart = 32,
    SchedControlConfigureFlags = 33,
    SchedContextBind = 34,
    SchedContextUnbind = 35,
    SchedContextUnbindObject = 36,
    SchedContextConsumed = 37,
    SchedContextYieldTo = 38,
    VSpaceCleanData = 39,
    VSpaceInvalidateData = 40,
    VSpaceCleanInvalidateData = 41,
    VSpaceUnifyInstruction = 42,
    SmcCall = 43,
    PageTableMap = 44,
    PageTableUnmap = 45,
    PageMap = 46,
    PageUnmap = 47,
    PageCleanData = 48,
    PageInvalidateData = 49,
    PageCleanInvalidateData = 50,
    PageUnifyInstruction = 51,
    PageGetAddress = 52,
    AsidControlMakePool = 53,
    AsidPoolAssign = 54,
    IrqIssueHandlerTrigger = 55,
    IrqIssueSgiSignal = 56,
    VSpaceMapFrames = 0x5155'0001,
};

} // namespace api
