// SPDX-License-Identifier: BSD-2-Clause
//
// Errors, one line each: what an object is asked, and what it answers. Those that need a story are
// in the tests of their object.

#include "suites.hpp"
#include "worker.hpp"
#include <board.hpp>

namespace test {

namespace {

using api::Error;
using api::ObjectType;
using api::Rights;
using enum api::Invocation;

constexpr auto depth = Lab::depth;
constexpr auto cnode = Lab::cnode;

/// The labels of one kind of object: a run of them, and perhaps some more.
struct Labels {
    Word cap;
    api::Invocation first;
    api::Invocation last;
    api::Invocation more_from{Invalid};
    api::Invocation more_to{Invalid};

    [[nodiscard]] bool include(Word label) const {
        auto const between = [label](api::Invocation from, api::Invocation to) {
            return from != Invalid && label >= std::to_underlying(from) &&
                   label <= std::to_underlying(to);
        };
        return between(first, last) || between(more_from, more_to);
    }
};

void labels_of_others(Lab& lab) {
    auto const handler = lab.slots();
    expect_success(
        lab.invoke(api::initial_slot::irq_control, IrqIssueHandler, {44, handler, depth}, {cnode}));
    Labels const all[] = {
        {lab.make(ObjectType::Untyped, 12), UntypedRetype, UntypedRetype},
        {lab.make(ObjectType::Tcb), TcbReadRegisters, TcbSetFlags},
        {lab.make(ObjectType::CNode, 1), CNodeRevoke, CNodeRotate},
        {api::initial_slot::irq_control, IrqIssueHandler, IrqIssueHandler, IrqIssueHandlerTrigger,
         IrqIssueSgiSignal},
        {handler, IrqAck, IrqClearHandler},
        {api::initial_slot::domain, DomainSetSet, DomainScheduleSetStart},
        {lab.boot_info().sched_control.start, SchedControlConfigureFlags,
         SchedControlConfigureFlags},
        {lab.make_sched_context(), SchedContextBind, SchedContextYieldTo},
        {Lab::vspace, VSpaceCleanData, VSpaceUnifyInstruction},
        {lab.make(ObjectType::PageTable), PageTableMap, PageTableUnmap},
        {lab.make(ObjectType::SmallPage), PageMap, PageGetAddress},
        {api::initial_slot::asid_control, AsidControlMakePool, AsidControlMakePool},
        {api::initial_slot::asid_pool, AsidPoolAssign, AsidPoolAssign},
    };
    constexpr Word beyond_all = 64;
    for (auto const& object : all) {
        for (Word label = 0; label < beyond_all; ++label) {
            if (!object.include(label)) {
                expect_error(lab.invoke(object.cap, api::Invocation{label}),
                             Error::IllegalOperation);
            }
        }
    }
}

void cnode_errors(Lab& lab) {
    auto const endpoint = lab.make_endpoint();
    auto const node = lab.make(ObjectType::CNode, 4);
    auto const free = lab.slots();
    auto const is = [&](Error error, api::Invocation label, Words words, Words caps = {cnode},
                        Words reply = {}) {
        expect_error(lab.invoke(cnode, label, words, caps), error, reply);
    };
    for (auto const label : {CNodeRevoke, CNodeDelete, CNodeCancelBadgedSends}) {
        is(Error::TruncatedMessage, label, {free});
        is(Error::RangeError, label, {free, 0}, {}, {1, 64});
        is(Error::RangeError, label, {free, 65}, {}, {1, 64});
    }
    for (auto const label : {CNodeMint, CNodeMove, CNodeMutate}) {
        is(Error::TruncatedMessage, label, {free, depth, endpoint});
        is(Error::TruncatedMessage, label, {free, depth, endpoint, depth, 15, 0}, {});
        is(Error::DeleteFirst, label, {node, depth, endpoint, depth, 15, 0});
        is(Error::FailedLookup, label, {free, depth, free, depth, 15, 0}, {cnode}, {1, 2, depth});
        is(Error::FailedLookup, label, {free, depth, 0, depth, 15, 0}, {endpoint}, {1, 1});
        is(Error::RangeError, label, {free, depth, 0, 65, 15, 0}, {cnode}, {1, 64});
    }
    is(Error::TruncatedMessage, CNodeMint, {free, depth, endpoint, depth, 15});
    is(Error::TruncatedMessage, CNodeMutate, {free, depth, endpoint, depth});
    is(Error::IllegalOperation, CNodeMint, {free, depth, node, depth, 15, 61});
    is(Error::RevokeFirst, CNodeMint, {free, depth, lab.arena(), depth, 15, 0});
    is(Error::IllegalOperation, CNodeCopy, {free, depth, lab.make(ObjectType::VSpace), depth, 15});
    is(Error::IllegalOperation, CNodeCopy,
       {free, depth, lab.make(ObjectType::PageTable), depth, 15});
    is(Error::TruncatedMessage, CNodeRotate, {free, depth, 0, node, depth, 0, endpoint, depth});
    is(Error::IllegalOperation, CNodeRotate, {free, depth, 0, node, depth, 0, endpoint, depth},
       {cnode, cnode}); // an endpoint cannot be given another badge
}

/// A page that is no memory.
Word device_frame(Lab& lab) {
    auto const& info = lab.boot_info();
    auto const slot = lab.slots();
    for (auto untyped = info.untyped.start; untyped < info.untyped.end; ++untyped) {
        auto const& description = info.untyped_list[untyped - info.untyped.start];
        if (description.is_device != 0 && description.size_bits == api::page_bits &&
            lab.invoke(untyped, UntypedRetype,
                       {std::to_underlying(ObjectType::SmallPage), 0, 0, 0, slot, 1}, {cnode})
                    .error == Error::None) {
            return slot;
        }
    }
    require(false);
    return slot;
}

void tcb_errors(Lab& lab) {
    auto const tcb = lab.make(ObjectType::Tcb);
    auto const endpoint = lab.make_endpoint();
    auto const raw_space = lab.make(ObjectType::VSpace);
    auto const is = [&](Error error, api::Invocation label, Words words, Words caps = {},
                        Words reply = {}) {
        expect_error(lab.invoke(tcb, label, words, caps), error, reply);
    };
    is(Error::TruncatedMessage, TcbSetSpace, {0}, {endpoint, cnode, Lab::vspace});
    is(Error::TruncatedMessage, TcbSetSpace, {0, 0}, {endpoint, cnode});
    is(Error::IllegalOperation, TcbSetSpace, {0, 0}, {endpoint, endpoint, Lab::vspace});
    is(Error::IllegalOperation, TcbSetSpace, {0, 0}, {endpoint, cnode, raw_space});
    is(Error::IllegalOperation, TcbSetSpace, {63, 0}, {endpoint, cnode, Lab::vspace});
    is(Error::InvalidCapability, TcbSetSpace, {0, 0}, {tcb, cnode, Lab::vspace}, {1});
    is(Error::TruncatedMessage, TcbCopyRegisters, {}, {tcb});
    is(Error::TruncatedMessage, TcbWriteRegisters, {0, 36, 1, 2, 3});
    is(Error::TruncatedMessage, TcbSetSchedParams, {1, 1}, {Lab::tcb, Lab::null_slot});
    is(Error::IllegalOperation, TcbUnbindNotification, {});
    is(Error::IllegalOperation, TcbBindNotification, {}, {Lab::null_slot});
    auto const device = device_frame(lab);
    is(Error::IllegalOperation, TcbSetIpcBuffer, {0x400}, {device});
    is(Error::IllegalOperation, TcbConfigure, {0, 0, 0x400}, {cnode, Lab::vspace, device});
}

void irq_errors(Lab& lab) {
    auto const control = api::initial_slot::irq_control;
    auto const free = lab.slots();
    constexpr Word most = Board::max_irq;
    auto const is = [&](Error error, api::Invocation label, Words words, Words caps = {cnode},
                        Words reply = {}) {
        expect_error(lab.invoke(control, label, words, caps), error, reply);
    };
    is(Error::RangeError, IrqIssueHandlerTrigger, {most + 1, 0, free, depth}, {cnode}, {0, most});
    is(Error::RevokeFirst, IrqIssueHandlerTrigger, {27, 0, free, depth});
    is(Error::DeleteFirst, IrqIssueHandlerTrigger, {45, 0, Lab::tcb, depth});
    is(Error::TruncatedMessage, IrqIssueHandlerTrigger, {45, 0, free, depth}, {});
    is(Error::TruncatedMessage, IrqIssueSgiSignal, {1, 0, free, depth}, {});
    for (auto const label : {IrqIssueHandlerTrigger, IrqIssueSgiSignal}) {
        is(Error::FailedLookup, label, {9, 0, free, depth}, {Lab::tcb}, {0, 1});
        is(Error::RangeError, label, {9, 0, free, 65}, {cnode}, {1, 64});
    }
    is(Error::FailedLookup, IrqIssueHandler, {45, free, depth}, {Lab::tcb}, {0, 1});
    is(Error::RangeError, IrqIssueHandler, {45, free, 0}, {cnode}, {1, 64});
}

void memory_errors(Lab& lab) {
    auto const raw_space = lab.make(ObjectType::VSpace);
    auto const table = lab.make(ObjectType::PageTable);
    auto const frame = lab.make(ObjectType::SmallPage);
    auto const is = [&](Error error, Word cap, api::Invocation label, Words words, Words caps = {},
                        Words reply = {}) {
        expect_error(lab.invoke(cap, label, words, caps), error, reply);
    };
    is(Error::TruncatedMessage, table, PageTableMap, {Lab::wilderness, 0});
    is(Error::InvalidCapability, table, PageTableMap, {Lab::wilderness, 0}, {raw_space}, {1});
    is(Error::DeleteFirst, table, PageTableMap, {Lab::window, 0}, {Lab::vspace});
    expect_success(lab.invoke(frame, PageMap, {Lab::window, 1, 5}, {Lab::vspace})); // read only
    constexpr Word end = Lab::window + api::page_size;
    for (auto const label : {PageCleanData, PageCleanInvalidateData, PageUnifyInstruction}) {
        is(Error::TruncatedMessage, frame, label, {0});
        is(Error::InvalidArgument, frame, label, {8, 8}, {}, {1});
        is(Error::InvalidArgument, frame, label, {0, api::page_size + 1}, {}, {0});
        is(Error::IllegalOperation, lab.make(ObjectType::SmallPage), label, {0, 64});
        is(Error::None, frame, label, {0, 64});
    }
    is(Error::IllegalOperation, frame, PageInvalidateData, {0, 64});
    for (auto const label : {VSpaceCleanData, VSpaceCleanInvalidateData, VSpaceUnifyInstruction}) {
        is(Error::TruncatedMessage, Lab::vspace, label, {Lab::window});
        is(Error::InvalidArgument, Lab::vspace, label, {Lab::window, Lab::window}, {}, {1});
        is(Error::IllegalOperation, Lab::vspace, label, {Lab::window, Word{1} << 48});
        is(Error::InvalidCapability, raw_space, label, {Lab::window, Lab::window + 64}, {}, {0});
        is(Error::RangeError, Lab::vspace, label, {Lab::window, end + 1}, {},
           {Lab::window, end - 1});
        is(Error::None, Lab::vspace, label, {Lab::wilderness, Lab::wilderness + 64});
        is(Error::None, Lab::vspace, label, {Lab::window, Lab::window + 64});
    }
    is(Error::IllegalOperation, Lab::vspace, VSpaceInvalidateData, {Lab::window, Lab::window + 64});
}

/// What has been replaced in the table is nobody's any more.
void stale_mappings(Lab& lab) {
    auto const frame = lab.make(ObjectType::SmallPage);
    auto const other = lab.make(ObjectType::SmallPage);
    expect_success(lab.invoke(frame, PageMap, {Lab::window, 3, 5}, {Lab::vspace}));
    expect_success(lab.invoke(other, PageMap, {Lab::window, 3, 5}, {Lab::vspace}));
    expect_error(lab.invoke(frame, PageCleanData, {0, 64}), Error::InvalidCapability, {0});
    *reinterpret_cast<Word volatile*>(Lab::window) = 5;
    expect_success(lab.invoke(frame, PageUnmap)); // does not touch the other's
    expect_equal(*reinterpret_cast<Word volatile*>(Lab::window), 5);
}

void spaces_that_are_gone(Lab& lab) {
    auto const pool = lab.slots();
    auto const space = lab.make(ObjectType::VSpace);
    auto const frame = lab.make(ObjectType::SmallPage);
    auto const untyped = lab.make(ObjectType::Untyped, 12);
    expect_success(lab.invoke(api::initial_slot::asid_control, AsidControlMakePool, {pool, depth},
                              {untyped, cnode}));
    expect_success(lab.invoke(pool, AsidPoolAssign, {}, {space}));
    expect_error(lab.invoke(frame, PageMap, {Lab::window, 3, 5}, {space}), Error::FailedLookup,
                 {0, 2, 39});
    expect_success(lab.remove(pool));
    expect_error(lab.invoke(frame, PageMap, {Lab::window, 3, 5}, {space}), Error::FailedLookup,
                 {0, 1});
    expect_error(lab.invoke(space, VSpaceCleanData, {Lab::window, Lab::window + 1}),
                 Error::FailedLookup, {0, 1});
}

void sched_context_errors(Lab& lab) {
    Worker high{lab, [](Worker& self) { wait(self.notification); }, own_priority + 1};
    high.notification = lab.make_notification();
    high.start();
    // The test's own MCP is 255; of a thread whose MCP is lower, the target's priority is too high.
    Worker low{lab, [](Worker& self) {
                   self.got =
                       call(self.endpoint, {.label = std::to_underlying(SchedContextYieldTo)});
               }};
    low.endpoint = high.sched_context();
    low.start();
    expect_equal(low.got.label(), std::to_underlying(Error::IllegalOperation));
    expect_error(lab.invoke(high.sched_context(), SchedContextBind, {}, {Lab::null_slot}),
                 Error::InvalidCapability, {1});
    expect_error(lab.invoke(high.sched_context(), SchedContextUnbindObject, {}, {Lab::null_slot}),
                 Error::InvalidCapability, {1});
}

/// First phases may invoke what servers need, and nothing that could disturb the receive phase.
void first_phases(Lab& lab) {
    auto const note = lab.make_notification();
    auto const frame = lab.make(ObjectType::SmallPage);
    auto const tcb = lab.make(ObjectType::Tcb);
    send(note);
    auto const first_phase = [&](Word cap, api::Invocation label, Word word = 0) {
        Message const message{.label = std::to_underlying(label), .length = 1, .words = {word}};
        send(note);
        trap(api::Syscall::NBSendWait, with_message(note, message, cap));
    };
    expect_success(lab.invoke(frame, PageMap, {Lab::window, 3, 5}, {Lab::vspace}));
    first_phase(frame, PageUnmap);
    expect_success(lab.invoke(frame, PageMap, {Lab::window + 0x1000, 3, 5}, {Lab::vspace}));
    expect_success(lab.invoke(tcb, TcbSetFlags, {0, 0}), {0});
    lab.buffer().caps_or_badges[0] = Lab::tcb;
    first_phase(tcb, TcbSetTlsBase, 0x1234);
    constexpr Word count = 36;
    expect_kind(lab.invoke(tcb, TcbReadRegisters, {0, count}), Error::None);
    expect_equal(lab.buffer().words[34], 0); // it was refused, and nobody heard of it
    expect_success(lab.invoke(tcb, TcbSetTlsBase, {0x1234}));
    expect_kind(lab.invoke(tcb, TcbReadRegisters, {0, count}), Error::None);
    expect_equal(lab.buffer().words[34], 0x1234);
}

constexpr Test tests[] = {
    {"errors: labels of other objects", labels_of_others},
    {"errors: CNode", cnode_errors},
    {"errors: TCB", tcb_errors},
    {"errors: IRQControl", irq_errors},
    {"errors: frames, tables and address spaces", memory_errors},
    {"errors: a mapping that was replaced", stale_mappings},
    {"errors: an address space without its pool", spaces_that_are_gone},
    {"errors: SchedContext", sched_context_errors},
    {"errors: first phases refuse in silence", first_phases},
};

} // namespace

constinit Tests const error_tests{tests};

} // namespace test
