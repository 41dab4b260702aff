// SPDX-License-Identifier: BSD-2-Clause
//
// OrderedTree: a balanced search tree (AVL) whose links live inside the elements, so that it never
// allocates. An element may carry a summary of its subtree, which the tree keeps up to date.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace pager {

template <typename T>
struct TreeLink {
    T* left{nullptr};
    T* right{nullptr};
    int height{1};
};

/// `T` has a unique `key()` and, if it keeps a summary of its subtree, `summarise(left, right)`,
/// which says whether that changed.
template <typename T, TreeLink<T> T::* Link>
class OrderedTree {
public:
    using Key = std::uint64_t;

    OrderedTree() = default;
    OrderedTree(OrderedTree const&) = delete;
    OrderedTree& operator=(OrderedTree const&) = delete;

    [[nodiscard]] bool empty() const { return root_ == nullptr; }
    [[nodiscard]] T* root() const { return root_; }
    [[nodiscard]] static T* left(T const& node) { return (node.*Link).left; }
    [[nodiscard]] static T* right(T const& node) { return (node.*Link).right; }

    [[nodiscard]] T* first() const { return at_or_above(0); }

    /// The element with the highest key not above `key`.
    [[nodiscard]] T* at_or_below(Key key) const {
        T* best = nullptr;
        for (T* node = root_; node != nullptr;) {
            if (node->key() <= key) {
                best = node;
                node = right(*node);
            } else {
                node = left(*node);
            }
        }
        return best;
    }

    /// The element with the lowest key not below `key`.
    [[nodiscard]] T* at_or_above(Key key) const {
        T* best = nullptr;
        for (T* node = root_; node != nullptr;) {
            if (node->key() >= key) {
                best = node;
                node = left(*node);
            } else {
                node = right(*node);
            }
        }
        return best;
    }

    [[nodiscard]] T* find(Key key) const {
        T* const node = at_or_below(key);
        return node != nullptr && node->key() == key ? node : nullptr;
    }

    [[nodiscard]] T* next(T const& node) const { return at_or_above(node.key() + 1); }

    void insert(T& node) {
        node.*Link = {};
        root_ = insert_into(root_, node);
    }

    void remove(T& node) { root_ = remove_from(root_, node.key()); }

    /// The summary of `node` changed, but not its key: those above it must hear of it.
    void refresh(T& node) { refresh_path(root_, node.key()); }

private:
    static int height(T const* node) { return node != nullptr ? (node->*Link).height : 0; }

    static void update(T& node) {
        TreeLink<T>& link = node.*Link;
        link.height = 1 + std::max(height(link.left), height(link.right));
        if constexpr (requires { node.summarise(link.left, link.right); }) {
            static_cast<void>(node.summarise(link.left, link.right));
        }
    }

    static T* rotate(T& top, T* TreeLink<T>::* heavy, T* TreeLink<T>::* light) {
        T& child = *((top.*Link).*heavy);
        (top.*Link).*heavy = (child.*Link).*light;
        (child.*Link).*light = &top;
        update(top);
        update(child);
        return &child;
    }

    static T* balance_side(T& node, T* TreeLink<T>::* heavy, T* TreeLink<T>::* light) {
        T*& child = (node.*Link).*heavy;
        if (height((child->*Link).*heavy) < height((child->*Link).*light)) {
            child = rotate(*child, light, heavy);
        }
        return rotate(node, heavy, light);
    }

    static T* balance(T& node) {
        update(node);
        int const slope = height(left(node)) - height(right(node));
        if (slope > 1) {
            return balance_side(node, &TreeLink<T>::left, &TreeLink<T>::right);
        }
        if (slope < -1) {
            return balance_side(node, &TreeLink<T>::right, &TreeLink<T>::left);
        }
        return &node;
    }

    /// As deep as the tree is high: at most 1.45 log2(n).
    static T* insert_into(T* top, T& node) {
        if (top == nullptr) {
            update(node);
            return &node;
        }
        T*& side = node.key() < top->key() ? (top->*Link).left : (top->*Link).right;
        side = insert_into(side, node);
        return balance(*top);
    }

    static T* remove_from(T* top, Key key) {
        TreeLink<T>& link = top->*Link;
        if (key != top->key()) {
            T*& side = key < top->key() ? link.left : link.right;
            side = remove_from(side, key);
            return balance(*top);
        }
        if (link.left == nullptr || link.right == nullptr) {
            return link.left != nullptr ? link.left : link.right;
        }
        T* successor = link.right;
        while (left(*successor) != nullptr) {
            successor = left(*successor);
        }
        T* const rest = remove_from(link.right, successor->key());
        successor->*Link = {.left = link.left, .right = rest, .height = 0};
        return balance(*successor);
    }

    static void refresh_path(T* top, Key key) {
        std::array<T*, max_height> path;
        std::size_t depth = 0;
        for (; top->key() != key; top = key < top->key() ? left(*top) : right(*top)) {
            path[depth++] = top;
        }
        // Those above one whose summary stays as it was know all already.
        while (top->summarise(left(*top), right(*top)) && depth > 0) {
            top = path[--depth];
        }
    }

    /// Of a tree with 2^44 elements, which have no room in any memory: 1.45 times as much.
    static constexpr std::size_t max_height = 64;

    T* root_{nullptr};
};

} // namespace pager
