// SPDX-License-Identifier: BSD-2-Clause
//
// ExtentTree: pieces of memory in an order, found by size or by address. The nodes lie in the
// pieces themselves, so it never allocates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

namespace heap {

/// The beginning of a piece of memory, or close to it.
struct Extent {
    Extent* left;
    Extent* right;
    std::size_t size;
    std::size_t largest; // of all sizes from here down
};

enum class Order : std::uint8_t { Address, Size };

/// A treap: ordered from left to right, and a heap by a number made from the address, which keeps
/// it as flat as a tree that was built at random.
class ExtentTree {
public:
    explicit constexpr ExtentTree(Order order) : order_{order} {}

    [[nodiscard]] std::size_t largest() const { return root_ == nullptr ? 0 : root_->largest; }

    /// A node is made at `place`, which must lie on a multiple of 8.
    void insert(void* place, std::size_t size);

    /// The extent is in this tree. Its size is still there afterwards, its links are not.
    void remove(Extent& extent);

    /// The first one, in order, of at least `size`, which is not 0: the lowest such extent in a
    /// tree by address, the smallest in a tree by size. Null if there is none.
    [[nodiscard]] Extent* first_of(std::size_t size) const;

    /// Of a tree by address: the one that has this address inside, or null.
    [[nodiscard]] Extent* containing(void const* address) const;

    /// The next one in order, or the first behind null; null at the end.
    [[nodiscard]] Extent* after(Extent const* extent) const;

    /// Whether an extent of this tree is as it should be beside those right below it. These are
    /// looked at only if `is_known` says that they are extents.
    template <typename IsKnown>
    [[nodiscard]] bool is_sound_at(Extent const& extent, IsKnown is_known) const {
        auto const may_be_below = [&](Extent* below) {
            return below == nullptr || (is_known(below) && rank(*below) < rank(extent));
        };
        return may_be_below(extent.left) && may_be_below(extent.right) &&
               (extent.left == nullptr || precedes(*extent.left, extent)) &&
               (extent.right == nullptr || precedes(extent, *extent.right)) &&
               extent.largest == largest_from(extent);
    }

private:
    struct Halves {
        Extent* before;
        Extent* after;
    };

    [[nodiscard]] static std::uint64_t rank(Extent const& extent);
    [[nodiscard]] static std::size_t largest_from(Extent const& extent);
    [[nodiscard]] bool precedes(Extent const& a, Extent const& b) const;
    [[nodiscard]] Halves split(Extent* tree, Extent const& at) const;
    [[nodiscard]] static Extent* join(Extent* before, Extent* after);
    [[nodiscard]] Extent* with(Extent* tree, Extent& extent) const;
    [[nodiscard]] Extent* without(Extent* tree, Extent& extent) const;

    Extent* root_{nullptr};
    Order order_;
};

} // namespace heap
