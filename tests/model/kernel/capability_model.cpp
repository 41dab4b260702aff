// SPDX-License-Identifier: BSD-2-Clause
//
// The forest, lookups, and the end of capabilities.

#include "capability_model.hpp"

#include <api/error.hpp>

#include <algorithm>

namespace kernel::reference {

namespace {

constexpr Word slot_size = Word{1} << api::slot_bits;

Reply lookup_failure(Word side, std::vector<Word> const& details) {
    Reply reply{std::to_underlying(api::Error::FailedLookup), side};
    reply.insert(reply.end(), details.begin(), details.end());
    return reply;
}

Word low(Word value, Word bits) {
    return bits >= 64 ? value : value & ((Word{1} << bits) - 1);
}

bool is_container(CapKind kind) {
    return kind == CapKind::CNode || kind == CapKind::Tcb;
}

} // namespace

bool same_object(Cap const& a, Cap const& b) {
    if (a.kind != b.kind || a.kind == CapKind::Untyped || a.kind == CapKind::IrqControl ||
        a.kind == CapKind::Zombie) {
        return false;
    }
    return a.kind == CapKind::IrqHandler ? a.badge == b.badge : a.object == b.object;
}

// ---- the forest ---------------------------------------------------------------------------------

int CapabilityModel::find(Word slot) const {
    auto const at = slots_.find(slot);
    return at != slots_.end() ? at->second : none;
}

Cap CapabilityModel::at(Word slot) const {
    auto const id = find(slot);
    return id != none ? node(id).cap : Cap{};
}

bool CapabilityModel::is_final(int id) const {
    return std::ranges::none_of(slots_, [&](auto const& entry) {
        return entry.second != id && same_object(node(entry.second).cap, node(id).cap);
    });
}

std::vector<int>& CapabilityModel::siblings_of(int id) {
    auto const parent = node(id).parent;
    return parent != none ? change(parent).children : trees_[tree_of_.at(id)];
}

int CapabilityModel::add_node(Word slot, Cap const& cap, bool has_family) {
    auto const unused =
        std::ranges::find_if(nodes_, [](Node const& n) { return n.cap.kind == CapKind::Null; });
    auto const id = static_cast<int>(unused - nodes_.begin());
    if (unused == nodes_.end()) {
        nodes_.emplace_back();
    }
    change(id) = {.cap = cap, .slot = slot, .children = {}, .has_family = has_family};
    slots_[slot] = id;
    return id;
}

void CapabilityModel::plant(Word slot, Cap const& cap) {
    auto const id = add_node(slot, cap, true);
    tree_of_[id] = trees_.size();
    trees_.push_back({id});
}

void CapabilityModel::add_child(int parent, Word slot, Cap const& cap) {
    auto const id = add_node(slot, cap, true);
    change(id).parent = parent;
    auto& children = change(parent).children;
    children.insert(children.begin(), id);
}

/// A copy is a child of its source if that has a family, and otherwise its sibling. It has a family
/// of its own if it got a new badge, was made by a control capability, or is an untyped.
void CapabilityModel::derive_from(int source, Word slot, Cap const& cap) {
    auto const& from = node(source).cap;
    bool const new_badge = (cap.kind == CapKind::Endpoint || cap.kind == CapKind::Notification ||
                            cap.kind == CapKind::Smc) &&
                           cap.badge != from.badge;
    bool const has_family =
        new_badge || cap.kind == CapKind::Untyped || from.kind == CapKind::IrqControl;
    if (cap.kind == CapKind::Untyped) {
        change(source).watermark = Word{1} << cap.bits;
    }
    auto const id = add_node(slot, cap, has_family);
    if (node(source).has_family) {
        change(id).parent = source;
        auto& children = change(source).children;
        children.insert(children.begin(), id);
    } else {
        change(id).parent = node(source).parent;
        if (node(id).parent == none) {
            tree_of_[id] = tree_of_.at(source);
        }
        auto& siblings = siblings_of(source);
        siblings.insert(std::ranges::find(siblings, source) + 1, id);
    }
}

/// The children take its place.
void CapabilityModel::remove(int id) {
    auto const children = node(id).children;
    auto const parent = node(id).parent;
    auto& siblings = siblings_of(id);
    auto const place = siblings.erase(std::ranges::find(siblings, id));
    siblings.insert(place, children.begin(), children.end());
    for (auto const child : children) {
        change(child).parent = parent;
        if (parent == none) {
            tree_of_[child] = tree_of_.at(id);
        }
    }
    tree_of_.erase(id);
    slots_.erase(node(id).slot);
    change(id) = {};
}

void CapabilityModel::put(Word slot, int id) {
    slots_.erase(node(id).slot);
    slots_[slot] = id;
    change(id).slot = slot;
}

/// Whatever is in the two slots, if anything.
void CapabilityModel::exchange(Word first, Word second) {
    auto const from_first = find(first);
    auto const from_second = find(second);
    slots_.erase(first);
    slots_.erase(second);
    for (auto const& [id, slot] : {std::pair{from_first, second}, {from_second, first}}) {
        if (id != none) {
            slots_[slot] = id;
            change(id).slot = slot;
        }
    }
}

// ---- slots --------------------------------------------------------------------------------------

CapabilityModel::Found CapabilityModel::resolve(CapabilityModel const& in, Cap root, Word index,
                                                Word depth, Word* bits_left) {
    constexpr Word invalid_root = 1;
    constexpr Word depth_mismatch = 3;
    constexpr Word guard_mismatch = 4;
    if (root.kind != CapKind::CNode) {
        return {.slot = 0, .failure = {invalid_root}};
    }
    for (Word left = depth;;) {
        if (root.guard_bits > left || (root.guard_bits > 0 && low(index >> (left - root.guard_bits),
                                                                  root.guard_bits) != root.guard)) {
            return {.slot = 0, .failure = {guard_mismatch, left, root.guard, root.guard_bits}};
        }
        auto const level = root.guard_bits + root.bits;
        if (level > left) {
            return {.slot = 0, .failure = {depth_mismatch, left, level}};
        }
        left -= level;
        auto const slot = root.object + slot_size * low(index >> left, root.bits);
        root = in.at(slot);
        if (left == 0 || root.kind != CapKind::CNode) {
            *bits_left = left;
            return {.slot = slot, .failure = {}};
        }
    }
}

CapabilityModel::Found CapabilityModel::lookup(Cap const& root, Word index, Word depth,
                                               Side side) const {
    constexpr Word depth_mismatch = 3;
    auto const which = static_cast<Word>(side == Side::Source ? 1 : 0);
    if (root.kind == CapKind::CNode && (depth < 1 || depth > 64)) {
        return {.slot = 0, .failure = {std::to_underlying(api::Error::RangeError), 1, 64}};
    }
    Word bits_left = 0;
    auto found = resolve(*this, root, index, depth, &bits_left);
    if (found.slot == 0) {
        found.failure = lookup_failure(which, found.failure);
    } else if (bits_left != 0) {
        return {.slot = 0, .failure = lookup_failure(which, {depth_mismatch, bits_left, 0})};
    }
    return found;
}

// ---- the end of capabilities --------------------------------------------------------------------

/// A container that ends is emptied from its last slot on; meanwhile a zombie stands for it. Of a
/// container inside it only the first slot is emptied: its zombie moves there and stays.
// NOLINTNEXTLINE(misc-no-recursion): an inner one never goes deeper
void CapabilityModel::end(Word slot, Reach reach) {
    for (auto id = find(slot); id != none; id = find(slot)) {
        auto& cap = change(id).cap;
        if (is_container(cap.kind) && is_final(id)) {
            bool const is_tcb = cap.kind == CapKind::Tcb;
            cap = {.kind = CapKind::Zombie,
                   .object = cap.object,
                   .bits = is_tcb ? 0 : cap.bits,
                   .left = is_tcb ? 5 : Word{1} << cap.bits,
                   .is_tcb = is_tcb};
        }
        auto const zombie = cap;
        if (zombie.kind != CapKind::Zombie || zombie.left == 0 ||
            (zombie.left == 1 && zombie.object == slot)) {
            remove(id);
        } else if (reach == Reach::Whole) {
            end(zombie.object + slot_size * (zombie.left - 1), Reach::Inner);
            if (at(slot) == zombie) {
                change(find(slot)).cap.left = zombie.left - 1;
            }
        } else if (zombie.object == slot) {
            return;
        } else {
            exchange(slot, zombie.object);
        }
    }
}

void CapabilityModel::revoke(Word slot) {
    for (auto id = find(slot); id != none && !node(id).children.empty(); id = find(slot)) {
        end(node(node(id).children.front()).slot, Reach::Whole);
    }
}

} // namespace kernel::reference
