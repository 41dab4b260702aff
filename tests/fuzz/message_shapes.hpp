// SPDX-License-Identifier: BSD-2-Clause
//
// What well-formed invocations look like: random words are hardly ever one, so that a fuzzer would
// only see refusals.
#pragma once

#include <api/invocation.hpp>
#include <kernel/cap/capability.hpp>

#include <array>
#include <string_view>

namespace fuzz {

/// Labels that a kind of capability knows, from first to last.
struct Labels {
    kernel::CapKind kind;
    api::Invocation first;
    api::Invocation last;
};

inline constexpr Labels labels_by_kind[] = {
    {kernel::CapKind::Untyped, api::Invocation::UntypedRetype, api::Invocation::UntypedRetype},
    {kernel::CapKind::Tcb, api::Invocation::TcbReadRegisters, api::Invocation::TcbSetFlags},
    {kernel::CapKind::CNode, api::Invocation::CNodeRevoke, api::Invocation::CNodeRotate},
    {kernel::CapKind::IrqControl, api::Invocation::IrqIssueHandlerTrigger,
     api::Invocation::IrqIssueSgiSignal},
    {kernel::CapKind::IrqHandler, api::Invocation::IrqAck, api::Invocation::IrqClearHandler},
    {kernel::CapKind::Domain, api::Invocation::DomainSetSet,
     api::Invocation::DomainScheduleSetStart},
    {kernel::CapKind::SchedControl, api::Invocation::SchedControlConfigureFlags,
     api::Invocation::SchedControlConfigureFlags},
    {kernel::CapKind::SchedContext, api::Invocation::SchedContextBind,
     api::Invocation::SchedContextYieldTo},
    {kernel::CapKind::VSpace, api::Invocation::VSpaceCleanData,
     api::Invocation::VSpaceUnifyInstruction},
    {kernel::CapKind::VSpace, api::Invocation::VSpaceMapFrames, api::Invocation::VSpaceMapFrames},
    {kernel::CapKind::Smc, api::Invocation::SmcCall, api::Invocation::SmcCall},
    {kernel::CapKind::PageTable, api::Invocation::PageTableMap, api::Invocation::PageTableUnmap},
    {kernel::CapKind::Frame, api::Invocation::PageMap, api::Invocation::PageGetAddress},
    {kernel::CapKind::AsidControl, api::Invocation::AsidControlMakePool,
     api::Invocation::AsidControlMakePool},
    {kernel::CapKind::AsidPool, api::Invocation::AsidPoolAssign, api::Invocation::AsidPoolAssign},
};

/// The words, one letter each: s slot, d depth, t object type, z size bits, n small number,
/// b byte, a address, u time, w anything.
struct Shape {
    api::Invocation label;
    std::string_view words;
};

inline constexpr Shape shapes[] = {
    {api::Invocation::UntypedRetype, "tz00sn"},
    {api::Invocation::TcbReadRegisters, "nb"},
    {api::Invocation::TcbWriteRegisters, "nnwwww"},
    {api::Invocation::TcbCopyRegisters, "n"},
    {api::Invocation::TcbConfigure, "00a"},
    {api::Invocation::TcbSetPriority, "b"},
    {api::Invocation::TcbSetMcPriority, "b"},
    {api::Invocation::TcbSetSchedParams, "bb"},
    {api::Invocation::TcbSetIpcBuffer, "a"},
    {api::Invocation::TcbSetSpace, "00"},
    {api::Invocation::TcbSetTlsBase, "w"},
    {api::Invocation::TcbSetFlags, "nn"},
    {api::Invocation::CNodeRevoke, "sd"},
    {api::Invocation::CNodeDelete, "sd"},
    {api::Invocation::CNodeCancelBadgedSends, "sd"},
    {api::Invocation::CNodeCopy, "sdsdb"},
    {api::Invocation::CNodeMint, "sdsdbn"},
    {api::Invocation::CNodeMove, "sdsd"},
    {api::Invocation::CNodeMutate, "sdsdb"},
    {api::Invocation::CNodeRotate, "sdnsdnsd"},
    {api::Invocation::IrqIssueHandler, "bsd"},
    {api::Invocation::DomainSetSet, "n"},
    {api::Invocation::DomainScheduleConfigure, "nnw"},
    {api::Invocation::DomainScheduleSetStart, "n"},
    {api::Invocation::SchedControlConfigureFlags, "uunbn"},
    {api::Invocation::VSpaceCleanData, "aa"},
    {api::Invocation::SmcCall, "wwwwwwww"},
    {api::Invocation::PageTableMap, "a0"},
    {api::Invocation::PageMap, "ann"},
    {api::Invocation::PageCleanData, "nb"},
    {api::Invocation::PageUnifyInstruction, "nb"},
    {api::Invocation::AsidControlMakePool, "sd"},
    {api::Invocation::IrqIssueHandlerTrigger, "bnsd"},
    {api::Invocation::IrqIssueSgiSignal, "nnsd"},
    {api::Invocation::VSpaceMapFrames, "00snann"},
};

inline std::string_view shape_of(api::Word label) {
    for (auto const& shape : shapes) {
        if (std::to_underlying(shape.label) == label) {
            return shape.words;
        }
    }
    return {};
}

} // namespace fuzz
