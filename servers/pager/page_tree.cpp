// SPDX-License-Identifier: BSD-2-Clause
//
// PageTree: nodes of level 0 are leaves with entries, those above have children.

#include <pager/page_tree.hpp>

#include <algorithm>

namespace pager {

namespace {

std::uint64_t page_number(UserAddr address) {
    return base::extract(address.raw(), api::page_bits, 64 - api::page_bits);
}

} // namespace

PageTree::~PageTree() {
    for (Node* const child : root_.children) {
        destroy(child, top_level - 1);
    }
}

std::size_t PageTree::position(std::uint64_t number, unsigned level) {
    return base::extract(number, level * level_bits, level_bits);
}

PageTree::Leaf* PageTree::find_leaf(std::uint64_t number) const {
    Node* node = root_.children[position(number, top_level)];
    for (unsigned level = top_level - 1; level > 0 && node != nullptr; --level) {
        node = static_cast<Branch*>(node)->children[position(number, level)];
    }
    return static_cast<Leaf*>(node);
}

PageTree::Leaf& PageTree::make_leaf(std::uint64_t number) {
    Branch* branch = &root_;
    for (unsigned level = top_level; level > 0; --level) {
        Node*& child = branch->children[position(number, level)];
        if (child == nullptr) {
            child = level > 1 ? static_cast<Node*>(new Branch) : new Leaf;
            ++branch->used;
        }
        if (level == 1) {
            return *static_cast<Leaf*>(child);
        }
        branch = static_cast<Branch*>(child);
    }
    std::unreachable();
}

PageEntry PageTree::get(UserAddr page) const {
    std::uint64_t const number = page_number(page);
    Leaf const* const leaf = find_leaf(number);
    if (leaf == nullptr) {
        return {};
    }
    PackedEntry const packed = leaf->entries[position(number, 0)];
    PageEntry entry{.state = static_cast<PageState>(packed.state),
                    .capability = Slot{static_cast<std::uint32_t>(packed.capability)}};
    if (entry.has_frame()) {
        entry.frame = Frame{static_cast<std::uint32_t>(packed.frame)};
    }
    return entry;
}

void PageTree::set(UserAddr page, PageEntry entry) {
    std::uint64_t const number = page_number(page);
    if (!entry.present() && find_leaf(number) == nullptr) {
        return;
    }
    Leaf& leaf = make_leaf(number);
    PackedEntry& packed = leaf.entries[position(number, 0)];
    bool const was_present = packed.state != 0;
    packed = {};
    packed.state = static_cast<std::uint8_t>(entry.state);
    packed.capability = static_cast<std::uint32_t>(entry.capability);
    packed.frame = entry.has_frame() ? index(entry.frame) : 0;
    leaf.used += entry.present() ? 1 : 0;
    leaf.used -= was_present ? 1 : 0;
    if (leaf.used == 0) {
        prune_below(root_, top_level, number);
    }
}

/// Frees the empty nodes on the way to `number`; says whether `branch` is empty now.
bool PageTree::prune_below(Branch& branch, unsigned level, std::uint64_t number) {
    Node*& child = branch.children[position(number, level)];
    bool const empty = level == 1 ? child->used == 0
                                  : prune_below(*static_cast<Branch*>(child), level - 1, number);
    if (empty) {
        destroy(std::exchange(child, nullptr), level - 1);
        --branch.used;
    }
    return branch.used == 0;
}

void PageTree::destroy(Node* node, unsigned level) {
    if (node == nullptr) {
        return;
    }
    if (level == 0) {
        delete static_cast<Leaf*>(node);
        return;
    }
    auto* const branch = static_cast<Branch*>(node);
    for (Node* const child : branch->children) {
        destroy(child, level - 1);
    }
    delete branch;
}

std::optional<UserAddr> PageTree::first_present(UserAddr from, UserAddr end) const {
    auto const number = search(root_, top_level, 0, page_number(from), page_number(end));
    return number ? std::optional{UserAddr{*number * page_size}} : std::nullopt;
}

std::optional<std::uint64_t> PageTree::search(Node const& node, unsigned level, std::uint64_t base,
                                              std::uint64_t from, std::uint64_t end) {
    std::uint64_t const span = base::bit(level * level_bits);
    std::size_t i = from > base ? (from - base) / span : 0;
    for (; i < std::size_t{1} << level_bits && base + i * span < end; ++i) {
        if (level == 0) {
            if (static_cast<Leaf const&>(node).entries[i].state != 0) {
                return base + i;
            }
            continue;
        }
        Node const* const child = static_cast<Branch const&>(node).children[i];
        if (child != nullptr) {
            if (auto const found = search(*child, level - 1, base + i * span, from, end)) {
                return found;
            }
        }
    }
    return std::nullopt;
}

} // namespace pager
