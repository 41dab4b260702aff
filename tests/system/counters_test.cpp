// SPDX-License-Identifier: BSD-2-Clause
//
// The page of the kernel's counters: that it can be read and not written, and what moves it.

#include "counter.hpp"
#include "suites.hpp"
#include "worker.hpp"
#include <api/kernel_counters.hpp>

namespace test {

namespace {

using api::Error;
using api::Invocation;
using api::KernelCounters;
using api::ObjectType;
using api::Rights;

constexpr auto window = Lab::window;
constexpr auto second_window = window + api::page_size;
constexpr Word no_execute = api::page_cacheable | api::page_execute_never;

/// The frames that the boot info names; none if it does not.
api::SlotRegion counter_frames(Lab& lab) {
    auto const& info = lab.boot_info();
    auto const begin = reinterpret_cast<Word>(&info) + api::page_size;
    for (Word offset = 0; offset < info.extra_length;) {
        auto const at = begin + offset;
        auto const& chunk = *reinterpret_cast<api::BootInfoHeader const*>(at);
        if (chunk.id == api::boot_info_kernel_counters) {
            return *reinterpret_cast<api::SlotRegion const*>(at + sizeof chunk);
        }
        offset += chunk.length;
    }
    return {};
}

Answer map(Lab& lab, Word frame, Word address) {
    return lab.invoke(frame, Invocation::PageMap, {address, Rights::ReadWrite.bits(), no_execute},
                      {Lab::vspace});
}

/// A copy of the capability, so that the original stays as it was; the page is mapped.
Word show_counters(Lab& lab) {
    auto const frame = lab.copy(counter_frames(lab).start);
    expect_success(map(lab, frame, window));
    return frame;
}

Word volatile& at(Word address) {
    return *reinterpret_cast<Word volatile*>(address);
}

constexpr std::size_t words = sizeof(KernelCounters) / sizeof(Word);
using Snapshot = std::array<Word, words>;

Snapshot look() {
    Snapshot result;
    for (std::size_t i = 0; i < words; ++i) {
        result[i] = at(window + i * sizeof(Word));
    }
    return result;
}

struct Move {
    Word KernelCounters::* counter;
    Word by;
};

/// `action` moves these, each by so much, and no other; but for the interrupts, of which the
/// timer's come when they like.
void expect_moves(std::initializer_list<Move> moves, auto action,
                  Location where = Location::current()) {
    auto expected = std::bit_cast<KernelCounters>(look());
    action();
    auto const after = look();
    for (auto const& [counter, by] : moves) {
        expected.*counter += by;
    }
    expected.interrupts = std::bit_cast<KernelCounters>(after).interrupts;
    auto const expected_words = std::bit_cast<Snapshot>(expected);
    for (std::size_t i = 0; i < words; ++i) {
        expect_equal(after[i], expected_words[i], where);
    }
}

void boot_info_names_the_frame(Lab& lab) {
    auto const frames = counter_frames(lab);
    auto const& info = lab.boot_info();
    expect_equal(frames.start, info.empty.end);
    expect_equal(frames.end - frames.start, info.node_count);
    expect_equal(frames.end, base::bit(static_cast<unsigned>(info.root_cnode_bits)));
    show_counters(lab);
    expect_equal(look()[0], sizeof(KernelCounters));
    for (Word offset = sizeof(KernelCounters); offset < api::page_size; offset += sizeof(Word)) {
        if (at(window + offset) != 0) {
            expect_equal(at(window + offset), 0); // nothing else of the kernel is shown
            return;
        }
    }
}

void writing_body(Worker& self) {
    at(self.steps) = 5;
}

/// Whether a thread that writes to this address is stopped.
bool writing_faults(Lab& lab, Word address) {
    Worker worker{lab, writing_body};
    worker.steps = address;
    worker.set_fault_handler(lab.make_endpoint());
    worker.start();
    bool const stopped = worker.finished == 0;
    expect_success(lab.remove(worker.tcb()));
    return stopped;
}

void nobody_can_write_to_it(Lab& lab) {
    auto const frame = show_counters(lab);
    expect(writing_faults(lab, window));
    for (auto const copied : {lab.copy(frame, Rights::All), lab.mint(frame, 0, Rights::All)}) {
        expect_success(map(lab, copied, second_window));
        expect_equal(at(second_window), sizeof(KernelCounters));
        expect(writing_faults(lab, second_window));
        expect_success(lab.remove(copied));
    }
    auto const mutated = lab.slots();
    auto const spare = lab.copy(counter_frames(lab).start);
    expect_success(lab.invoke(Lab::cnode, Invocation::CNodeMutate,
                              {mutated, Lab::depth, spare, Lab::depth, 0}, {Lab::cnode}));
    expect_success(map(lab, mutated, second_window));
    expect(writing_faults(lab, second_window));
    // What was counted and is still in the cache cannot be thrown away either.
    expect_error(lab.invoke(frame, Invocation::PageInvalidateData, {0, api::page_size}),
                 Error::IllegalOperation);
    expect_equal(at(window), sizeof(KernelCounters));
}

/// The kernel itself writes to IPC buffers, but not to this one.
void no_message_is_written_to_it(Lab& lab) {
    auto const frame = show_counters(lab);
    Worker receiver{lab, [](Worker& self) { self.got = recv(self.endpoint, self.reply); }};
    receiver.endpoint = lab.make_endpoint();
    receiver.reply = lab.make_reply();
    expect_success(lab.invoke(receiver.tcb(), Invocation::TcbSetIpcBuffer, {window}, {frame}));
    receiver.start();
    constexpr Word length = 20;
    for (Word i = 4; i < length; ++i) {
        lab.buffer().words[i] = 0x1234'5678'9abc'def0;
    }
    auto const before = look();
    send(receiver.endpoint, {.length = length});
    expect_equal(receiver.got.info().length(), api::register_message_words);
    auto const after = look();
    for (std::size_t i = 0; i < words; ++i) {
        expect(after[i] - before[i] < 100); // as if there had been no message
    }
}

/// Answers nothing for ever.
void serving_body(Worker& self) {
    recv(self.endpoint, self.reply);
    for (;;) {
        ++self.steps;
        reply_recv(self.endpoint, self.reply);
    }
}

constexpr Word rounds = 100;

void messages_are_counted_by_path(Lab& lab) {
    show_counters(lab);
    Worker server{lab, serving_body};
    server.endpoint = lab.make_endpoint();
    server.reply = lab.make_reply();
    server.start();
    server.take_time();
    expect_moves({{&KernelCounters::fast_calls, rounds}, {&KernelCounters::fast_replies, rounds}},
                 [&] {
                     for (Word round = 0; round < rounds; ++round) {
                         call(server.endpoint);
                     }
                 });
    lab.buffer().caps_or_badges[0] = server.endpoint;
    expect_moves({{&KernelCounters::slow_messages, rounds},
                  {&KernelCounters::fast_replies, rounds},
                  {&KernelCounters::other_switches, rounds}},
                 [&] {
                     for (Word round = 0; round < rounds; ++round) {
                         call(server.endpoint, {.caps = 1});
                     }
                 });
    expect_equal(server.steps, 2 * rounds);
}

void faults_are_counted_by_path(Lab& lab) {
    auto const frame = show_counters(lab);
    Worker handler{lab, [](Worker& self) { recv(self.endpoint, self.reply); }};
    handler.endpoint = lab.make_endpoint();
    handler.reply = lab.make_reply();
    handler.start();
    handler.take_time();
    Worker culprit{lab, writing_body, own_priority + 1};
    culprit.steps = window;
    culprit.set_fault_handler(handler.endpoint);
    culprit.bind(lab.make_sched_context());
    // The handler returns from its call, suspends itself, and the culprit waits for ever.
    expect_moves({{&KernelCounters::fast_faults, 1}, {&KernelCounters::other_switches, 2}},
                 [&] { culprit.start_without_time(); });

    Worker second{lab, writing_body};
    second.steps = window;
    second.set_fault_handler(lab.make_endpoint());
    second.bind(lab.make_sched_context());
    expect_moves({{&KernelCounters::slow_vm_faults, 1}, {&KernelCounters::other_switches, 2}},
                 [&] { second.start_without_time(); }); // nobody is there to hear of it

    Worker third{lab, [](Worker&) { call(Lab::unresolvable); }};
    third.set_fault_handler(lab.make_endpoint());
    third.bind(lab.make_sched_context());
    expect_moves({{&KernelCounters::other_faults, 1}, {&KernelCounters::other_switches, 2}},
                 [&] { third.start_without_time(); });
    expect_success(lab.remove(frame));
}

void signals_and_turns_are_counted(Lab& lab) {
    show_counters(lab);
    auto const unheard = lab.make_notification();
    expect_moves({{&KernelCounters::signals, rounds}}, [&] {
        for (Word round = 0; round < rounds; ++round) {
            nb_send(unheard);
        }
    });
    Worker waiter{lab, [](Worker& self) {
                      for (;;) {
                          wait(self.notification);
                          ++self.steps;
                      }
                  }};
    waiter.notification = lab.make_notification();
    waiter.start();
    expect_moves(
        {{&KernelCounters::signals, rounds}, {&KernelCounters::other_switches, 2 * rounds}}, [&] {
            for (Word round = 0; round < rounds; ++round) {
                nb_send(waiter.notification);
            }
        });
    expect_equal(waiter.steps, rounds);
}

void translations_and_caches_are_counted(Lab& lab) {
    show_counters(lab);
    auto const frame = lab.make(ObjectType::SmallPage);
    expect_moves({}, [&] { expect_success(map(lab, frame, second_window)); });
    expect_moves({{&KernelCounters::tlb_pages, 1}},
                 [&] { expect_success(map(lab, frame, second_window)); });
    expect_moves({{&KernelCounters::cache_pages, 1}}, [&] {
        expect_success(lab.invoke(frame, Invocation::PageCleanData, {0, api::page_size}));
    });
    expect_moves({{&KernelCounters::tlb_pages, 1}},
                 [&] { expect_success(lab.invoke(frame, Invocation::PageUnmap)); });
    auto const table = lab.make(ObjectType::PageTable);
    expect_success(
        lab.invoke(table, Invocation::PageTableMap, {Lab::wilderness, 0}, {Lab::vspace}));
    expect_moves({{&KernelCounters::tlb_spaces, 1}},
                 [&] { expect_success(lab.invoke(table, Invocation::PageTableUnmap)); });
}

void objects_and_spaces_are_counted(Lab& lab) {
    show_counters(lab);
    auto const slots = lab.slots(3);
    expect_moves(
        {{&KernelCounters::objects_made, 3}, {&KernelCounters::bytes_cleared, 3 * api::page_size}},
        [&] { lab.retype(lab.arena(), ObjectType::SmallPage, 0, slots, 3); });
    auto const space = lab.make(ObjectType::VSpace);
    expect_moves({{&KernelCounters::asids_in_use, 1}}, [&] {
        expect_success(
            lab.invoke(api::initial_slot::asid_pool, Invocation::AsidPoolAssign, {}, {space}));
    });
    expect_moves({{&KernelCounters::asids_in_use, -Word{1}}, {&KernelCounters::tlb_spaces, 1}},
                 [&] { expect_success(lab.remove(space)); });
}

/// Without a system call: the page is looked at until the timer of the own time slice has come.
void interrupts_are_seen_to_pass(Lab& lab) {
    show_counters(lab);
    auto const& now = at(window + offsetof(KernelCounters, interrupts));
    auto const before = now;
    constexpr Word patience_ms = 1000; // of the machine's own time; a slice has 5
    auto const end = ticks() + patience_ms * ticks_per_ms();
    while (now == before && ticks() < end) {
    }
    expect(now > before);
}

constexpr Test tests[] = {
    {"counters: the boot info names their frame", boot_info_names_the_frame},
    {"counters: nobody can write to them", nobody_can_write_to_it},
    {"counters: no message is written to them", no_message_is_written_to_it},
    {"counters: messages, by path", messages_are_counted_by_path},
    {"counters: faults, by path", faults_are_counted_by_path},
    {"counters: signals and turns", signals_and_turns_are_counted},
    {"counters: TLB and cache maintenance", translations_and_caches_are_counted},
    {"counters: objects and address spaces", objects_and_spaces_are_counted},
    {"counters: interrupts, without a system call", interrupts_are_seen_to_pass},
};

} // namespace

constinit Tests const counters_tests{tests};

} // namespace test
