// SPDX-License-Identifier: BSD-2-Clause
//
// Random operations on capabilities: anywhere in a space with nodes in nodes, untypeds in untypeds
// and copies of everything, and now and then something that must be refused.

#include "capability_lab.hpp"

namespace kernel {
namespace {

using api::Invocation;
using api::ObjectType;

class CapabilityRandomTest : public CapabilityLab {
public:
    Operation choose(model::Random& random);

private:
    // ---- random choices ------------------------------------------------------------------------

    /// Of the root node.
    static Word any_index(model::Random& random) { return 1 + random.below(slots_used - 1); }

    /// Mostly one that holds something, and something of this kind. What everything hangs from is
    /// hardly ever chosen.
    static Word any_full(model::Random& random, CapKind kind = CapKind::Null) {
        std::vector<Word> fit;
        for (Word i = node_slot; i < slots_used; ++i) {
            bool const is_kind = kind == CapKind::Null || slot(i).cap.is(kind);
            if (!slot(i).empty() && is_kind && (i >= first_unused || random.one_in(50))) {
                fit.push_back(i);
            }
        }
        return fit.empty() || random.one_in(20) ? any_index(random) : random.any_of(fit);
    }

    static Word any_empty(model::Random& random) {
        auto index = any_index(random);
        for (int tries = 0; tries < 8 && !slot(index).empty(); ++tries) {
            index = any_index(random);
        }
        return index;
    }

    struct Name {
        Word root;
        Word index;
        Word depth;
    };

    /// Of a slot: mostly in the root node, where it is `index`; sometimes in another one; sometimes
    /// of nothing.
    Name name_of(Word index, model::Random& random) {
        if (random.one_in(4)) {
            auto const root = any_full(random, CapKind::CNode);
            auto const& cap = slot(root).cap;
            if (cap.is(CapKind::CNode) && cap.address() != node_at) {
                auto const depth = cap.guard_size() + cap.radix() + (random.one_in(16) ? 1 : 0);
                auto const inside = random.below(base::bit(cap.radix()));
                auto const guard = cap.guard() + (random.one_in(16) ? 1 : 0);
                return {root, guard << cap.radix() | inside, depth};
            }
        }
        if (random.one_in(40)) {
            return {any_full(random), index, random.below(70)};
        }
        return {node_slot, index, 64};
    }

    Operation any_retype(model::Random& random);
};

CapabilityRandomTest::Operation CapabilityRandomTest::any_retype(model::Random& random) {
    constexpr ObjectType types[] = {
        ObjectType::Untyped,      ObjectType::Untyped,      ObjectType::Untyped,
        ObjectType::CNode,        ObjectType::CNode,        ObjectType::Endpoint,
        ObjectType::Endpoint,     ObjectType::Tcb,          ObjectType::Reply,
        ObjectType::Notification, ObjectType::SchedContext, ObjectType::SmallPage,
        ObjectType::PageTable,    ObjectType::VSpace,
    };
    auto const type = random.any_of(types);
    Word size_bits = random.below(4);
    if (type == ObjectType::Untyped) {
        size_bits = 4 + random.below(9);
    } else if (type == ObjectType::SchedContext) {
        size_bits = 6 + random.below(3);
    }
    auto const invoked = random.one_in(3) ? untyped_slot : any_full(random, CapKind::Untyped);
    auto const type_word = random.one_in(40) ? random.below(20) : std::to_underlying(type);
    auto const number = random.one_in(4) ? random.below(4) : 1;
    auto const target = name_of(any_full(random, CapKind::CNode), random);
    if (random.one_in(3)) {
        return {invoked,
                Invocation::UntypedRetype,
                {type_word, size_bits, target.index, target.depth, random.below(4), number},
                {target.root}};
    }
    return {invoked,
            Invocation::UntypedRetype,
            {type_word, size_bits, 0, 0, any_empty(random), number},
            {random.one_in(20) ? target.root : node_slot}};
}

CapabilityRandomTest::Operation CapabilityRandomTest::choose(model::Random& random) {
    constexpr Invocation labels[] = {
        Invocation::CNodeCopy,       Invocation::CNodeCopy,
        Invocation::CNodeCopy,       Invocation::CNodeMint,
        Invocation::CNodeMint,       Invocation::CNodeMint,
        Invocation::CNodeMint,       Invocation::CNodeMove,
        Invocation::CNodeMutate,     Invocation::CNodeRotate,
        Invocation::CNodeDelete,     Invocation::CNodeDelete,
        Invocation::CNodeRevoke,     Invocation::UntypedRetype,
        Invocation::UntypedRetype,   Invocation::UntypedRetype,
        Invocation::UntypedRetype,   Invocation::UntypedRetype,
        Invocation::IrqIssueHandler, Invocation::CNodeCancelBadgedSends,
    };
    auto const label = random.any_of(labels);
    bool const needs_full = label == Invocation::CNodeDelete || label == Invocation::CNodeRevoke ||
                            label == Invocation::CNodeCancelBadgedSends;
    auto const name = name_of(needs_full ? any_full(random) : any_empty(random), random);
    auto const source = name_of(any_full(random), random);
    // Badge or guard: a guard of up to two bits, or a long one.
    auto const data = random.one_in(8) ? random.below(64) : random.below(3) | random.below(4) << 6;
    auto const rights = random.one_in(2) ? 15 : random.below(16);
    Operation result{name.root, label, {name.index, name.depth}, {source.root}};
    auto& words = result.words;
    switch (label) {
    case Invocation::CNodeCopy:
    case Invocation::CNodeMint:
        words.insert(words.end(), {source.index, source.depth, rights, data});
        break;
    case Invocation::CNodeMove:
    case Invocation::CNodeMutate:
        words.insert(words.end(), {source.index, source.depth, data});
        break;
    case Invocation::CNodeRotate: {
        auto const pivot = name_of(any_full(random), random);
        if (random.one_in(3)) { // two capabilities change places
            result.invoked = source.root;
            words = {source.index, source.depth};
        }
        words.insert(words.end(),
                     {data, pivot.index, pivot.depth, random.below(3), source.index, source.depth});
        result.caps = {pivot.root, source.root};
        break;
    }
    case Invocation::UntypedRetype: result = any_retype(random); break;
    case Invocation::IrqIssueHandler:
        result = {irq_control, label, {40 + random.below(3), name.index, name.depth}, {name.root}};
        break;
    default: break;
    }
    bool const is_found_again = result.invoked == node_slot && name.index != node_slot;
    if (needs_full && is_found_again && random.one_in(2)) {
        result.interrupted_at = 1 + static_cast<unsigned>(random.below(8));
    }
    if (random.one_in(60)) {
        result.words.resize(random.below(result.words.size() + 1));
        result.caps.resize(random.below(result.caps.size() + 1));
    }
    return result;
}

TEST_F(CapabilityRandomTest, AgreesAtRandom) {
    EXPECT_EQ(model::search_at_random(*this, 300'000), "");
}

} // namespace
} // namespace kernel
