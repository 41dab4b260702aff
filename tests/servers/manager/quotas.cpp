// SPDX-License-Identifier: BSD-2-Clause
//
// Quotas: what is above them is refused, or stops a thread; what is there already may be used.

#include "actor.hpp"
#include "lists.hpp"

namespace test {

namespace {

constexpr Word unlimited = pager::SetQuota::unlimited;

void limit(Space const& space, Word pages, Word regions) {
    must(workshop().manage(
        pager::SetQuota{.space = space.number(), .pages = pages, .regions = regions}));
}

Word charged(Space const& space) {
    auto const has = must(workshop().inspect(pager::SpaceStatistics{.after = space.number() - 1}));
    return (has.anonymous + has.page_tables + has.buffers) / page_size;
}

void of_pages() {
    constexpr Word more = 20;
    Loaded space{workshop()};
    Actor actor{workshop(), space};
    Word const memory = space.map(2 * more);
    done(actor.perform(write_at(memory)));
    limit(space, charged(space) + more, unlimited);
    expect_error(space.ask_in_steps(pager::Advise{.address = memory,
                                                  .size = 2 * more * page_size,
                                                  .advice = pager::Advice::Populate}),
                 Error::QuotaExceeded);
    auto const outcome = actor.perform(
        {.act = Act::Touch, .address = memory, .size = 2 * more * page_size, .value = 1});
    expect(outcome.report && outcome.report->reason == pager::StopReason::QuotaExceeded);
    actor.restart();
    expect_equal(done(actor.perform(read_at(memory))), 1);

    limit(space, unlimited, unlimited);
    done(actor.perform(
        {.act = Act::Touch, .address = memory, .size = 2 * more * page_size, .value = 1}));
    limit(space, 0, unlimited);
    done(actor.perform(fill_from(memory, 2 * more * page_size, 3))); // it has these
    expect_equal(done(actor.perform(sum_from(memory, 2 * more * page_size))),
                 expected_sum(2 * more * page_size, 3));
}

void of_regions() {
    Space const space{workshop()};
    Word const memory = space.map(8);
    limit(space, unlimited, 2);
    expect_success(space.ask(
        pager::Map{.address = 0x5000'0000'0000, .size = page_size, .access = Access::Read}));
    expect_error(space.ask(pager::Map{
                     .address = 0x5100'0000'0000, .size = page_size, .access = Access::Read}),
                 Error::QuotaExceeded);
    expect_error(space.ask(pager::Unmap{.address = memory + page_size, .size = page_size}),
                 Error::QuotaExceeded);
    expect_error(space.ask(pager::Protect{
                     .address = memory + page_size, .size = page_size, .access = Access::Read}),
                 Error::QuotaExceeded);
    expect_error(space.ask(pager::Advise{.address = memory + page_size,
                                         .size = page_size,
                                         .advice = pager::Advice::Random}),
                 Error::QuotaExceeded);
    expect_success(space.ask(pager::Unmap{.address = memory, .size = page_size}));
    limit(space, unlimited, unlimited);
    expect_success(space.ask(pager::Unmap{.address = memory + 2 * page_size, .size = page_size}));
}

/// Whichever way a space comes to a region.
void of_regions_of_any_kind() {
    Space const owner{workshop()};
    Space const space{workshop()};
    pager::MapShared const shared{.address = 0, .size = page_size, .access = Access::Read};
    Word const offered = must(owner.ask(shared)).address;
    pager::Attach const attach{
        .token = must(owner.ask(pager::Share{
                          .address = offered, .size = page_size, .access = Access::Read}))
                     .token,
        .address = 0,
        .access = Access::Read};
    pager::MapArchiveFile const file{.offset = 0,
                                     .size = 0,
                                     .address = 0,
                                     .access = Access::Read,
                                     .name = ipc::Text<pager::max_file_name>::of("bin/actor")};
    pager::CloneRange const clone{
        .address = space.map(1), .size = page_size, .target = 0, .done = 0};
    auto const ask_each = [&](Error error) {
        expect_equal(static_cast<Word>(error_of(space.ask(shared))), static_cast<Word>(error));
        expect_equal(static_cast<Word>(error_of(space.ask(attach))), static_cast<Word>(error));
        expect_equal(static_cast<Word>(error_of(space.ask(file))), static_cast<Word>(error));
        expect_equal(static_cast<Word>(error_of(space.ask(clone))), static_cast<Word>(error));
    };
    limit(space, unlimited, 1);
    ask_each(Error::QuotaExceeded);
    limit(space, unlimited, 5);
    ask_each(Error::None);
}

/// What could be written later counts from the start.
void of_pages_that_others_have() {
    constexpr Word pages = 16;
    Loaded space{workshop()};
    Actor actor{workshop(), space};
    Word const memory = space.map(pages);
    done(actor.perform(fill_from(memory, pages * page_size, 1)));
    limit(space, charged(space) + pages / 2, unlimited);
    expect_error(space.ask(pager::MapShared{
                     .address = 0, .size = pages * page_size, .access = Access::Read}),
                 Error::QuotaExceeded);
    pager::CloneRange clone{.address = memory, .size = pages * page_size, .target = 0, .done = 0};
    clone.target = must(space.ask(clone)).target;
    expect_error(space.ask(clone), Error::QuotaExceeded);
    expect_success(space.ask(pager::Unmap{.address = clone.target, .size = clone.size}));
    expect_equal(done(actor.perform(sum_from(memory, pages * page_size))),
                 expected_sum(pages * page_size, 1));
}

void of_clones() {
    Loaded space{workshop()};
    Actor actor{workshop(), space};
    Word const memory = space.map(64);
    done(actor.perform(fill_from(memory, page_size, 1)));
    limit(space, charged(space) + 8, unlimited);
    Space const clone{workshop(), space};
    expect_error(clone.ask_in_steps(pager::Advise{
                     .address = memory, .size = 64 * page_size, .advice = pager::Advice::Populate}),
                 Error::QuotaExceeded);
    expect_success(space.ask_in_steps(
        pager::Advise{.address = memory, .size = page_size, .advice = pager::Advice::Populate}));
}

constexpr Test tests[]{
    {"a quota of pages", of_pages},
    {"a quota of regions", of_regions},
    {"a quota of regions of any kind", of_regions_of_any_kind},
    {"a quota of pages that others have", of_pages_that_others_have},
    {"a clone has the quota of its source", of_clones},
};

} // namespace

Tests const quota_tests = tests;

} // namespace test
