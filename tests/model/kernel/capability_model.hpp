// SPDX-License-Identifier: BSD-2-Clause
//
// A model of capability spaces: slots that hold capabilities, and a forest of explicit parents and
// children that says what was derived from what. Written from the interface's text.
//
// Slots are named by their physical address, as that is what a CNode is: an address and a number.
#pragma once

#include <api/invocation.hpp>
#include <kernel/cap/capability.hpp>

#include <map>
#include <string>
#include <vector>

namespace kernel::reference {

/// A capability, with a field for whatever can be told apart from outside.
struct Cap {
    CapKind kind{CapKind::Null};
    Word object{0};   // address
    unsigned bits{0}; // untyped and scheduling context: size; CNode: radix
    Word rights{0};   // endpoint, notification, frame (only read, write); reply: only grant
    Word badge{0};    // endpoint, notification, SMC; IRQ handler: the number
    Word guard{0};    // CNode
    unsigned guard_bits{0};
    Word left{0};       // zombie: slots that are still to be emptied
    bool is_tcb{false}; // zombie

    friend bool operator==(Cap const&, Cap const&) = default;
};

/// An error code and the words with it; a success is {0}.
using Reply = std::vector<Word>;

/// An invocation whose capabilities are named by their slots; 0 is none.
struct Request {
    Word invoked{0};
    api::Invocation label{};
    std::vector<Word> words{};
    std::vector<Word> caps{};

    /// An interrupt comes at that preemption point, if not 0. The call is then made again, and the
    /// effect must be the same; so the model need not know.
    unsigned interrupted_at{0};
};

class CapabilityModel {
public:
    static constexpr int none = -1;

    struct Node {
        Cap cap;
        Word slot{0};
        int parent{none};
        std::vector<int> children; // the one made last is first
        bool has_family{false};    // what is copied from this becomes its child
        Word watermark{0};         // untyped
    };

    /// A capability that was there from the beginning.
    void plant(Word slot, Cap const& cap);

    Reply invoke(Request const& request);

    [[nodiscard]] Cap at(Word slot) const;
    [[nodiscard]] int find(Word slot) const;
    [[nodiscard]] Node const& node(int id) const { return nodes_[static_cast<std::size_t>(id)]; }
    [[nodiscard]] std::vector<std::vector<int>> const& trees() const { return trees_; }
    [[nodiscard]] std::map<Word, int> const& slots() const { return slots_; }
    [[nodiscard]] bool is_final(int id) const;

private:
    struct Found {
        Word slot{0}; // 0: not found, see `failure`
        Reply failure;
    };

    enum class Side { Target, Source };
    enum class Reach { Whole, Inner };

    // ---- the forest ----------------------------------------------------------------------------
    Node& change(int id) { return nodes_[static_cast<std::size_t>(id)]; }
    std::vector<int>& siblings_of(int id);
    int add_node(Word slot, Cap const& cap, bool has_family);
    void derive_from(int source, Word slot, Cap const& cap);
    void add_child(int parent, Word slot, Cap const& cap);
    void remove(int id);
    void put(Word slot, int id);
    void exchange(Word first, Word second);

    // ---- slots ---------------------------------------------------------------------------------
    [[nodiscard]] static Found resolve(CapabilityModel const& in, Cap root, Word index, Word depth,
                                       Word* bits_left);
    [[nodiscard]] Found lookup(Cap const& root, Word index, Word depth, Side side) const;

    // ---- operations ----------------------------------------------------------------------------
    Reply invoke_cnode(Request const& request);
    Reply copy_or_mint(Request const& request, Word destination);
    Reply move_or_mutate(Request const& request, Word destination);
    Reply rotate(Request const& request, Word destination);
    Reply retype(Request const& request);
    Reply issue_irq_handler(Request const& request);
    [[nodiscard]] Found window(Request const& request) const;
    [[nodiscard]] Found source_slot(Request const& request, Word destination) const;
    void end(Word slot, Reach reach);
    void revoke(Word slot);

    std::vector<Node> nodes_;
    std::vector<std::vector<int>> trees_; // per planted capability: those without a parent
    std::map<int, std::size_t> tree_of_;  // for nodes without a parent
    std::map<Word, int> slots_;
};

/// Whether both name one and the same object, so that neither is its last capability.
[[nodiscard]] bool same_object(Cap const& a, Cap const& b);

/// What becomes of a capability when its rights are masked, and when it gets a badge or guard
/// (`data`); a null capability if it must not have it.
[[nodiscard]] Cap masked(Cap cap, Word rights);
[[nodiscard]] Cap with_data(Cap cap, Word data, bool preserve);

} // namespace kernel::reference
