// SPDX-License-Identifier: BSD-2-Clause
//
// Every kind of region, with every access that it may be given, touched in every way: either it
// works, or the pager stops the thread and says why.

#include "actor.hpp"
#include "lists.hpp"

#include <cstring>

namespace test {

namespace {

using pager::FaultKind;
using pager::RegionKind;
using pager::StopReason;

/// Two instructions: "return", twice.
constexpr Word returns = 0xd65f'03c0'd65f'03c0;

constexpr Word somewhere = 0x6000'0000'0000;

/// Where in the boot archive there is a "return".
Word find_return() {
    auto const bytes = workshop().parts().archive.bytes();
    for (Word offset = 0; offset + sizeof(Word) <= bytes.size(); offset += sizeof(Word)) {
        std::uint32_t instruction = 0;
        std::memcpy(&instruction, bytes.data() + offset, sizeof instruction);
        if (instruction == static_cast<std::uint32_t>(returns)) {
            return offset;
        }
    }
    give_up("there is no code in the boot archive", Location::current());
}

// How each kind of memory is made, writable unless it cannot be: where there is, or will be, a
// "return".

Word make_anonymous(Space& space) {
    return space.map(1);
}

Word make_file(Space& space, Access access) {
    Word const offset = find_return();
    must(workshop().manage(pager::MapFile{.space = space.number(),
                                          .file_offset = page_down(offset),
                                          .file_size = page_size,
                                          .address = somewhere,
                                          .memory_size = page_size,
                                          .access = access}));
    return somewhere + offset % page_size;
}

Word make_read_file(Space& space) {
    return make_file(space, Access::Read);
}

Word make_code(Space& space) {
    return make_file(space, Access::ReadExecute);
}

Word make_data(Space& space) {
    return make_file(space, Access::ReadWrite);
}

Word make_shared(Space& space) {
    return must(space.ask(
                    pager::MapShared{.address = 0, .size = page_size, .access = Access::ReadWrite}))
        .address;
}

Word make_stack(Space& space) {
    must(workshop().manage(
        pager::MapStack{.space = space.number(), .top = somewhere, .size = page_size}));
    return somewhere - page_size;
}

Word make_guard(Space& space) {
    return make_stack(space) - page_size;
}

Word make_buffer(Space& space) {
    auto const frame = workshop().take_slot();
    must(workshop().manage(pager::MapBuffer{.space = space.number(), .address = somewhere}, frame));
    workshop().give_slot(frame);
    return somewhere;
}

Word make_heap(Space& space) {
    Word const start = must(space.ask(pager::Break{.end = 0})).start;
    must(space.ask(pager::Break{.end = start + page_size}));
    return start;
}

struct Kind {
    RegionKind kind;
    std::string_view name;
    Word (*make)(Space& space);
    Access at_first;
    bool is_fixed; // no client may change it
};

constexpr Kind kinds[]{
    {RegionKind::Anonymous, "anonymous", make_anonymous, Access::ReadWrite, false},
    {RegionKind::File, "file", make_read_file, Access::Read, false},
    {RegionKind::Stack, "stack", make_stack, Access::ReadWrite, false},
    {RegionKind::Guard, "guard", make_guard, Access::None, true},
    {RegionKind::Buffer, "buffer", make_buffer, Access::ReadWrite, true},
    {RegionKind::Heap, "heap", make_heap, Access::ReadWrite, false},
    {RegionKind::Shared, "shared", make_shared, Access::ReadWrite, false},
    {RegionKind::Code, "code", make_code, Access::ReadExecute, false},
    {RegionKind::Data, "data", make_data, Access::ReadWrite, false},
};

struct Touch {
    FaultKind kind;
    std::string_view name;
    Command (*command)(Word address);
};

constexpr Touch touches[]{
    {FaultKind::Read, "read", read_at},
    {FaultKind::Write, "written", [](Word address) { return write_at(address, returns); }},
    {FaultKind::Execute, "executed", execute_at},
};

constexpr bool allows(Access access, FaultKind touch) {
    switch (touch) {
    case FaultKind::Read: return access != Access::None;
    case FaultKind::Write: return access == Access::ReadWrite;
    case FaultKind::Execute: return access == Access::ReadExecute;
    default: return false;
    }
}

void expect_report(Outcome const& outcome, Kind const& kind, Access access, Touch const& touch,
                   Word address) {
    bool const is_guard = kind.kind == RegionKind::Guard;
    stopped(outcome, is_guard ? StopReason::GuardHit : StopReason::Forbidden, address);
    auto const report = outcome.report.value_or(pager::TakeReport::Reply{});
    expect(report.kind == touch.kind);
    expect(report.region_kind == kind.kind);
    expect(is_guard || report.region_access == access);
    expect(report.region_start <= address && address < report.region_end);
    expect_equal(report.pid, Space::some_pid);
    expect(report.instruction != 0);
}

/// The way it is now.
void touch_in_every_way(Actor& actor, Kind const& kind, Access access, Word address) {
    for (auto const& touch : touches) {
        auto const before = failures();
        auto const outcome = actor.perform(touch.command(address));
        if (allows(access, touch.kind)) {
            done(outcome);
        } else {
            expect_report(outcome, kind, access, touch, address);
        }
        if (outcome.report) {
            actor.restart();
        }
        if (failures() != before) {
            print("#   ", kind.name, " with access ", static_cast<Word>(access), ", ", touch.name);
        }
    }
}

void test_kind(Kind const& kind) {
    Loaded space{workshop()};
    Actor actor{workshop(), space};
    Word const address = kind.make(space);
    touch_in_every_way(actor, kind, kind.at_first, address);
    expect(space.page_of(page_down(address)).region == kind.kind);
    Access is_now = kind.at_first;
    for (auto const access : {Access::None, Access::Read, Access::ReadExecute, Access::ReadWrite,
                              Access::None, Access::ReadExecute, Access::Read, Access::ReadWrite}) {
        auto const answer = space.ask(
            pager::Protect{.address = page_down(address), .size = page_size, .access = access});
        bool const may_change =
            !kind.is_fixed && (kind.kind != RegionKind::Shared || access != Access::ReadExecute);
        expect_error(answer, may_change ? Error::None : Error::PermissionDenied);
        is_now = may_change ? access : is_now;
        touch_in_every_way(actor, kind, is_now, address);
    }
}

template <std::size_t Index>
void test_kind_number() {
    test_kind(kinds[Index]);
}

/// What the region never was before allows no more than it says.
void new_memory_of_every_access() {
    Loaded space{workshop()};
    Actor actor{workshop(), space};
    for (auto const access : {Access::None, Access::Read, Access::ReadWrite}) {
        for (auto const& touch : touches) {
            Word const address = space.map(1, access);
            bool const good = allows(access, touch.kind);
            auto const outcome = actor.perform(touch.command(address));
            expect(good != outcome.report.has_value());
            if (outcome.report) {
                expect_report(outcome, kinds[0], access, touch, address);
                actor.restart();
            }
        }
    }
}

void nothing_is_there() {
    Loaded space{workshop()};
    Actor actor{workshop(), space};
    for (Word const address : {Word{0}, Word{8}, Word{0xffff}, somewhere, user_end - 8}) {
        for (auto const& touch : touches) {
            Word const aligned = touch.kind == FaultKind::Execute ? address & ~Word{3} : address;
            auto const outcome = actor.perform(touch.command(aligned));
            stopped(outcome, StopReason::NoRegion, aligned);
            expect(outcome.report && outcome.report->kind == touch.kind);
            expect(outcome.report && outcome.report->region_start == outcome.report->region_end);
            actor.restart();
        }
    }
}

void what_is_no_memory_access() {
    Loaded space{workshop()};
    Actor actor{workshop(), space};
    Word const zeroes = space.map(1, Access::ReadExecute);
    auto const refused = actor.perform(execute_at(zeroes));
    expect(refused.report && refused.report->reason == StopReason::Exception);
    expect(refused.report && refused.report->instruction == zeroes);
    actor.restart();
    auto const call = actor.perform({.act = Act::Syscall, .address = 0, .size = 0, .value = 0});
    expect(call.report && call.report->reason == StopReason::BadSyscall);
    expect(call.report && call.report->address == 12345);
    actor.restart();
    constexpr Word empty_slot = 20;
    stopped(actor.perform({.act = Act::Receive, .address = empty_slot, .size = 0, .value = 0}),
            StopReason::BadCapability, empty_slot);
}

constexpr Test tests[]{
    {"anonymous memory in every way", test_kind_number<0>},
    {"a file in every way", test_kind_number<1>},
    {"a stack in every way", test_kind_number<2>},
    {"a guard in every way", test_kind_number<3>},
    {"a buffer in every way", test_kind_number<4>},
    {"a heap in every way", test_kind_number<5>},
    {"shared memory in every way", test_kind_number<6>},
    {"code in every way", test_kind_number<7>},
    {"data in every way", test_kind_number<8>},
    {"new memory of every access", new_memory_of_every_access},
    {"nothing is there", nothing_is_there},
    {"what is no memory access", what_is_no_memory_access},
};

static_assert(std::size(kinds) == 9);

} // namespace

Tests const access_tests = tests;

} // namespace test
