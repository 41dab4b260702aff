// SPDX-License-Identifier: BSD-2-Clause
//
// How far stacks and heaps grow, and what is given back of a stack.

#include "actor.hpp"
#include "lists.hpp"

namespace test {

namespace {

using pager::StopReason;

constexpr Word nobody = 0x7fff'0000;

/// So many pages below the top of an actor's stack.
constexpr Word below_top(Word pages) {
    return Space::stack_top - pages * page_size;
}

pager::SetGrowth growth(Word pid, Word stack_pages, Word heap_pages, Word ahead = 0) {
    return {.pid = pid,
            .max_stack = stack_pages * page_size,
            .max_heap = heap_pages * page_size,
            .max_ahead = ahead};
}

pager::Growth::Reply grown() {
    return must(workshop().inspect(pager::Growth{.pid = Space::some_pid}));
}

void stacks_have_limits() {
    Loaded space{workshop()};
    Actor actor{workshop(), space};
    expect_success(workshop().inspect(growth(Space::some_pid, 4, 1)));
    done(actor.perform(write_at(below_top(2))));
    stopped(actor.perform(write_at(below_top(10))), StopReason::StackLimit, below_top(10));
    auto const told = grown();
    expect_equal(told.max_stack, 4 * page_size);
    expect_equal(told.max_heap, page_size);
    expect_equal(told.max_ahead, 0);
    expect(told.refused > 0);
    actor.restart();
    expect_success(workshop().inspect(growth(Space::some_pid, 20, 1)));
    done(actor.perform(write_at(below_top(10))));
    expect(grown().grown > 0);
}

void heaps_have_limits() {
    Space const space{workshop()};
    expect_success(workshop().inspect(growth(Space::some_pid, 4, 10)));
    Word const start = must(space.ask(pager::Break{.end = 0})).start;
    expect_success(space.ask(pager::Break{.end = start + 10 * page_size}));
    expect_error(space.ask(pager::Break{.end = start + 11 * page_size}), Error::QuotaExceeded);
    expect_success(space.ask(pager::Break{.end = start}));
}

void limits_are_refused() {
    Space const space{workshop()};
    auto const too_much = pager::SetGrowth::most_ahead + 1;
    expect_error(workshop().inspect(growth(Space::some_pid, 1, 1, too_much)), Error::InvalidSize);
    expect_error(workshop().inspect(growth(nobody, 1, 1)), Error::NotFound);
    expect_error(workshop().inspect(pager::Growth{.pid = nobody}), Error::NotFound);
    expect_error(space.ask(growth(Space::some_pid, 1, 1)), Error::PermissionDenied);
    expect_error(space.ask(pager::Growth{.pid = Space::some_pid}), Error::PermissionDenied);
}

Error watch(sys::Endpoint endpoint, Word space, Word top, api::CPtr thread) {
    auto const request =
        ipc::pack(pager::WatchStack::label, pager::WatchStack{.space = space, .top = top});
    auto const answer = sys::call(endpoint.cptr(), sys::store(request, thread));
    return static_cast<Error>(answer.info.label());
}

void expect_watch(sys::Endpoint endpoint, Word space, Word top, api::CPtr thread, Error error,
                  Location where = Location::current()) {
    expect_answer(watch(endpoint, space, top, thread), error, where);
}

/// A stray pointer below the stack pointer is no growth, once the pager knows the thread.
void stacks_are_watched() {
    Loaded space{workshop()};
    Actor actor{workshop(), space};
    auto const manager = workshop().manager();
    auto const thread = actor.thread();
    done(actor.perform(fill_from(below_top(20), 10 * page_size, 1)));
    expect_watch(manager, 0, Space::stack_top, thread, Error::NotFound);
    expect_watch(manager, space.number(), 0x5000'0000'0000, thread, Error::NotFound);
    expect_watch(manager, space.number(), Space::stack_top, api::null_cptr, Error::BadMessage);
    expect_watch(space.client(), space.number(), Space::stack_top, thread, Error::PermissionDenied);
    expect_watch(manager, space.number(), Space::stack_top, thread, Error::None);
    stopped(actor.perform(write_at(below_top(30))), StopReason::BelowStack, below_top(30));
    actor.restart();
    done(actor.perform(read_at(Space::stack_top - 8)));

    Word trimmed = 0;
    for (bool is_done = false; !is_done;) {
        auto const step = must(space.ask(pager::TrimStack{}));
        trimmed += step.pages;
        is_done = step.done != 0;
    }
    expect(trimmed >= 10);
    expect(space.page_of(below_top(15)).page == pager::PageKind::Absent);
    expect(grown().trimmed >= 10);
    done(actor.perform(read_at(Space::stack_top - 8)));
}

constexpr Test tests[]{
    {"stacks have limits", stacks_have_limits},
    {"heaps have limits", heaps_have_limits},
    {"limits are refused", limits_are_refused},
    {"stacks are watched", stacks_are_watched},
};

} // namespace

Tests const growth_tests = tests;

} // namespace test
