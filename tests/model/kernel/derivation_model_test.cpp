// SPDX-License-Identifier: BSD-2-Clause
//
// Random copies, mints, moves, swaps, retypes, deletions and revocations, beside a forest with
// plain parent pointers that was written from the interface's text. After every step both must
// agree on who has children and who is the last of its object.
//
// QUIRE_MODEL_STEPS sets the number of steps, QUIRE_MODEL_SEED the sequence.

#include "../../unit/kernel/cap/cap_fixture.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <vector>

namespace kernel {
namespace {

using api::Invocation;
using api::ObjectType;

unsigned long from_environment(char const* name, unsigned long otherwise) {
    char const* const text = std::getenv(name);
    return text != nullptr ? std::strtoul(text, nullptr, 10) : otherwise;
}

/// What the model knows of a capability, by its slot.
struct Node {
    Word parent{0}; // slot 0 stays empty: no parent
    bool revocable{false};
    Capability cap;
};

class DerivationModel : public CapTest {
protected:
    static constexpr Word slots_used = 48;

    DerivationModel() { nodes[untyped_slot] = {0, true, slot(untyped_slot).cap}; }

    Word random_below(Word bound) { return std::uniform_int_distribution<Word>{0, bound - 1}(rng); }
    Word random_slot() { return first_free - 1 + random_below(slots_used); }

    /// Mostly a slot that holds something, so that the forest grows.
    Word random_source() {
        if (random_below(8) == 0) {
            return random_slot();
        }
        return std::next(nodes.begin(), static_cast<long>(random_below(nodes.size())))->first;
    }

    [[nodiscard]] bool has_model_children(Word of) const {
        return std::ranges::any_of(nodes, [of](auto const& n) { return n.second.parent == of; });
    }

    [[nodiscard]] bool model_final(Word of) const {
        auto const& cap = nodes.at(of).cap;
        return std::ranges::none_of(nodes, [&](auto const& other) {
            return other.first != of && same_object(cap, other.second.cap);
        });
    }

    void reparent(Word from, Word to) {
        for (auto& [index, node] : nodes) {
            if (node.parent == from) {
                node.parent = to;
            }
        }
    }

    void model_delete(Word index) {
        reparent(index, nodes[index].parent);
        nodes.erase(index);
    }

    void model_revoke(Word index) {
        for (auto child = nodes.begin(); child != nodes.end();) {
            if (child->second.parent != index) {
                ++child;
                continue;
            }
            auto const gone = child->first;
            model_revoke(gone);
            nodes.erase(gone);
            child = nodes.begin();
        }
    }

    void derived(Word from, Word to, bool family) {
        auto const& source = nodes[from];
        nodes[to] = {source.revocable ? from : source.parent, family, slot(to).cap};
        nodes[from].cap = slot(from).cap;
    }

    void copy(Word from, Word to) {
        bool const done =
            call(node_slot, Invocation::CNodeCopy, {to, 64, from, 64, 15}, {1}).has_value();
        bool const is_untyped = nodes.contains(from) && nodes[from].cap.is(CapKind::Untyped);
        bool const expected = nodes.contains(from) && !nodes.contains(to) &&
                              !(is_untyped && has_model_children(from));
        ASSERT_EQ(done, expected);
        if (done) {
            derived(from, to, is_untyped);
        }
    }

    void mint(Word from, Word to, Word badge) {
        bool const done =
            call(node_slot, Invocation::CNodeMint, {to, 64, from, 64, 15, badge}, {1}).has_value();
        if (done) {
            bool const is_untyped = nodes[from].cap.is(CapKind::Untyped);
            bool const new_badge =
                slot(to).cap.is(CapKind::Endpoint) && badge != 0; // the source had none
            derived(from, to, is_untyped || new_badge);
        }
    }

    void move(Word from, Word to) {
        if (from == untyped_slot) {
            return; // the root of the forest stays
        }
        if (call(node_slot, Invocation::CNodeMove, {to, 64, from, 64}, {1})) {
            auto const node = nodes[from];
            nodes.erase(from);
            reparent(from, to);
            nodes[to] = node;
        }
    }

    void make(Word from, Word to) {
        auto const type = random_below(2) == 0 ? ObjectType::Endpoint : ObjectType::Untyped;
        if (call(from, Invocation::UntypedRetype, {std::to_underlying(type), 12, 0, 0, to, 1},
                 {node_slot})) {
            nodes[to] = {from, true, slot(to).cap};
            nodes[from].cap = slot(from).cap;
        }
    }

    void step() {
        auto const from = random_source();
        auto const to = random_slot();
        switch (random_below(24)) {
        case 0:
        case 1:
        case 2:
        case 3:
        case 4:
        case 5: copy(from, to); break;
        case 6:
        case 7:
        case 8:
        case 9:
        case 10:
        case 11: mint(from, to, random_below(3)); break;
        case 12:
        case 13: move(from, to); break;
        case 14:
        case 15:
        case 16:
        case 17:
        case 18: make(random_below(4) == 0 ? untyped_slot : from, to); break;
        case 19:
            if (from == untyped_slot && random_below(8) != 0) {
                return; // it would clear the whole forest
            }
            ASSERT_TRUE(cnode(Invocation::CNodeRevoke, from));
            if (nodes.contains(from)) {
                model_revoke(from);
            }
            break;
        default:
            if (from != untyped_slot) {
                ASSERT_TRUE(cnode(Invocation::CNodeDelete, from));
                if (nodes.contains(from)) {
                    model_delete(from);
                }
            }
        }
    }

    void compare() {
        for (Word i = untyped_slot; i < first_free + slots_used; ++i) {
            ASSERT_EQ(slot(i).empty(), !nodes.contains(i)) << "slot " << i;
            if (nodes.contains(i)) {
                ASSERT_EQ(has_children(slot(i)), has_model_children(i)) << "slot " << i;
                ASSERT_EQ(is_final(slot(i)), model_final(i)) << "slot " << i;
            }
        }
    }

    std::map<Word, Node> nodes;
    std::mt19937_64 rng{from_environment("QUIRE_MODEL_SEED", 1)};
};

TEST_F(DerivationModel, AgreesWithAForest) {
    auto const steps = from_environment("QUIRE_MODEL_STEPS", 200'000);
    for (unsigned long i = 0; i < steps; ++i) {
        step();
        compare();
        if (HasFatalFailure()) {
            FAIL() << "at step " << i;
        }
    }
}

} // namespace
} // namespace kernel
