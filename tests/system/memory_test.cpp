// SPDX-License-Identifier: BSD-2-Clause
//
// Address spaces: mapping, tables, rights, cache maintenance, ASIDs.

#include "suites.hpp"
#include "worker.hpp"

namespace test {

namespace {

using api::Error;
using api::Invocation;
using api::ObjectType;
using api::Rights;

constexpr auto window = Lab::window;
constexpr Word no_execute = api::page_cacheable | api::page_execute_never;

Answer map(Lab& lab, Word frame, Word address, Rights rights = Rights::ReadWrite) {
    return lab.invoke(frame, Invocation::PageMap, {address, rights.bits(), no_execute},
                      {Lab::vspace});
}

Word volatile& at(Word address) {
    return *reinterpret_cast<Word volatile*>(address);
}

void map_errors(Lab& lab) {
    auto const frame = lab.make(ObjectType::SmallPage);
    auto const label = Invocation::PageMap;
    expect_error(lab.invoke(frame, label, {window, 3}, {Lab::vspace}), Error::TruncatedMessage);
    expect_error(lab.invoke(frame, label, {window, 3, 5}), Error::TruncatedMessage);
    expect_error(lab.invoke(frame, label, {window, 3, 5}, {frame}), Error::InvalidCapability, {1});
    expect_error(lab.invoke(frame, label, {window, 3, 5}, {lab.make(ObjectType::VSpace)}),
                 Error::InvalidCapability, {1});
    expect_error(map(lab, frame, window + 8), Error::AlignmentError);
    expect_error(map(lab, frame, Word{1} << 47), Error::InvalidArgument, {0});
    expect_error(map(lab, frame, Lab::wilderness), Error::FailedLookup, {0, 2, 30});
    expect_success(map(lab, frame, window));
    expect_error(map(lab, frame, window + 0x1000), Error::InvalidArgument, {0});
    expect_success(map(lab, frame, window, Rights::Read)); // again, with other rights
    expect_error(lab.invoke(frame, Invocation::TcbResume), Error::IllegalOperation);
}

void pages_are_shared_and_unmapped(Lab& lab) {
    auto const frame = lab.make(ObjectType::SmallPage);
    auto const second = lab.copy(frame);
    expect_success(map(lab, frame, window));
    expect_success(map(lab, second, window + 0x1000));
    at(window + 16) = 0x1234;
    expect_equal(at(window + 0x1010), 0x1234);
    expect_success(lab.invoke(second, Invocation::PageUnmap));
    expect_success(lab.invoke(second, Invocation::PageUnmap));
    expect_success(map(lab, second, window + 0x2000));
    expect_equal(at(window + 0x2010), 0x1234);
    auto const address = lab.invoke(frame, Invocation::PageGetAddress);
    expect_success(lab.invoke(second, Invocation::PageGetAddress), {address.words[0]});
}

// ---- several frames at once -----------------------------------------------------------------

constexpr Word run = 8;

Word make_run(Lab& lab) {
    auto const frames = lab.slots(run);
    lab.retype(lab.arena(), ObjectType::SmallPage, 0, frames, run);
    return frames;
}

Answer map_run(Lab& lab, Word frames, Word count, Word address, Rights rights = Rights::ReadWrite) {
    return lab.invoke(Lab::vspace, Invocation::VSpaceMapFrames,
                      {0, 0, frames, count, address, rights.bits(), no_execute}, {Lab::cnode});
}

void frames_are_mapped_at_once(Lab& lab) {
    auto const frames = make_run(lab);
    expect_success(map_run(lab, frames, run, window));
    for (Word i = 0; i < run; ++i) {
        at(window + i * api::page_size) = i + 1;
    }
    auto const last = lab.copy(frames + run - 1);
    expect_success(map(lab, last, window + run * api::page_size));
    expect_equal(at(window + run * api::page_size), run);
    expect_success(map_run(lab, frames, run, window, Rights::Read)); // again, with other rights
    expect_equal(at(window), 1);
    auto const others = make_run(lab);
    expect_success(map_run(lab, others, 2, window)); // in place of the first two
    expect_equal(at(window), 0);
    expect_equal(at(window + 2 * api::page_size), 3);
    for (Word i = 0; i < run; ++i) {
        expect_success(lab.invoke(frames + i, Invocation::PageUnmap));
    }
    at(window) = 7; // is not what was unmapped
}

void map_frames_errors(Lab& lab) {
    auto const frames = make_run(lab);
    auto const label = Invocation::VSpaceMapFrames;
    constexpr Word limit = api::map_frames_limit;
    expect_error(lab.invoke(Lab::vspace, label, {0, 0, frames, run, window, 3, 5}),
                 Error::TruncatedMessage);
    expect_error(lab.invoke(Lab::vspace, label, {0, 0, frames, run, window, 3}, {Lab::cnode}),
                 Error::TruncatedMessage);
    expect_error(lab.invoke(lab.make(ObjectType::VSpace), label, {0, 0, frames, run, window, 3, 5},
                            {Lab::cnode}),
                 Error::InvalidCapability, {0});
    expect_error(lab.invoke(Lab::vspace, label, {0, 0, frames, run, window, 3, 5}, {Lab::vspace}),
                 Error::FailedLookup, {1, 2, 0});
    expect_error(map_run(lab, frames, 0, window), Error::RangeError, {1, limit});
    expect_error(map_run(lab, frames, limit + 1, window), Error::RangeError, {1, limit});
    expect_error(map_run(lab, frames, run, window + 8), Error::AlignmentError);
    expect_error(map_run(lab, frames, run, (Word{1} << 47) - api::page_size),
                 Error::InvalidArgument, {4});
    expect_error(map_run(lab, frames, run, Lab::wilderness), Error::FailedLookup, {0, 2, 30});
    constexpr Word table_end = window + (Word{1} << 21);
    expect_error(map_run(lab, frames, run, table_end - 3 * api::page_size), Error::RangeError,
                 {1, 3});
    // One that cannot be is the end of all.
    expect_success(map(lab, frames + 2, window + 3 * api::page_size));
    expect_error(map_run(lab, frames, run, window), Error::InvalidArgument, {4});
    expect_success(lab.remove(frames + 2));
    expect_error(map_run(lab, frames, run, window), Error::InvalidCapability, {1});
    expect_success(map(lab, frames, window + api::page_size)); // it is not mapped
}

/// Touches the window; the test handles what comes of it.
void reading_body(Worker& self) {
    self.steps = at(window) + 1;
}

void writing_body(Worker& self) {
    at(window) = 5;
    self.steps = 1;
}

bool faults(Lab& lab, Body body) {
    auto const handler = lab.make_endpoint();
    Worker worker{lab, body};
    worker.set_fault_handler(handler);
    worker.start();
    bool const finished = worker.finished != 0;
    expect_success(lab.remove(worker.tcb()));
    return !finished;
}

void rights_are_honoured(Lab& lab) {
    auto const frame = lab.make(ObjectType::SmallPage);
    expect_success(map(lab, frame, window, Rights::Read));
    expect(!faults(lab, reading_body));
    expect(faults(lab, writing_body));
    expect_success(map(lab, frame, window, Rights::None));
    expect(faults(lab, reading_body));
    auto const reader = lab.copy(frame, Rights::Read);
    expect_success(lab.invoke(frame, Invocation::PageUnmap));
    expect_success(map(lab, reader, window));
    expect(faults(lab, writing_body));
    expect(!faults(lab, reading_body));
    expect_success(lab.remove(reader)); // takes its own mapping along
    expect(faults(lab, reading_body));
}

void tables_fill_missing_levels(Lab& lab) {
    auto const frame = lab.make(ObjectType::SmallPage);
    auto const map_table = [&](Word table, Word address) {
        return lab.invoke(table, Invocation::PageTableMap, {address, 0}, {Lab::vspace});
    };
    auto const level_2 = lab.make(ObjectType::PageTable);
    auto const level_3 = lab.make(ObjectType::PageTable);
    auto const spare = lab.make(ObjectType::PageTable);
    expect_error(lab.invoke(level_2, Invocation::PageTableMap, {0}, {Lab::vspace}),
                 Error::TruncatedMessage);
    expect_error(lab.invoke(level_2, Invocation::PageTableMap, {0, 0}, {frame}),
                 Error::InvalidCapability, {1});
    expect_error(map_table(level_2, Word{1} << 47), Error::InvalidArgument, {0});
    expect_success(map_table(level_2, Lab::wilderness));
    expect_error(map(lab, frame, Lab::wilderness), Error::FailedLookup, {0, 2, 21});
    expect_success(map_table(level_3, Lab::wilderness + 0x123));
    expect_success(map(lab, frame, Lab::wilderness));
    expect_error(map_table(spare, Lab::wilderness), Error::DeleteFirst);
    expect_error(map_table(level_3, Lab::wilderness), Error::InvalidCapability, {0});
    at(Lab::wilderness) = 9;
    auto const copy = lab.copy(level_3);
    expect_error(lab.invoke(level_3, Invocation::PageTableUnmap), Error::RevokeFirst);
    expect_success(lab.remove(copy));
    expect_success(lab.invoke(level_3, Invocation::PageTableUnmap));
    expect_success(map_table(level_3, Lab::wilderness)); // it is empty now
    expect_success(lab.invoke(frame, Invocation::PageUnmap));
    expect_success(map(lab, frame, Lab::wilderness));
    expect_equal(at(Lab::wilderness), 9);
}

void large_pages(Lab& lab) {
    auto const frame = lab.make(ObjectType::LargePage);
    constexpr Word place = Lab::window + (Word{1} << 21);
    expect_error(map(lab, frame, place + 0x1000), Error::AlignmentError);
    expect_success(map(lab, frame, place));
    at(place) = 1;
    at(place + (Word{1} << 21) - 8) = 2;
    expect_equal(at(place), 1);
    auto const small = lab.make(ObjectType::SmallPage);
    expect_error(map(lab, small, place), Error::FailedLookup, {0, 2, 21});
    expect_error(map(lab, lab.copy(frame), window), Error::FailedLookup, {0, 2, 12});
}

void cache_maintenance(Lab& lab) {
    auto const frame = lab.make(ObjectType::SmallPage);
    for (auto const label :
         {Invocation::PageCleanData, Invocation::PageInvalidateData,
          Invocation::PageCleanInvalidateData, Invocation::PageUnifyInstruction}) {
        expect_error(lab.invoke(frame, label, {0}), Error::TruncatedMessage);
        expect_error(lab.invoke(frame, label, {0, 64}), Error::IllegalOperation);
        expect_success(map(lab, frame, window));
        expect_error(lab.invoke(frame, label, {64, 64}), Error::InvalidArgument, {1});
        expect_error(lab.invoke(frame, label, {0, 0x1001}), Error::InvalidArgument, {0});
        expect_success(lab.invoke(frame, label, {0, 0x1000}));
        expect_success(lab.invoke(frame, Invocation::PageUnmap));
    }
    expect_success(map(lab, frame, window));
    for (auto const label :
         {Invocation::VSpaceCleanData, Invocation::VSpaceInvalidateData,
          Invocation::VSpaceCleanInvalidateData, Invocation::VSpaceUnifyInstruction}) {
        expect_error(lab.invoke(Lab::vspace, label, {window}), Error::TruncatedMessage);
        expect_error(lab.invoke(Lab::vspace, label, {window, window}), Error::InvalidArgument, {1});
        expect_error(lab.invoke(Lab::vspace, label, {window, Word{1} << 48}),
                     Error::IllegalOperation);
        expect_error(lab.invoke(Lab::vspace, label, {window, window + 0x1001}), Error::RangeError,
                     {window, window + 0xfff});
        expect_success(lab.invoke(Lab::vspace, label, {Lab::wilderness, Lab::wilderness + 64}));
        expect_success(lab.invoke(Lab::vspace, label, {window, window + 64}));
    }
}

void code_can_be_written(Lab& lab) {
    auto const frame = lab.make(ObjectType::SmallPage);
    expect_success(map(lab, frame, window));
    auto* const code = reinterpret_cast<std::uint32_t volatile*>(window);
    code[0] = 0xd28000e0; // mov x0, #7
    code[1] = 0xd65f03c0; // ret
    expect_success(lab.invoke(frame, Invocation::PageUnifyInstruction, {0, 64}));
    expect_success(
        lab.invoke(frame, Invocation::PageMap, {window, 1, api::page_cacheable}, {Lab::vspace}));
    expect_equal(reinterpret_cast<Word (*)()>(window)(), 7);
}

void address_spaces_need_numbers(Lab& lab) {
    auto const pool = api::initial_slot::asid_pool;
    auto const space = lab.make(ObjectType::VSpace);
    auto const assign = Invocation::AsidPoolAssign;
    expect_error(lab.invoke(pool, assign), Error::TruncatedMessage);
    expect_error(lab.invoke(pool, assign, {}, {Lab::vspace}), Error::InvalidCapability, {1});
    expect_error(lab.invoke(pool, assign, {}, {pool}), Error::InvalidCapability, {1});
    expect_success(lab.invoke(pool, assign, {}, {space}));
    expect_error(lab.invoke(pool, assign, {}, {space}), Error::InvalidCapability, {1});
    auto const frame = lab.make(ObjectType::SmallPage);
    expect_error(lab.invoke(frame, Invocation::PageMap, {window, 3, 5}, {space}),
                 Error::FailedLookup, {0, 2, 39});
}

void asid_pools_are_made(Lab& lab) {
    auto const control = api::initial_slot::asid_control;
    auto const label = Invocation::AsidControlMakePool;
    auto const untyped = lab.make(ObjectType::Untyped, 12);
    auto const small = lab.make(ObjectType::Untyped, 11);
    auto const slot = lab.slots();
    expect_error(lab.invoke(control, label, {slot}, {untyped, Lab::cnode}),
                 Error::TruncatedMessage);
    expect_error(lab.invoke(control, label, {slot, 64}, {untyped}), Error::TruncatedMessage);
    expect_error(lab.invoke(control, label, {slot, 64}, {small, Lab::cnode}),
                 Error::InvalidCapability, {1});
    expect_error(lab.invoke(control, label, {untyped, 64}, {untyped, Lab::cnode}),
                 Error::DeleteFirst);
    expect_success(lab.invoke(control, label, {slot, 64}, {untyped, Lab::cnode}));
    expect_error(lab.invoke(control, label, {lab.slots(), 64}, {untyped, Lab::cnode}),
                 Error::RevokeFirst);
    auto const space = lab.make(ObjectType::VSpace);
    expect_success(lab.invoke(slot, Invocation::AsidPoolAssign, {}, {space}));
}

void a_thread_of_a_deleted_space_faults(Lab& lab) {
    auto const space = lab.make(ObjectType::VSpace);
    expect_success(
        lab.invoke(api::initial_slot::asid_pool, Invocation::AsidPoolAssign, {}, {space}));
    auto const faults = lab.make_endpoint();
    Worker worker{lab, [](Worker& self) { ++self.steps; }};
    expect_success(
        lab.invoke(worker.tcb(), Invocation::TcbSetSpace, {0, 0}, {faults, Lab::cnode, space}));
    worker.start(); // nothing is mapped there: it faults on its first instruction
    auto const fault = recv(faults, lab.make_reply());
    expect_equal(fault.label(), 6);
    expect_equal(fault.word(2), 1);
    expect_success(lab.revoke(space));
    expect_success(lab.remove(space));
    expect_equal(worker.steps, 0);
}

constexpr Test tests[] = {
    {"memory: errors of Page_Map", map_errors},
    {"memory: pages are shared and unmapped", pages_are_shared_and_unmapped},
    {"memory: frames are mapped at once", frames_are_mapped_at_once},
    {"memory: errors of VSpace_MapFrames", map_frames_errors},
    {"memory: rights are honoured", rights_are_honoured},
    {"memory: tables fill missing levels", tables_fill_missing_levels},
    {"memory: large pages", large_pages},
    {"memory: cache maintenance", cache_maintenance},
    {"memory: code can be written and run", code_can_be_written},
    {"memory: address spaces need ASIDs", address_spaces_need_numbers},
    {"memory: ASID pools are made", asid_pools_are_made},
    {"memory: a thread in an empty space faults", a_thread_of_a_deleted_space_faults},
};

} // namespace

constinit Tests const memory_tests{tests};

} // namespace test
