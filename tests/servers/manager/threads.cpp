// SPDX-License-Identifier: BSD-2-Clause
//
// Several threads of one space: memory that goes while one of them uses it, and spaces that end
// while one of them is in the middle of something.

#include "actor.hpp"
#include "lists.hpp"

namespace test {

namespace {

using pager::StopReason;

Command hammer_at(Word address) {
    return {.act = Act::Hammer, .address = address, .size = 0, .value = 0};
}

/// Gives everybody else time: its own is used up before it is done, several times over.
class Clock {
public:
    explicit Clock(Word period_us)
        : actor_{workshop(),
                 space_,
                 Space::stack_top,
                 {.priority = above_others, .budget_us = budget, .period_us = period_us}} {}

    void tick() { done(actor_.perform(sum_from(Space::stack_top - size, size))); }

private:
    static constexpr Word above_others = Turns{}.priority + 1;
    static constexpr Word budget = 50;
    static constexpr Word size = Space::stack_size; // some hundred microseconds

    Loaded space_{workshop()};
    Actor actor_;
};

/// A space with a thread that writes to a page all the time, and one that is told what to do.
class Two {
public:
    explicit Two(Word period_us = 500) : clock{period_us} {}

    /// Returns when it is in the middle of it: it has written there.
    void start_hammer() {
        hammer.begin(hammer_at(page));
        clock.tick();
        expect(done(other.perform(read_at(page))) != 0);
    }

    Clock clock;
    Loaded space{workshop()};
    Actor hammer{workshop(), space};
    Actor other{workshop(), space, Space::second_stack_top};
    Word page{space.map(4)};
};

void memory_goes_while_it_is_written() {
    Two two;
    two.start_hammer();
    expect_success(two.space.ask(pager::Unmap{.address = two.page, .size = page_size}));
    stopped(two.hammer.wait(), StopReason::NoRegion, two.page);
    two.other.restart();
    done(two.other.perform(fill_from(two.page + page_size, 3 * page_size, 1)));
    expect_equal(done(two.other.perform(sum_from(two.page + page_size, 3 * page_size))),
                 expected_sum(3 * page_size, 1));
}

void memory_is_protected_while_it_is_written() {
    Two two;
    two.start_hammer();
    expect_success(two.space.ask(
        pager::Protect{.address = two.page, .size = page_size, .access = Access::Read}));
    stopped(two.hammer.wait(), StopReason::Forbidden, two.page);
    two.other.restart();
    expect(done(two.other.perform(read_at(two.page))) != 0);
}

/// It never notices: the page comes again, as a new one.
void memory_is_given_back_while_it_is_written() {
    Two two;
    two.start_hammer();
    for (Word round = 0; round < 20; ++round) {
        expect_success(two.space.ask(pager::Advise{
            .address = two.page, .size = page_size, .advice = pager::Advice::DontNeed}));
        expect_success(two.space.ask(pager::Written{.address = two.page, .size = page_size}));
        done(two.other.perform(fill_from(two.page + page_size, page_size, round)));
        two.clock.tick();
    }
    expect(!two.space.report);
}

/// The clone has the page as it was at some moment, and keeps it so.
void a_space_is_cloned_while_it_is_written() {
    Two two;
    two.start_hammer();
    for (Word round = 0; round < 10; ++round) {
        Space clone{workshop(), two.space};
        Actor actor{workshop(), clone};
        Word const first = done(actor.perform(read_at(two.page)));
        two.clock.tick();
        expect_equal(done(actor.perform(read_at(two.page))), first);
        expect_equal(done(actor.perform(read_at(two.page + 8))), 0);
    }
    expect(!two.space.report);
}

void two_threads_write_to_the_same_pages() {
    constexpr Word many = 600;
    Two two;
    Word const memory = two.space.map(many);
    for (Word round = 0; round < 3; ++round) {
        two.hammer.begin(
            {.act = Act::Touch, .address = memory, .size = many * page_size, .value = 1});
        two.other.begin(
            {.act = Act::Touch, .address = memory + 8, .size = many * page_size, .value = 2});
        done(two.hammer.wait());
        done(two.other.wait());
        for (Word page = 0; page < many; page += 7) {
            Word const at = memory + page * page_size;
            expect_equal(done(two.hammer.perform(read_at(at + 8))), 2 + page * page_size);
            expect_equal(done(two.other.perform(read_at(at))), 1 + page * page_size);
        }
        must(two.space.ask_in_steps(pager::Advise{
            .address = memory, .size = many * page_size, .advice = pager::Advice::DontNeed}));
    }
}

/// What init rules out, but a pager must survive: the threads are still there when their space
/// ends. Whatever they touch then, nobody answers for.
void a_space_ends_under_its_threads() {
    Two two;
    two.start_hammer();
    two.other.begin(fill_from(two.page, page_size, 1));
    auto const client = workshop().pager_as(pager::Caller::Space::set(Word{0}, two.space.number()));
    two.space.end();
    two.clock.tick(); // meanwhile they fault
    expect_error(
        ipc::call(client, pager::Map{.address = 0, .size = page_size, .access = Access::Read}),
        Error::PermissionDenied);
    expect_error(workshop().manage(pager::TakeReport{}), Error::NotFound);
    workshop().give_slot(client.cptr());
}

/// One has faulted, and nobody has looked yet.
void a_space_ends_with_its_report() {
    {
        Two two;
        two.start_hammer();
        must(two.space.ask(pager::Unmap{.address = two.page, .size = page_size}));
        workshop().wait_for_report();
    }
    expect_error(workshop().manage(pager::TakeReport{}), Error::NotFound);
}

/// Each is in the middle of a request, or of many faults, when its time comes.
void threads_end_at_any_moment() {
    constexpr Word many = 2000;
    for (Word moment = 0; moment < 30; ++moment) {
        Two two{100 + 7 * moment};
        Word const memory = two.space.map(many);
        auto const act = moment % 2 == 0 ? Act::Flood : Act::Touch;
        two.hammer.begin({.act = act, .address = memory, .size = many * page_size, .value = 1});
        two.clock.tick();
    }
}

constexpr Test tests[]{
    {"memory goes while it is written", memory_goes_while_it_is_written},
    {"memory is protected while it is written", memory_is_protected_while_it_is_written},
    {"memory is given back while it is written", memory_is_given_back_while_it_is_written},
    {"a space is cloned while it is written", a_space_is_cloned_while_it_is_written},
    {"two threads write to the same pages", two_threads_write_to_the_same_pages},
    {"a space ends under its threads", a_space_ends_under_its_threads},
    {"a space ends with its report", a_space_ends_with_its_report},
    {"threads end at any moment", threads_end_at_any_moment},
};

} // namespace

Tests const thread_tests = tests;

} // namespace test
