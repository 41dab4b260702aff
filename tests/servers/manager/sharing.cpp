// SPDX-License-Identifier: BSD-2-Clause
//
// Memory that several spaces have by tokens, and what a space may be forbidden.

#include "actor.hpp"
#include "lists.hpp"

namespace test {

namespace {

constexpr Word pages = 80; // more than one step takes away
constexpr Word size = pages * page_size;

pager::MapShared shared_memory(Word bytes = size, Access access = Access::ReadWrite) {
    return {.address = 0, .size = bytes, .access = access};
}

pager::Share share_of(Word address, Access access = Access::ReadWrite) {
    return {.address = address, .size = size, .access = access};
}

pager::Attach attach_to(Word token, Access access = Access::ReadWrite, Word address = 0) {
    return {.token = token, .address = address, .access = access};
}

/// Somebody who has memory that can be shared.
struct Owner {
    Loaded space{workshop()};
    Actor actor{workshop(), space};
    Word memory{must(space.ask(shared_memory())).address};
    Word token{must(space.ask(share_of(memory))).token};
};

struct Guest {
    Loaded space{workshop()};
    Actor actor{workshop(), space};
};

void what_one_writes_others_read() {
    Owner owner;
    Guest guest;
    done(owner.actor.perform(fill_from(owner.memory, size, 1)));
    auto const there = must(guest.space.ask(attach_to(owner.token)));
    expect_equal(there.size, size);
    expect_equal(done(guest.actor.perform(sum_from(there.address, size))), expected_sum(size, 1));
    done(guest.actor.perform(fill_from(there.address, size, 2)));
    expect_equal(done(owner.actor.perform(sum_from(owner.memory, size))), expected_sum(size, 2));

    Space clone{workshop(), owner.space};
    Actor child{workshop(), clone};
    done(child.perform(fill_from(owner.memory, size, 3)));
    expect_equal(done(guest.actor.perform(sum_from(there.address, size))), expected_sum(size, 3));
}

void a_guest_may_no_more_than_the_token() {
    Owner const owner;
    Guest guest;
    Word const token = must(owner.space.ask(share_of(owner.memory, Access::Read))).token;
    expect_error(guest.space.ask(attach_to(token)), Error::PermissionDenied);
    Word const there = must(guest.space.ask(attach_to(token, Access::Read))).address;
    expect_error(guest.space.ask(
                     pager::Protect{.address = there, .size = size, .access = Access::ReadWrite}),
                 Error::PermissionDenied);
    stopped(guest.actor.perform(write_at(there)), pager::StopReason::Forbidden, there);
}

void what_is_revoked_is_gone() {
    Owner owner;
    Guest guest;
    Word const there = must(guest.space.ask(attach_to(owner.token))).address;
    done(guest.actor.perform(fill_from(there, size, 1)));
    while (must(owner.space.ask(pager::Revoke{.token = owner.token})).done == 0) {
    }
    stopped(guest.actor.perform(read_at(there)), pager::StopReason::NoRegion, there);
    expect_error(guest.space.ask(attach_to(owner.token)), Error::NotFound);
    expect_error(owner.space.ask(pager::Revoke{.token = owner.token}), Error::NotFound);
    expect_equal(done(owner.actor.perform(sum_from(owner.memory, size))), expected_sum(size, 1));
}

void a_guest_outlives_its_host() {
    Guest guest;
    Word there = 0;
    Word token = 0;
    {
        Owner owner;
        done(owner.actor.perform(fill_from(owner.memory, size, 1)));
        token = owner.token;
        there = must(guest.space.ask(attach_to(token))).address;
    }
    expect_equal(done(guest.actor.perform(sum_from(there, size))), expected_sum(size, 1));
    expect_error(guest.space.ask(attach_to(token)), Error::NotFound);
}

void sharing_is_refused() {
    Owner owner;
    Word const memory = owner.memory;
    auto const refused = [&](auto const& request, Error error,
                             Location where = Location::current()) {
        expect_error(owner.space.ask(request), error, where);
    };
    auto const map = [](Word address, Word bytes, Access access) {
        return pager::MapShared{.address = address, .size = bytes, .access = access};
    };
    refused(map(0, 0, Access::Read), Error::InvalidSize);
    refused(map(0, 1, Access::Read), Error::NotAligned);
    refused(map(page_size, page_size, Access::Read), Error::InvalidAddress);
    refused(map(memory, page_size, Access::Read), Error::AlreadyMapped);
    refused(map(0, page_size, static_cast<Access>(4)), Error::BadMessage);
    refused(map(0, page_size, Access::ReadExecute), Error::PermissionDenied);

    auto const share = [](Word address, Word bytes, Access access) {
        return pager::Share{.address = address, .size = bytes, .access = access};
    };
    Word const own = owner.space.map(1);
    refused(share(memory, 0, Access::Read), Error::InvalidSize);
    refused(share(memory + 8, page_size, Access::Read), Error::NotAligned);
    refused(share(0, page_size, Access::Read), Error::InvalidAddress);
    refused(share(own, page_size, Access::Read), Error::PermissionDenied);
    refused(share(memory, page_size, static_cast<Access>(4)), Error::BadMessage);
    refused(share(memory, page_size, Access::ReadExecute), Error::PermissionDenied);
    must(owner.space.ask(pager::Unmap{.address = own, .size = page_size}));
    refused(share(own, page_size, Access::Read), Error::RegionNotFound);

    refused(attach_to(owner.token + 1), Error::NotFound);
    refused(attach_to(0), Error::NotFound);
    refused(attach_to(owner.token, Access::ReadWrite, memory), Error::AlreadyMapped);
    refused(attach_to(owner.token, Access::ReadWrite, memory + 8), Error::NotAligned);
    refused(attach_to(owner.token, Access::ReadWrite, page_size), Error::InvalidAddress);
    refused(attach_to(owner.token, static_cast<Access>(4)), Error::BadMessage);
    refused(attach_to(owner.token, Access::ReadExecute), Error::PermissionDenied);
    refused(pager::Revoke{.token = owner.token + 1}, Error::NotFound);
}

/// A clone may what its source may.
void what_a_space_is_forbidden() {
    using pager::Forbidden;
    Owner const owner;
    Space const space{workshop()};
    auto const forbid = [&](Word forbidden) {
        return workshop().manage(
            pager::SetAccessPolicy{.space = space.number(), .forbidden = forbidden});
    };
    expect_error(forbid(Forbidden::all + 1), Error::BadMessage);
    expect_error(workshop().manage(pager::SetAccessPolicy{.space = 0, .forbidden = 0}),
                 Error::NotFound);
    expect_error(space.ask(pager::SetAccessPolicy{.space = space.number(), .forbidden = 0}),
                 Error::PermissionDenied);
    Word const memory = space.map(1);
    expect_success(forbid(Forbidden::all));
    Space const clone{workshop(), space};
    for (auto const* const one : {&space, &clone}) {
        expect_error(
            one->ask(pager::Map{.address = 0, .size = page_size, .access = Access::ReadExecute}),
            Error::PermissionDenied);
        expect_error(one->ask(pager::Protect{
                         .address = memory, .size = page_size, .access = Access::ReadExecute}),
                     Error::PermissionDenied);
        expect_error(one->ask(shared_memory()), Error::PermissionDenied);
        expect_error(one->ask(attach_to(owner.token)), Error::PermissionDenied);
        expect_success(one->ask(attach_to(owner.token, Access::Read)));
    }
    expect_success(forbid(0));
    expect_success(space.ask(shared_memory()));
}

constexpr Test tests[]{
    {"what one writes others read", what_one_writes_others_read},
    {"a guest may no more than the token", a_guest_may_no_more_than_the_token},
    {"what is revoked is gone", what_is_revoked_is_gone},
    {"a guest outlives its host", a_guest_outlives_its_host},
    {"sharing is refused", sharing_is_refused},
    {"what a space is forbidden", what_a_space_is_forbidden},
};

} // namespace

Tests const sharing_tests = tests;

} // namespace test
