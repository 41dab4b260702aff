// SPDX-License-Identifier: BSD-2-Clause
//
// OrderedTree: a balanced search tree (AVL) whose links live inside the elements, so that it never
// allocates. An element may carry a summary of its subtree, which the tree keeps up to date.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

namespace pager {

template <typename T>
struct TreeLink {
    T* left{nullptr};
    T* right{nullptr};
    T* above{nullptr};
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
        T* lower = nullptr;
        T* upper = nullptr;
        for (T* at = root_; at != nullptr;) {
            bool const is_lower = at->key() < node.key();
            (is_lower ? lower : upper) = at;
            at = is_lower ? right(*at) : left(*at);
        }
        insert_between(lower, upper, node);
    }

    /// The same without a search, if the elements on both sides are known; null: there is none.
    void insert_between(T* lower, T* upper, T& node) {
        // Of two neighbours one is below the other, and has no child on the side of the other.
        bool const is_right = lower != nullptr && right(*lower) == nullptr;
        T* const above = is_right ? lower : upper;
        node.*Link = {.above = above};
        (is_right ? (lower->*Link).right : upper != nullptr ? (upper->*Link).left : root_) = &node;
        update(node);
        settle(above);
    }

    void remove(T& node) {
        TreeLink<T> const& link = node.*Link;
        if (link.left == nullptr || link.right == nullptr) {
            replace(node, link.left != nullptr ? link.left : link.right);
            settle(link.above);
            return;
        }
        T* next = link.right;
        while (left(*next) != nullptr) {
            next = left(*next);
        }
        T* const above = (next->*Link).above;
        replace(*next, right(*next));
        replace(node, next);
        attach(*next, &TreeLink<T>::left, link.left);
        attach(*next, &TreeLink<T>::right, link.right);
        settle(above != &node ? above : next, next);
    }

    /// The summary of `node` changed, but not its order: those above it must hear of it.
    static void refresh(T& node) {
        T* at = &node;
        while (at != nullptr && at->summarise(left(*at), right(*at))) {
            at = (at->*Link).above;
        }
    }

private:
    using Side = T* TreeLink<T>::*;

    static int height(T const* node) { return node != nullptr ? (node->*Link).height : 0; }

    static void attach(T& node, Side side, T* child) {
        (node.*Link).*side = child;
        if (child != nullptr) {
            (child->*Link).above = &node;
        }
    }

    /// `other`, or nothing, comes to where `node` is.
    void replace(T const& node, T* other) {
        T* const above = (node.*Link).above;
        if (above != nullptr) {
            bool const is_left = left(*above) == &node;
            attach(*above, is_left ? &TreeLink<T>::left : &TreeLink<T>::right, other);
            return;
        }
        root_ = other;
        if (other != nullptr) {
            (other->*Link).above = nullptr;
        }
    }

    /// From its children: whether anything changed that those above need to know.
    static bool update(T& node) {
        TreeLink<T>& link = node.*Link;
        int const now = 1 + std::max(height(link.left), height(link.right));
        bool const is_other = std::exchange(link.height, now) != now;
        if constexpr (requires { node.summarise(link.left, link.right); }) {
            return node.summarise(link.left, link.right) || is_other;
        } else {
            return is_other;
        }
    }

    /// The answer, here and below, is what is at the top now.
    T& rotate(T& top, Side heavy, Side light) {
        T& child = *((top.*Link).*heavy);
        replace(top, &child);
        attach(top, heavy, (child.*Link).*light);
        attach(child, light, &top);
        update(top);
        update(child);
        return child;
    }

    T& balance_side(T& node, Side heavy, Side light) {
        T& child = *((node.*Link).*heavy);
        if (height((child.*Link).*heavy) < height((child.*Link).*light)) {
            rotate(child, light, heavy);
        }
        return rotate(node, heavy, light);
    }

    T& balance(T& node) {
        int const slope = height(left(node)) - height(right(node));
        return slope > 1 || slope < -1 ? level_out(node, slope) : node;
    }

    T& level_out(T& node, int slope) {
        return slope > 0 ? balance_side(node, &TreeLink<T>::left, &TreeLink<T>::right)
                         : balance_side(node, &TreeLink<T>::right, &TreeLink<T>::left);
    }

    /// After a change in or below `node`: heights, summaries and balance, on the way up from there
    /// past `least`, if that is named, and on until those above know all already.
    void settle(T* node, T const* least = nullptr) {
        while (node != nullptr) {
            bool const changes = update(*node);
            T& top = balance(*node);
            if (!changes && &top == node && least == nullptr) {
                return;
            }
            least = least == node ? nullptr : least;
            node = (top.*Link).above;
        }
    }

    T* root_{nullptr};
};

} // namespace pager
