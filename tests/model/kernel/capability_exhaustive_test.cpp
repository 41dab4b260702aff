// SPDX-License-Identifier: BSD-2-Clause
//
// All sequences of operations on a few slots.

#include "../explorer.hpp"
#include "capability_lab.hpp"

namespace kernel {
namespace {

using api::Invocation;
using api::ObjectType;

using CapabilityExhaustiveTest = CapabilityLab;
using Operation = CapabilityLab::Operation;

constexpr Word a = CapabilityLab::first_unused;
constexpr std::array<Word, 4> few_slots{a, a + 1, a + 2, a + 3};
constexpr Word root_node = 1;
constexpr Word root_untyped = 2;

Operation copy(Invocation label, Word from, Word to, Word data) {
    return {root_node, label, {to, 64, from, 64, 15, data}, {root_node}};
}

Operation make_from(Word from, Word to, ObjectType type, Word size_bits) {
    return {from,
            Invocation::UntypedRetype,
            {std::to_underlying(type), size_bits, 0, 0, to, 1},
            {root_node}};
}

void add_moves(std::vector<Operation>& operations, Word from, Word to) {
    operations.push_back(copy(Invocation::CNodeCopy, from, to, 0));
    operations.push_back(copy(Invocation::CNodeMint, from, to, 1));
    operations.push_back(copy(Invocation::CNodeMint, from, to, 2));
    operations.push_back({root_node, Invocation::CNodeMove, {to, 64, from, 64}, {root_node}});
    for (Word const pivot : few_slots) {
        operations.push_back({root_node,
                              Invocation::CNodeRotate,
                              {to, 64, 0, pivot, 64, 0, from, 64},
                              {root_node, root_node}});
    }
}

/// Everything that can be done to a few slots of the root node.
std::vector<Operation> everything(ObjectType type, Word size_bits) {
    std::vector<Operation> operations;
    for (Word const slot : few_slots) {
        operations.push_back({root_node, Invocation::CNodeDelete, {slot, 64}, {}});
        operations.push_back({root_node, Invocation::CNodeRevoke, {slot, 64}, {}});
        operations.push_back(make_from(root_untyped, slot, type, size_bits));
        for (Word const other : few_slots) {
            add_moves(operations, slot, other);
            operations.push_back(make_from(slot, other, type, size_bits));
        }
    }
    operations.push_back({root_node, Invocation::CNodeRevoke, {root_untyped, 64}, {}});
    return operations;
}

/// Into and out of nodes that lie in the slots themselves: copies of them go into them, too.
void add_inner_moves(std::vector<Operation>& operations) {
    for (Word const node : few_slots) {
        for (Word inside = 0; inside < 2; ++inside) {
            operations.push_back({node, Invocation::CNodeDelete, {inside, 1}, {}});
            // Something that does not go when the nodes' memory is revoked.
            operations.push_back({node,
                                  Invocation::CNodeCopy,
                                  {inside, 1, CapabilityLab::smc, 64, 15},
                                  {root_node}});
            for (Word const other : few_slots) {
                operations.push_back(
                    {node, Invocation::CNodeCopy, {inside, 1, other, 64, 15}, {root_node}});
                operations.push_back(
                    {node, Invocation::CNodeMove, {inside, 1, other, 64}, {root_node}});
                operations.push_back(
                    {root_node, Invocation::CNodeMove, {other, 64, inside, 1}, {node}});
            }
        }
    }
}

TEST_F(CapabilityExhaustiveTest, AgreesOnAllSequencesWithEndpoints) {
    prepare(6, a + few_slots.size());
    model::Explorer explorer{*this, everything(ObjectType::Endpoint, 0)};
    EXPECT_EQ(explorer.search(5 + model::longer()), "");
    EXPECT_GT(explorer.states(), 500u);
}

TEST_F(CapabilityExhaustiveTest, AgreesOnAllSequencesWithUntypeds) {
    prepare(6, a + few_slots.size());
    auto operations = everything(ObjectType::Untyped, 5);
    for (Word const from : few_slots) {
        for (Word const to : few_slots) {
            operations.push_back(make_from(from, to, ObjectType::Endpoint, 0));
        }
    }
    model::Explorer explorer{*this, operations};
    EXPECT_EQ(explorer.search(5 + model::longer()), "");
    EXPECT_GT(explorer.states(), 500u);
}

TEST_F(CapabilityExhaustiveTest, AgreesOnAllSequencesWithNodes) {
    prepare(7, a + few_slots.size());
    auto operations = everything(ObjectType::CNode, 1);
    add_inner_moves(operations);
    model::Explorer explorer{*this, operations};
    EXPECT_EQ(explorer.search(4 + model::longer()), "");
    EXPECT_GT(explorer.states(), 500u);
}

} // namespace
} // namespace kernel
