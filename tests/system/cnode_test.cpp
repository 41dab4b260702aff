// SPDX-License-Identifier: BSD-2-Clause
//
// CNode invocations: copies, badges, moves, rotation, and who goes when something is revoked.

#include "suites.hpp"
#include "worker.hpp"

namespace test {

namespace {

using api::Error;
using api::Invocation;
using api::ObjectType;
using api::Rights;

constexpr auto depth = Lab::depth;

Answer copy(Lab& lab, Word from, Word to, Word rights = 15) {
    return lab.invoke(Lab::cnode, Invocation::CNodeCopy, {to, depth, from, depth, rights},
                      {Lab::cnode});
}

Answer mint(Lab& lab, Word from, Word to, Word data) {
    return lab.invoke(Lab::cnode, Invocation::CNodeMint, {to, depth, from, depth, 15, data},
                      {Lab::cnode});
}

Answer move(Lab& lab, Word from, Word to) {
    return lab.invoke(Lab::cnode, Invocation::CNodeMove, {to, depth, from, depth}, {Lab::cnode});
}

void copy_errors(Lab& lab) {
    auto const endpoint = lab.make_endpoint();
    auto const empty = lab.slots();
    auto const label = Invocation::CNodeCopy;
    expect_error(lab.invoke(Lab::cnode, label, {empty}), Error::TruncatedMessage);
    expect_error(lab.invoke(Lab::cnode, label, {empty, 0, endpoint, 64, 15}, {Lab::cnode}),
                 Error::RangeError, {1, 64});
    expect_kind(lab.invoke(Lab::cnode, label, {empty, 63, endpoint, 64, 15}, {Lab::cnode}),
                Error::FailedLookup);
    expect_error(lab.invoke(Lab::cnode, label, {empty, depth, endpoint}, {Lab::cnode}),
                 Error::TruncatedMessage);
    expect_error(lab.invoke(Lab::cnode, label, {empty, depth, endpoint, depth, 15}),
                 Error::TruncatedMessage);
    expect_error(copy(lab, endpoint, endpoint), Error::DeleteFirst);
    expect_error(lab.invoke(Lab::cnode, label, {empty, depth, endpoint, depth, 15}, {endpoint}),
                 Error::FailedLookup, {1, 1});
    expect_error(copy(lab, empty, empty), Error::FailedLookup, {1, 2, depth});
    expect_error(lab.invoke(Lab::cnode, label, {empty, depth, endpoint, depth}, {Lab::cnode}),
                 Error::TruncatedMessage);
    expect_error(copy(lab, api::initial_slot::irq_control, empty), Error::IllegalOperation);
    expect_error(copy(lab, lab.arena(), empty), Error::RevokeFirst);
}

void depth_must_be_exact(Lab& lab) {
    auto const node = lab.make(ObjectType::CNode, 4);
    auto const endpoint = lab.make_endpoint();
    auto const into = [&](Word index, Word bits) {
        return lab.invoke(node, Invocation::CNodeCopy, {index, bits, endpoint, depth, 15},
                          {Lab::cnode});
    };
    expect_error(into(3, 3), Error::FailedLookup, {0, 3, 3, 4}); // depth mismatch
    expect_error(into(3, 5), Error::FailedLookup, {0, 3, 1, 0});
    expect_success(into(3, 4));
    expect_error(into(3, 4), Error::DeleteFirst);
    auto const guarded = lab.mint(node, 60 + 0); // 60 bits of zero in front
    auto const mismatch = lab.invoke(guarded, Invocation::CNodeDelete, {(Word{1} << 4) + 3, 64});
    expect_kind(mismatch, Error::FailedLookup);
    expect_equal(mismatch.length, 5); // whose lookup; guard mismatch, bits left, guard, its size
    expect_equal(mismatch.words[1], 4);
    expect_equal(mismatch.words[2], 64);
    expect_equal(lab.buffer().words[4], 60);
    expect_success(lab.invoke(guarded, Invocation::CNodeDelete, {3, 64}));
}

void copies_have_fewer_rights(Lab& lab) {
    auto const endpoint = lab.make_endpoint();
    auto const reader = lab.copy(endpoint, Rights::Read);
    expect_error(lab.invoke(reader, Invocation::Invalid), Error::InvalidCapability, {0});
    auto const note = lab.make_notification();
    auto const silent = lab.copy(note, Rights::Read);
    expect_error(lab.invoke(silent, Invocation::Invalid), Error::InvalidCapability, {0});
    expect_success(lab.invoke(lab.copy(note, Rights::Write), Invocation::Invalid));
    expect_equal(nb_wait(silent).badge(), 0);
}

void a_badge_is_given_once(Lab& lab) {
    auto const note = lab.make_notification();
    auto const badged = lab.mint(note, 0xdead'beef'dead'beef);
    auto const slot = lab.slots();
    expect_error(mint(lab, badged, slot, 5), Error::IllegalOperation);
    expect_error(mint(lab, badged, slot, 0), Error::IllegalOperation);
    expect_success(copy(lab, badged, slot));
    send(slot);
    expect_equal(wait(note).badge(), 0xdead'beef'dead'beef);
    expect_error(lab.invoke(Lab::cnode, Invocation::CNodeMutate,
                            {lab.slots(), depth, note, depth, 1}, {Lab::cnode}),
                 Error::IllegalOperation);
}

void move_and_mutate(Lab& lab) {
    auto const node = lab.make(ObjectType::CNode, 4);
    auto const to = lab.slots();
    expect_success(move(lab, node, to));
    expect(lab.empty(node));
    expect_error(move(lab, node, lab.slots()), Error::FailedLookup, {1, 2, depth});
    expect_success(lab.invoke(Lab::cnode, Invocation::CNodeMutate, {node, depth, to, depth, 60},
                              {Lab::cnode}));
    expect_success(lab.invoke(node, Invocation::CNodeDelete, {3, 64}));
    expect_error(
        lab.invoke(Lab::cnode, Invocation::CNodeMutate, {to, depth, node, depth, 61}, {Lab::cnode}),
        Error::IllegalOperation); // guard and index exceed a word
}

void rotate(Lab& lab) {
    auto const node = lab.make(ObjectType::CNode, 2);
    auto const endpoint = lab.make(ObjectType::CNode, 3);
    auto const free = lab.slots();
    auto const call_rotate = [&](Word to, Word pivot, Word from) {
        return lab.invoke(Lab::cnode, Invocation::CNodeRotate,
                          {to, depth, 0, pivot, depth, 0, from, depth}, {Lab::cnode, Lab::cnode});
    };
    expect_error(lab.invoke(Lab::cnode, Invocation::CNodeRotate,
                            {free, depth, 0, node, depth, 0, 1}, {Lab::cnode, Lab::cnode}),
                 Error::TruncatedMessage);
    expect_error(call_rotate(free, node, node), Error::IllegalOperation);
    expect_error(call_rotate(node, node, endpoint), Error::IllegalOperation);
    expect_error(call_rotate(Lab::tcb, node, endpoint), Error::DeleteFirst);
    expect_error(call_rotate(free, node, lab.slots()), Error::FailedLookup, {1, 2, depth});
    expect_error(call_rotate(free, lab.slots(), node), Error::FailedLookup, {0, 2, depth});
    expect_success(call_rotate(free, node, endpoint)); // node -> free, endpoint -> node
    expect(lab.empty(endpoint));
    expect_success(lab.invoke(free, Invocation::CNodeDelete, {3, 2}));
    expect_success(lab.invoke(node, Invocation::CNodeDelete, {7, 3}));
    expect_success(call_rotate(free, node, free)); // exchanged
    expect_success(lab.invoke(free, Invocation::CNodeDelete, {7, 3}));
}

void revoking_the_original_deletes_copies(Lab& lab) {
    auto const endpoint = lab.make_endpoint();
    auto const first = lab.copy(endpoint);
    auto const badged = lab.mint(first, 7);
    expect_success(lab.revoke(first)); // a copy has no children
    expect(!lab.empty(badged));
    auto const family = lab.copy(badged);
    expect_success(lab.revoke(badged));
    expect(lab.empty(family));
    expect(!lab.empty(badged));
    expect_success(lab.revoke(endpoint));
    expect(lab.empty(first));
    expect(lab.empty(badged));
    expect(!lab.empty(endpoint));
}

void families_with_equal_badges_stay_apart(Lab& lab) {
    auto const endpoint = lab.make_endpoint();
    auto const one = lab.mint(endpoint, 7);
    auto const two = lab.mint(endpoint, 7);
    auto const one_copy = lab.copy(one);
    auto const two_copy = lab.copy(two);
    expect_success(lab.revoke(two));
    expect(lab.empty(two_copy));
    expect(!lab.empty(one));
    expect(!lab.empty(one_copy));
}

void deleting_the_original_keeps_copies(Lab& lab) {
    auto const note = lab.make_notification();
    auto const copied = lab.copy(note);
    expect_success(lab.remove(note));
    expect_success(lab.remove(note)); // an empty slot is fine
    send(copied);
    expect_equal(nb_wait(copied).badge(), 0);
    expect_success(lab.revoke(lab.slots())); // so is revoking nothing
}

void cancelling_badged_sends(Lab& lab) {
    auto const endpoint = lab.make_endpoint();
    auto const sender = [](Worker& self) {
        ++self.steps;
        send(self.endpoint);
    };
    Worker seven{lab, sender};
    Worker eight{lab, sender};
    seven.endpoint = lab.mint(endpoint, 7);
    eight.endpoint = lab.mint(endpoint, 8);
    seven.start();
    eight.start();
    auto const cancel = [&](Word slot) {
        return lab.invoke(Lab::cnode, Invocation::CNodeCancelBadgedSends, {slot, depth});
    };
    expect_error(cancel(lab.slots()), Error::IllegalOperation);
    expect_error(cancel(lab.copy(endpoint, Rights::ReadWrite)), Error::IllegalOperation);
    expect_success(cancel(endpoint)); // no badge, no effect
    expect_success(cancel(seven.endpoint));
    // The cancelled sender has sent again already: it is behind the other one now.
    expect_equal(nb_recv(endpoint, lab.make_reply()).badge(), 8);
    expect_equal(nb_recv(endpoint, lab.make_reply()).badge(), 7);
}

void nested_containers_are_deleted(Lab& lab) {
    auto const outer = lab.make(ObjectType::CNode, 6);
    for (Word i = 0; i < 40; ++i) {
        auto const inner = lab.make(ObjectType::CNode, 4);
        expect_success(
            lab.invoke(inner, Invocation::CNodeCopy, {1, 4, outer, depth, 15}, {Lab::cnode}));
        expect_success(
            lab.invoke(outer, Invocation::CNodeMove, {i, 6, inner, depth}, {Lab::cnode}));
    }
    expect_success(lab.invoke(outer, Invocation::CNodeCopy, {63, 6, outer, depth, 15},
                              {Lab::cnode})); // a cycle
    expect_success(lab.remove(outer));
    expect_success(lab.revoke(lab.arena()));
}

void thousands_of_children_are_revoked(Lab& lab) {
    auto const node = lab.make(ObjectType::CNode, 12);
    for (Word i = 0; i < 4096; i += 256) {
        expect_success(lab.invoke(lab.arena(), Invocation::UntypedRetype,
                                  {std::to_underlying(ObjectType::Endpoint), 0, 0, 0, i, 256},
                                  {node}));
    }
    expect_success(lab.revoke(lab.arena()));
    expect(lab.empty(node));
}

constexpr Test tests[] = {
    {"cnode: errors of Copy, in order", copy_errors},
    {"cnode: depth must be exact, guards must match", depth_must_be_exact},
    {"cnode: copies have fewer rights", copies_have_fewer_rights},
    {"cnode: a badge is given once", a_badge_is_given_once},
    {"cnode: Move and Mutate", move_and_mutate},
    {"cnode: Rotate", rotate},
    {"cnode: revoking the original deletes copies", revoking_the_original_deletes_copies},
    {"cnode: families with equal badges stay apart", families_with_equal_badges_stay_apart},
    {"cnode: deleting the original keeps copies", deleting_the_original_keeps_copies},
    {"cnode: CancelBadgedSends", cancelling_badged_sends},
    {"cnode: nested containers are deleted", nested_containers_are_deleted},
    {"cnode: thousands of children are revoked", thousands_of_children_are_revoked},
};

} // namespace

constinit Tests const cnode_tests{tests};

} // namespace test
