// SPDX-License-Identifier: BSD-2-Clause
//
// ASIDs: how many there are, and what becomes of those that knew a number when it is another's.

#include "lab.hpp"
#include "suites.hpp"

namespace test {

namespace {

using api::Error;
using api::Invocation;
using api::ObjectType;

constexpr Word pool_size = base::bit(api::asid_pool_index_bits);
constexpr Word pool_count = base::bit(api::asid_pool_count_bits);

Word make_untyped(Lab& lab) {
    return lab.make(ObjectType::Untyped, api::asid_pool_bits);
}

Answer make_pool(Lab& lab, Word untyped, Word slot) {
    return lab.invoke(api::initial_slot::asid_control, Invocation::AsidControlMakePool,
                      {slot, Lab::depth}, {untyped, Lab::cnode});
}

Word make_pool(Lab& lab) {
    auto const slot = lab.slots();
    expect_success(make_pool(lab, make_untyped(lab), slot));
    return slot;
}

Answer assign(Lab& lab, Word pool, Word space) {
    return lab.invoke(pool, Invocation::AsidPoolAssign, {}, {space});
}

Answer map(Lab& lab, Word frame, Word space) {
    return lab.invoke(frame, Invocation::PageMap, {Lab::window, 3, 5}, {space});
}

void a_pool_has_so_many_numbers(Lab& lab) {
    auto const pool = make_pool(lab);
    auto const spaces = lab.slots(pool_size);
    for (Word first = 0; first < pool_size; first += api::retype_fan_out) {
        lab.retype(lab.arena(), ObjectType::VSpace, 0, spaces + first, api::retype_fan_out);
    }
    for (Word i = 0; i < pool_size; ++i) {
        expect_success(assign(lab, pool, spaces + i));
    }
    auto const late = lab.make(ObjectType::VSpace);
    expect_error(assign(lab, pool, late), Error::DeleteFirst);
    expect_error(assign(lab, pool, spaces), Error::InvalidCapability, {1}); // is looked at first
    expect_error(assign(lab, pool, pool), Error::InvalidCapability, {1});
    expect_success(lab.remove(spaces + pool_size / 2));
    expect_success(assign(lab, pool, late)); // with the number that is free again
}

void there_are_so_many_pools(Lab& lab) {
    constexpr Word most = pool_count - 1; // beside the first one
    auto const slots = lab.slots(most);
    auto const memory = lab.slots(most);
    lab.retype(lab.arena(), ObjectType::Untyped, api::asid_pool_bits, memory, most);
    for (Word i = 0; i < most; ++i) {
        expect_success(make_pool(lab, memory + i, slots + i));
    }
    auto const untyped = make_untyped(lab);
    auto const slot = lab.slots();
    expect_error(make_pool(lab, untyped, slot), Error::DeleteFirst);
    expect_error(make_pool(lab, Lab::tcb, slot), Error::DeleteFirst); // is looked at first
    expect_success(assign(lab, slots + most - 1, lab.make(ObjectType::VSpace)));
    expect_success(lab.remove(slots + 5));
    expect_error(make_pool(lab, Lab::tcb, slot), Error::InvalidCapability, {1});
    expect_success(make_pool(lab, untyped, slot));
    expect_error(make_pool(lab, untyped, lab.slots()), Error::DeleteFirst);
}

void pools_are_refused_in_order(Lab& lab) {
    auto const slot = lab.slots();
    auto const used = make_untyped(lab);
    auto const free = make_untyped(lab);
    lab.retype(used, ObjectType::Endpoint, 0, lab.slots());
    auto const make = [&](Word untyped, Word root, Word index, Word depth) {
        return lab.invoke(api::initial_slot::asid_control, Invocation::AsidControlMakePool,
                          {index, depth}, {untyped, root});
    };
    expect_error(make(lab.make(ObjectType::Untyped, 13), Lab::tcb, slot, 0),
                 Error::InvalidCapability, {1}); // memory first, then the place
    expect_error(make(used, Lab::tcb, slot, 0), Error::RevokeFirst);
    expect_error(make(free, Lab::tcb, slot, 0), Error::FailedLookup, {0, 1});
    expect_error(make(free, Lab::cnode, slot, 0), Error::RangeError, {1, 64});
    expect_error(make(free, Lab::cnode, slot, 65), Error::RangeError, {1, 64});
    expect_error(make(free, Lab::cnode, Lab::tcb, Lab::depth), Error::DeleteFirst);
    expect_success(make(free, Lab::cnode, slot, Lab::depth));
}

/// A space that was assigned a number, the number is free, and another's: the first does not get
/// in.
void numbers_of_others_do_not_help(Lab& lab) {
    auto const old_space = lab.make(ObjectType::VSpace);
    auto const new_space = lab.make(ObjectType::VSpace);
    auto const frame = lab.make(ObjectType::SmallPage);
    auto const table = lab.make(ObjectType::PageTable);
    auto const old_pool = make_pool(lab);
    expect_success(assign(lab, old_pool, old_space));
    expect_success(lab.remove(old_pool));
    expect_error(map(lab, frame, old_space), Error::FailedLookup, {0, 1});
    auto const new_pool = make_pool(lab); // the lowest numbers: the same
    expect_error(map(lab, frame, old_space), Error::FailedLookup, {0, 1});
    expect_success(assign(lab, new_pool, new_space));
    expect_error(map(lab, frame, old_space), Error::InvalidCapability, {1});
    expect_error(lab.invoke(table, Invocation::PageTableMap, {Lab::window, 0}, {old_space}),
                 Error::InvalidCapability, {1});
    expect_error(
        lab.invoke(old_space, Invocation::VSpaceCleanData, {Lab::window, Lab::window + 64}),
        Error::InvalidCapability, {0});
    expect_error(assign(lab, new_pool, old_space), Error::InvalidCapability, {1}); // it has one
    expect_success(lab.remove(old_space)); // and that is not the new one's end
    expect_error(map(lab, frame, new_space), Error::FailedLookup, {0, 2, 39});
}

constexpr Test tests[] = {
    {"asid: a pool has 512 numbers", a_pool_has_so_many_numbers},
    {"asid: there are 128 pools", there_are_so_many_pools},
    {"asid: errors of MakePool in order", pools_are_refused_in_order},
    {"asid: another's number does not help", numbers_of_others_do_not_help},
};

} // namespace

constinit Tests const asid_tests{tests};

} // namespace test
