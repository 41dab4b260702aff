// SPDX-License-Identifier: BSD-2-Clause
//
// CNode invocations: each operation, each of its errors, and deletion of containers.

#include "../cap/cap_fixture.hpp"
#include <kernel/object/endpoint.hpp>

namespace kernel {
namespace {

using api::Invocation;
using api::ObjectType;

class CNodeTest : public CapTest {
protected:
    static constexpr Word source = 10;
    static constexpr Word target = 20;

    CNodeTest() { EXPECT_TRUE(retype(ObjectType::Endpoint, 0, source)); }

    Result<> copy(Word from, Word to, Word rights = 15) {
        return call(node_slot, Invocation::CNodeCopy, {to, 64, from, 64, rights}, {node_slot});
    }

    Result<> mint(Word from, Word to, Word data, Word rights = 15) {
        return call(node_slot, Invocation::CNodeMint, {to, 64, from, 64, rights, data},
                    {node_slot});
    }

    Result<> move(Word from, Word to) {
        return call(node_slot, Invocation::CNodeMove, {to, 64, from, 64}, {node_slot});
    }

    Result<> mutate(Word from, Word to, Word data) {
        return call(node_slot, Invocation::CNodeMutate, {to, 64, from, 64, data}, {node_slot});
    }

    Result<> rotate(Word to, Word pivot, Word from, Word to_data = 0, Word pivot_data = 0) {
        return call(node_slot, Invocation::CNodeRotate,
                    {to, 64, to_data, pivot, 64, pivot_data, from, 64}, {node_slot, node_slot});
    }

    static Failure missing(Failure::Lookup which) {
        return Failure::failed_lookup(which, LookupFault::missing_capability(64));
    }
};

TEST_F(CNodeTest, CopyMasksRights) {
    ASSERT_TRUE(copy(source, target, Rights::Read.bits()));
    EXPECT_EQ(slot(target).cap.rights(), Rights::Read);
}

TEST_F(CNodeTest, CopyAnswersEachError) {
    EXPECT_EQ(error_of(copy(source, source)), Failure::delete_first());
    EXPECT_EQ(error_of(copy(target, target + 1)), missing(Failure::Lookup::Source));
    EXPECT_EQ(error_of(call(node_slot, Invocation::CNodeCopy, {target, 64, source, 64})),
              Failure::truncated_message());
    EXPECT_EQ(error_of(call(node_slot, Invocation::CNodeCopy, {target, 64, source, 64}, {1})),
              Failure::truncated_message());
    EXPECT_EQ(error_of(copy(untyped_slot, target)), Failure::revoke_first());
    insert_root(slot(30), Capability::control(CapKind::IrqControl));
    EXPECT_EQ(error_of(copy(30, target)), Failure::illegal_operation());
    EXPECT_TRUE(slot(target).empty());
}

TEST_F(CNodeTest, MintGivesABadgeOnce) {
    ASSERT_TRUE(mint(source, target, 42));
    EXPECT_EQ(slot(target).cap.badge(), Badge{42});
    EXPECT_EQ(error_of(mint(target, target + 1, 43)), Failure::illegal_operation());
    EXPECT_EQ(error_of(mint(target, target + 1, 0)), Failure::illegal_operation());
    EXPECT_TRUE(copy(target, target + 1));
}

TEST_F(CNodeTest, MoveLeavesNothingBehind) {
    ASSERT_TRUE(move(source, target));
    EXPECT_TRUE(slot(source).empty());
    EXPECT_TRUE(slot(target).cap.is(CapKind::Endpoint));
    EXPECT_TRUE(has_children(slot(untyped_slot)));
    EXPECT_EQ(error_of(move(source, target + 1)), missing(Failure::Lookup::Source));
}

TEST_F(CNodeTest, MutateIsForGuardsOnly) {
    EXPECT_EQ(error_of(mutate(source, target, 1)), Failure::illegal_operation());
    ASSERT_TRUE(retype(ObjectType::CNode, 4, 30));
    ASSERT_TRUE(mutate(30, 31, 60));
    EXPECT_EQ(slot(31).cap.guard_size(), 60u);
    EXPECT_EQ(error_of(mutate(31, 32, 61)), Failure::illegal_operation());
    EXPECT_TRUE(slot(32).empty());
}

TEST_F(CNodeTest, RotateMovesTwo) {
    ASSERT_TRUE(retype(ObjectType::CNode, 4, 30));
    ASSERT_TRUE(retype(ObjectType::CNode, 5, 31));
    ASSERT_TRUE(rotate(target, 31, 30, 2, 3));
    EXPECT_EQ(slot(target).cap.radix(), 5u);
    EXPECT_EQ(slot(target).cap.guard_size(), 2u);
    EXPECT_EQ(slot(31).cap.radix(), 4u);
    EXPECT_EQ(slot(31).cap.guard_size(), 3u);
    EXPECT_TRUE(slot(30).empty());
    ASSERT_TRUE(rotate(31, target, 31)); // source is destination: a swap
    EXPECT_EQ(slot(31).cap.radix(), 5u);
    EXPECT_EQ(slot(target).cap.radix(), 4u);
}

TEST_F(CNodeTest, RotateAnswersEachError) {
    ASSERT_TRUE(retype(ObjectType::CNode, 4, 30));
    ASSERT_TRUE(retype(ObjectType::CNode, 5, 31));
    EXPECT_EQ(error_of(rotate(target, 30, 30)), Failure::illegal_operation());
    EXPECT_EQ(error_of(rotate(31, 31, 30)), Failure::illegal_operation());
    EXPECT_EQ(error_of(rotate(source, 31, 30)), Failure::delete_first());
    EXPECT_EQ(error_of(rotate(target, 31, 40)), missing(Failure::Lookup::Source));
    EXPECT_EQ(error_of(rotate(target, 40, 30)), missing(Failure::Lookup::Target));
    EXPECT_EQ(error_of(rotate(target, source, 30)), Failure::illegal_operation());
    EXPECT_EQ(error_of(call(node_slot, Invocation::CNodeRotate, {1, 64, 0, 0, 0, 0, 0, 64}, {1})),
              Failure::truncated_message());
}

TEST_F(CNodeTest, RotateLooksUpItsSlotThenTheSourceThenThePivot) {
    constexpr Word no_node = source; // an endpoint
    ASSERT_TRUE(retype(ObjectType::CNode, 4, 30));
    auto const rotate_by = [&](Word to_depth, Word pivot_root, Word pivot_depth, Word source_root,
                               Word source_depth) {
        return call(node_slot, Invocation::CNodeRotate,
                    {target, to_depth, 0, 30, pivot_depth, 0, 30, source_depth},
                    {pivot_root, source_root});
    };
    auto const no_root =
        Failure::failed_lookup(Failure::Lookup::Source, LookupFault::invalid_root());
    EXPECT_EQ(error_of(rotate_by(65, no_node, 0, no_node, 0)), Failure::range(1, 64));
    EXPECT_EQ(error_of(rotate_by(64, node_slot, 0, no_node, 0)), no_root);
    EXPECT_EQ(error_of(rotate_by(64, no_node, 64, node_slot, 0)), Failure::range(1, 64));
    EXPECT_EQ(error_of(rotate_by(64, no_node, 0, node_slot, 64)), no_root);
    EXPECT_EQ(error_of(rotate_by(64, node_slot, 65, node_slot, 64)), Failure::range(1, 64));
    EXPECT_EQ(error_of(rotate_by(64, node_slot, 64, node_slot, 64)), Failure::illegal_operation());
}

TEST_F(CNodeTest, RotateRefusesGuardsThatDoNotFit) {
    ASSERT_TRUE(retype(ObjectType::CNode, 4, 30, 2));
    constexpr Word too_long = 61; // with a radix of 4
    EXPECT_EQ(error_of(rotate(target, 30, 31, too_long, 0)), Failure::illegal_operation());
    EXPECT_EQ(error_of(rotate(target, 30, 31, 0, too_long)), Failure::illegal_operation());
    EXPECT_TRUE(rotate(target, 30, 31, 60, 60));
}

TEST_F(CNodeTest, RevokeDeletesDescendantsOnly) {
    ASSERT_TRUE(copy(source, target));
    ASSERT_TRUE(mint(target, target + 1, 5));
    ASSERT_TRUE(copy(target + 1, target + 2));
    ASSERT_TRUE(cnode(Invocation::CNodeRevoke, target + 1));
    EXPECT_TRUE(slot(target + 2).empty());
    EXPECT_FALSE(slot(target).empty());
    ASSERT_TRUE(cnode(Invocation::CNodeRevoke, source));
    EXPECT_TRUE(slot(target).empty());
    EXPECT_TRUE(slot(target + 1).empty());
    EXPECT_FALSE(slot(source).empty());
}

TEST_F(CNodeTest, RevokeAndDeleteOfNothingSucceed) {
    EXPECT_TRUE(cnode(Invocation::CNodeRevoke, target));
    EXPECT_TRUE(cnode(Invocation::CNodeDelete, target));
}

TEST_F(CNodeTest, CancelBadgedSendsNeedsAllRights) {
    ASSERT_TRUE(mint(source, target, 5, 7));
    EXPECT_EQ(error_of(cnode(Invocation::CNodeCancelBadgedSends, target)),
              Failure::illegal_operation());
    EXPECT_EQ(error_of(cnode(Invocation::CNodeCancelBadgedSends, target + 1)),
              Failure::illegal_operation());
    ASSERT_TRUE(mint(source, target + 1, 5));
    EXPECT_TRUE(cnode(Invocation::CNodeCancelBadgedSends, target + 1));
}

TEST_F(CNodeTest, RefusesOtherLabelsAndShortMessages) {
    EXPECT_EQ(error_of(call(node_slot, Invocation::TcbResume, {})), Failure::illegal_operation());
    EXPECT_EQ(error_of(call(node_slot, Invocation::CNodeDelete, {1})),
              Failure::truncated_message());
    EXPECT_EQ(error_of(call(node_slot, Invocation::CNodeDelete, {1, 0})), Failure::range(1, 64));
    EXPECT_EQ(error_of(call(0, Invocation::CNodeDelete, {1, 64})), Failure::invalid_capability(0));
}

TEST_F(CNodeTest, DeletingACNodeDeletesWhatIsInIt) {
    ASSERT_TRUE(retype(ObjectType::CNode, 3, 30));
    auto* const inside = &slot(30).cap.object<Slot>();
    insert_derived(slot(source), inside[2], slot(source).cap);
    insert_derived(slot(source), inside[7], slot(source).cap);
    ASSERT_TRUE(cnode(Invocation::CNodeDelete, 30));
    EXPECT_TRUE(slot(30).empty());
    EXPECT_FALSE(has_children(slot(source)));
    EXPECT_TRUE(is_final(slot(source)));
}

TEST_F(CNodeTest, ACNodeThatContainsItselfCanBeDeleted) {
    ASSERT_TRUE(retype(ObjectType::CNode, 3, 30));
    auto* const inside = &slot(30).cap.object<Slot>();
    insert_derived(slot(30), inside[0], slot(30).cap);
    ASSERT_TRUE(cnode(Invocation::CNodeDelete, 30)); // a copy is left inside: not the last one
    EXPECT_TRUE(slot(30).empty());
    ASSERT_TRUE(cnode(Invocation::CNodeDelete, source));
    ASSERT_TRUE(cnode(Invocation::CNodeRevoke, untyped_slot));
    EXPECT_FALSE(has_children(slot(untyped_slot)));
}

TEST_F(CNodeTest, NestedCNodesAreHiddenAndFoundByRevoke) {
    // 100 contains 101 contains 102 ...: each in slot 3 of the one before, and nowhere else.
    constexpr Word depth = 200;
    ASSERT_TRUE(retype(ObjectType::CNode, 2, 100, depth));
    for (Word i = depth - 1; i > 0; --i) {
        auto* const outer = &slot(100 + i - 1).cap.object<Slot>();
        move_slot(slot(100 + i), outer[3], slot(100 + i).cap);
    }
    ASSERT_TRUE(cnode(Invocation::CNodeDelete, 100));
    EXPECT_TRUE(slot(100).empty());
    ASSERT_TRUE(cnode(Invocation::CNodeRevoke, untyped_slot));
    EXPECT_FALSE(has_children(slot(untyped_slot)));
}

TEST_F(CNodeTest, APreemptedDeletionLeavesAZombieAndContinues) {
    ASSERT_TRUE(retype(ObjectType::CNode, 10, 30));
    arch::fake_machine().pending_irqs.push_back(arch::timer_irq);
    arch::fake_machine().now = 1000;
    ASSERT_TRUE(error_of(cnode(Invocation::CNodeDelete, 30)).is_preempted());
    EXPECT_EQ(kernel->core.consumed, 1000u); // it pays for what was done until then
    EXPECT_TRUE(slot(30).cap.is(CapKind::Zombie));
    EXPECT_EQ(error_of(call(30, Invocation::CNodeDelete, {1, 64})), Failure::invalid_capability(0));
    EXPECT_EQ(error_of(copy(30, target)), Failure::illegal_operation());
    EXPECT_EQ(error_of(copy(source, 30)), Failure::delete_first());
    ASSERT_TRUE(move(30, 31)); // a zombie can be moved, and is finished where it is
    unsigned attempts = 0;
    while (!cnode(Invocation::CNodeDelete, 31)) {
        ASSERT_LT(++attempts, 100u);
    }
    EXPECT_TRUE(slot(31).empty());
}

} // namespace
} // namespace kernel
