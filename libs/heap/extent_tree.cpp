// SPDX-License-Identifier: BSD-2-Clause
//
// A treap without links upwards: what changes is rebuilt on the way back from the recursion, which
// is as deep as the tree, a few times the logarithm of its size.

#include <heap/extent_tree.hpp>
#include <heap/seal.hpp>

#include <algorithm>
#include <functional>
#include <new>

namespace heap {

namespace {

std::size_t largest_of(Extent const* tree) {
    return tree == nullptr ? 0 : tree->largest;
}

} // namespace

std::uint64_t ExtentTree::rank(Extent const& extent) {
    return scatter(reinterpret_cast<std::uintptr_t>(&extent));
}

std::size_t ExtentTree::largest_from(Extent const& extent) {
    return std::max({extent.size, largest_of(extent.left), largest_of(extent.right)});
}

bool ExtentTree::precedes(Extent const& a, Extent const& b) const {
    if (order_ == Order::Size && a.size != b.size) {
        return a.size < b.size;
    }
    return std::less{}(&a, &b); // `<` is defined within one object only
}

ExtentTree::Halves ExtentTree::split(Extent* tree, Extent const& at) const {
    if (tree == nullptr) {
        return {};
    }
    Halves halves{};
    if (precedes(*tree, at)) {
        halves = split(tree->right, at);
        tree->right = std::exchange(halves.before, tree);
    } else {
        halves = split(tree->left, at);
        tree->left = std::exchange(halves.after, tree);
    }
    tree->largest = largest_from(*tree);
    return halves;
}

Extent* ExtentTree::join(Extent* before, Extent* after) {
    if (before == nullptr) {
        return after;
    }
    if (after == nullptr) {
        return before;
    }
    bool const before_is_higher = rank(*before) > rank(*after);
    Extent& top = before_is_higher ? *before : *after;
    if (before_is_higher) {
        top.right = join(top.right, after);
    } else {
        top.left = join(before, top.left);
    }
    top.largest = largest_from(top);
    return &top;
}

Extent* ExtentTree::with(Extent* tree, Extent& extent) const {
    if (tree == nullptr || rank(extent) > rank(*tree)) {
        auto const halves = split(tree, extent);
        extent.left = halves.before;
        extent.right = halves.after;
        extent.largest = largest_from(extent);
        return &extent;
    }
    Extent*& side = precedes(extent, *tree) ? tree->left : tree->right;
    side = with(side, extent);
    tree->largest = std::max(tree->largest, extent.size);
    return tree;
}

Extent* ExtentTree::without(Extent* tree, Extent& extent) const {
    if (tree == &extent) {
        return join(extent.left, extent.right);
    }
    Extent*& side = precedes(extent, *tree) ? tree->left : tree->right;
    side = without(side, extent);
    tree->largest = largest_from(*tree);
    return tree;
}

void ExtentTree::insert(void* place, std::size_t size) {
    auto* const extent = new (place) Extent{.left = {}, .right = {}, .size = size, .largest = size};
    root_ = with(root_, *extent);
}

void ExtentTree::remove(Extent& extent) {
    root_ = without(root_, extent);
}

Extent* ExtentTree::first_of(std::size_t size) const {
    Extent* extent = root_;
    if (largest_of(extent) < size) {
        return nullptr;
    }
    for (;;) {
        if (largest_of(extent->left) >= size) {
            extent = extent->left;
        } else if (extent->size >= size) {
            return extent;
        } else {
            extent = extent->right;
        }
    }
}

Extent* ExtentTree::containing(void const* address) const {
    auto const wanted = reinterpret_cast<std::uintptr_t>(address);
    for (Extent* extent = root_; extent != nullptr;) {
        auto const begin = reinterpret_cast<std::uintptr_t>(extent);
        if (wanted < begin) {
            extent = extent->left;
        } else if (wanted - begin < extent->size) {
            return extent;
        } else {
            extent = extent->right;
        }
    }
    return nullptr;
}

Extent* ExtentTree::after(Extent const* extent) const {
    Extent* found = nullptr;
    for (Extent* tree = root_; tree != nullptr;) {
        bool const is_behind = extent == nullptr || precedes(*extent, *tree);
        if (is_behind) {
            found = tree;
        }
        tree = is_behind ? tree->left : tree->right;
    }
    return found;
}

} // namespace heap
