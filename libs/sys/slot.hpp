// SPDX-License-Identifier: BSD-2-Clause
//
// Slot: a place for a capability, named by a CNode, an index and how many bits of the index count.
// What the interface calls CNode invocations are the methods of the slot they work on.
#pragma once

#include <sys/invoke.hpp>

namespace sys {

class Slot {
public:
    constexpr Slot() = default;

    constexpr Slot(api::CPtr root, api::Word index, unsigned depth = api::word_bits)
        : root_{root}, index_{index}, depth_{depth} {}

    [[nodiscard]] constexpr api::CPtr root() const { return root_; }
    [[nodiscard]] constexpr api::Word index() const { return index_; }
    [[nodiscard]] constexpr unsigned depth() const { return depth_; }

    /// For slots of the program's own CSpace, whose indices are capability pointers.
    [[nodiscard]] constexpr api::CPtr cptr() const { return api::CPtr{index_}; }

    /// Makes this a copy of `source` with at most `rights`. This slot must be empty.
    [[nodiscard]] Result<> copy_from(Slot source, api::Rights rights = api::Rights::All) const {
        return change(api::Invocation::CNodeCopy,
                      words(index_, depth_, source.index_, source.depth_, rights.bits()),
                      caps(source.root_));
    }

    /// As copy_from(), with a badge (endpoints, notifications) or a guard (CNodes).
    [[nodiscard]] Result<> mint_from(Slot source, api::Rights rights, api::Word data) const {
        return change(api::Invocation::CNodeMint,
                      words(index_, depth_, source.index_, source.depth_, rights.bits(), data),
                      caps(source.root_));
    }

    [[nodiscard]] Result<> mint_from(Slot source, api::Rights rights, api::Badge badge) const {
        return mint_from(source, rights, static_cast<api::Word>(badge));
    }

    /// Takes the capability out of `source`; it keeps its place in the derivation tree.
    [[nodiscard]] Result<> move_from(Slot source) const {
        return change(api::Invocation::CNodeMove,
                      words(index_, depth_, source.index_, source.depth_), caps(source.root_));
    }

    [[nodiscard]] Result<> mutate_from(Slot source, api::Word data) const {
        return change(api::Invocation::CNodeMutate,
                      words(index_, depth_, source.index_, source.depth_, data),
                      caps(source.root_));
    }

    /// Delete. An empty slot is fine.
    [[nodiscard]] Result<> remove() const {
        return change(api::Invocation::CNodeDelete, words(index_, depth_));
    }

    /// Deletes everything derived from the capability here.
    [[nodiscard]] Result<> revoke() const {
        return change(api::Invocation::CNodeRevoke, words(index_, depth_));
    }

    [[nodiscard]] Result<> cancel_badged_sends() const {
        return change(api::Invocation::CNodeCancelBadgedSends, words(index_, depth_));
    }

    friend constexpr bool operator==(Slot, Slot) = default;

private:
    template <std::size_t Words, std::size_t Caps = 0>
    [[nodiscard]] Result<> change(api::Invocation label, std::array<api::Word, Words> const& words,
                                  std::array<api::CPtr, Caps> const& caps = {}) const {
        TRY(invoke(root_, label, words, caps));
        return {};
    }

    api::CPtr root_{api::null_cptr};
    api::Word index_{0};
    unsigned depth_{api::word_bits};
};

/// Where several capabilities are, or go: `count` slots of one CNode. The CNode is `root` itself if
/// `node_depth` is 0, else the one that `root` leads to by the top bits `node_index`.
struct SlotRange {
    api::CPtr root{api::null_cptr};
    api::Word node_index{0};
    unsigned node_depth{0};
    api::Word first{0};
    api::Word count{1};
};

/// The data word of Mint for a CNode: bits to match in front of the index.
[[nodiscard]] constexpr api::Word guard_word(api::Word guard, unsigned guard_bits) {
    using Size = base::Bits<unsigned, 0, 6>;
    using Guard = base::Bits<api::Word, 6, 58>;
    return Guard::set(Size::set(api::Word{0}, guard_bits), guard);
}

class CNode : public Capability {
public:
    using Capability::Capability;

    /// A slot right inside this CNode, which has `radix` bits and no guard.
    [[nodiscard]] constexpr Slot slot(api::Word index, unsigned radix) const {
        return {cptr(), index, radix};
    }
};

} // namespace sys
