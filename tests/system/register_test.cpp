// SPDX-License-Identifier: BSD-2-Clause
//
// Registers of threads, all of them: written, read, copied, and kept while others run.

#include "registers.hpp"
#include "suites.hpp"
#include "worker.hpp"
#include <api/registers.hpp>

namespace test {

namespace {

using api::Error;
using api::Invocation;

constexpr std::size_t count = api::user_register_count;
constexpr std::size_t status = 2;
constexpr std::size_t number = 3 + 7; // x7: of no system call
using Values = std::array<Word, count>;

/// Different in every register and for every `seed`, for a thread that makes a system call first.
Values values_of(Word seed) {
    Values values{};
    for (std::size_t i = 0; i < count; ++i) {
        values[i] = seed * 0x1000 + i * 16;
    }
    values[0] = reinterpret_cast<Word>(&lone_trap);
    values[status] = seed << 28; // of the status only the flags
    return values;
}

/// WriteRegisters with all registers and then some words that nobody asked for.
Answer write(Lab& lab, Word tcb, Word flags, Word told, Values const& values, Word more = 0) {
    auto& words = lab.buffer().words;
    for (std::size_t i = 0; i < count; ++i) {
        words[i + 2] = values[i];
    }
    auto const answer = call(tcb, {.label = std::to_underlying(Invocation::TcbWriteRegisters),
                                   .length = count + 2 + more,
                                   .words = {flags, told, values[0], values[1]}});
    return {.error = api::Error{answer.label()}, .length = answer.info().length(), .words = {}};
}

Values read(Lab& lab, Word tcb) {
    auto const answer = lab.invoke(tcb, Invocation::TcbReadRegisters, {0, count});
    expect_equal(answer.length, count);
    Values values{};
    for (std::size_t i = 0; i < count; ++i) {
        values[i] = i < answer.words.size() ? answer.words[i] : lab.buffer().words[i];
    }
    values[status] &= Word{0xf} << 28;
    return values;
}

void expect_same(Values const& actual, Values const& expected,
                 Location where = Location::current()) {
    for (std::size_t i = 0; i < count; ++i) {
        expect_equal(actual[i], expected[i], where);
    }
}

/// A thread that faults on its first instruction, and what it is told with.
struct Subject {
    explicit Subject(Lab& lab)
        : worker{lab, [](Worker&) {}}, faults{lab.make_endpoint()}, reply{lab.make_reply()} {
        worker.set_fault_handler(faults);
        worker.bind(lab.make_sched_context());
    }

    Worker worker;
    Word faults;
    Word reply;
};

void all_registers_reach_the_thread(Lab& lab) {
    Subject const subject{lab};
    auto const values = values_of(5);
    expect_success(write(lab, subject.worker.tcb(), 1, count, values)); // and resume it
    auto const fault = recv(subject.faults, subject.reply);
    expect_equal(fault.label(), 2);
    expect_equal(fault.word(0), values[3]); // as it saw them itself
    auto const& words = lab.buffer().words;
    expect_equal(words[7], values[number]);
    expect_equal(words[8], values[0]);
    expect_equal(words[9], values[1]);
    expect_equal(words[12], values[number]);
    expect_same(read(lab, subject.worker.tcb()), values);
    send(subject.reply); // the same system call once more: nothing else has changed
    expect_equal(recv(subject.faults, subject.reply).label(), 2);
    expect_same(read(lab, subject.worker.tcb()), values);
}

void counts_at_their_edges(Lab& lab) {
    auto const tcb = lab.make(api::ObjectType::Tcb);
    auto values = values_of(5);
    expect_success(write(lab, tcb, 0, count, values));
    auto const others = values_of(6);
    expect_success(write(lab, tcb, 0, 0, others)); // none
    expect_same(read(lab, tcb), values);
    values[0] = others[0];
    values[1] = others[1];
    expect_success(write(lab, tcb, 0, 2, others)); // fewer than there are words
    expect_same(read(lab, tcb), values);
    expect_error(write(lab, tcb, 0, count + 1, others), Error::TruncatedMessage);
    expect_error(write(lab, tcb, 0, ~Word{0}, others), Error::TruncatedMessage);
    expect_same(read(lab, tcb), values);
    expect_success(write(lab, tcb, 0, count + 2, others, 2)); // more than there are registers
    expect_same(read(lab, tcb), others);
}

void copies_by_group(Lab& lab) {
    constexpr Word frame_group = 4;
    constexpr Word integer_group = 8;
    auto const source = lab.make(api::ObjectType::Tcb);
    auto const target = lab.make(api::ObjectType::Tcb);
    auto const from = values_of(5);
    auto const to = values_of(6);
    expect_success(write(lab, source, 0, count, from));
    for (Word const flags : {Word{0}, frame_group, integer_group, frame_group + integer_group}) {
        expect_success(write(lab, target, 0, count, to));
        expect_success(lab.invoke(target, Invocation::TcbCopyRegisters, {flags}, {source}));
        auto expected = to;
        for (std::size_t i = 0; i < count; ++i) {
            auto const group = i < api::frame_register_count ? frame_group : integer_group;
            expected[i] = (flags & group) != 0 ? from[i] : to[i];
        }
        expect_same(read(lab, target), expected);
    }
    expect_same(read(lab, source), from);
}

void copies_suspend_and_resume(Lab& lab) {
    constexpr Word suspend_source = 1;
    constexpr Word resume_target = 2;
    constexpr Word all_groups = 12;
    Worker source{lab, [](Worker& self) {
                      wait(self.notification);
                      ++self.steps;
                      wait(self.notification);
                  }};
    source.notification = lab.make_notification();
    source.start();
    Subject target{lab};
    auto const values = values_of(6);
    expect_success(write(lab, target.worker.tcb(), 0, count, values));
    auto const copy = [&](Word flags) {
        return lab.invoke(target.worker.tcb(), Invocation::TcbCopyRegisters, {flags},
                          {source.tcb()});
    };
    expect_success(copy(suspend_source));
    send(source.notification);
    expect_equal(source.steps, 0); // it does not wait any more
    expect_equal(nb_recv(target.faults, target.reply).badge(), 0);
    expect_success(copy(resume_target));
    expect_equal(recv(target.faults, target.reply).label(), 2);
    expect_same(read(lab, target.worker.tcb()), values);
    // With the registers of the first, on its stack, the other waits in its place.
    expect_success(copy(all_groups + resume_target));
    expect_equal(source.steps, 1);
}

constexpr Word all_flags = base::bit(27) | 0x9f;         // of FPSR: saturation, exceptions
constexpr Word rounding = base::bit(22) | base::bit(24); // of FPCR: up, flush to zero

FloatingPoint pattern(Word seed) {
    FloatingPoint values;
    for (std::size_t i = 0; i < values.q.size(); ++i) {
        values.q[i] = (seed << 56) + i * 0x0101'0101'0101;
    }
    values.status = seed % 2 != 0 ? all_flags : 1;
    values.control = seed % 2 != 0 ? rounding : base::bit(23);
    return values;
}

FloatingPoint now_in_use() {
    FloatingPoint values;
    store_floating_point(&values);
    return values;
}

/// Its own values, as often as it is its turn; `steps` counts the turns on which they were there.
void computing_body(Worker& self) {
    bool right = now_in_use() == FloatingPoint{}; // all zero when a thread begins
    auto const own = pattern(self.endpoint);
    load_floating_point(&own);
    for (;;) {
        if (right) {
            ++self.steps;
        }
        yield();
        right = now_in_use() == own;
    }
}

void all_of_floating_point_is_kept(Lab& lab) {
    Worker one{lab, computing_body, own_priority};
    Worker two{lab, computing_body, own_priority};
    one.endpoint = 1;
    two.endpoint = 2;
    auto const own = pattern(3);
    load_floating_point(&own);
    one.start();
    two.start();
    constexpr Word rounds = 5;
    for (Word round = 1; round <= rounds; ++round) {
        yield();
        expect(now_in_use() == own);
        expect_equal(one.steps, round);
        expect_equal(two.steps, round);
    }
    FloatingPoint const none;
    load_floating_point(&none);
}

constexpr Test tests[] = {
    {"registers: all that are written reach the thread", all_registers_reach_the_thread},
    {"registers: counts at their edges", counts_at_their_edges},
    {"registers: CopyRegisters by group", copies_by_group},
    {"registers: CopyRegisters suspends and resumes", copies_suspend_and_resume},
    {"registers: all of floating point is kept", all_of_floating_point_is_kept},
};

} // namespace

constinit Tests const register_tests{tests};

} // namespace test
