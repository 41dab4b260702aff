// SPDX-License-Identifier: BSD-2-Clause
//
// OrderedTree: at random, beside a std::map; after each step all its links, heights and summaries
// must be right.

#include <pager/ordered_tree.hpp>

#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <random>

namespace pager::test {

namespace {

struct Plain {
    std::uint64_t number;
    TreeLink<Plain> link{};

    [[nodiscard]] std::uint64_t key() const { return number; }
    [[nodiscard]] bool is_summed_up() const { return true; }
};

/// With the greatest of the values below it: a change of one often makes no difference to others.
struct Summed {
    std::uint64_t number;
    unsigned value{0};
    unsigned greatest{0};
    TreeLink<Summed> link{};

    [[nodiscard]] std::uint64_t key() const { return number; }

    [[nodiscard]] unsigned sum_up(Summed const* left, Summed const* right) const {
        return std::max(
            {value, left != nullptr ? left->greatest : 0, right != nullptr ? right->greatest : 0});
    }

    [[nodiscard]] bool summarise(Summed const* left, Summed const* right) {
        unsigned const before = greatest;
        greatest = sum_up(left, right);
        return greatest != before;
    }

    [[nodiscard]] bool is_summed_up() const { return greatest == sum_up(link.left, link.right); }
};

template <typename T>
class OrderedTreeModel : public testing::Test {
protected:
    using Tree = OrderedTree<T, &T::link>;
    static constexpr std::uint64_t keys = 300;

    /// A third of the time it grows, then stays as it is, then shrinks.
    void step(unsigned growth) {
        std::uint64_t const key = random() % keys;
        auto const found = elements_.find(key);
        if (found != elements_.end() && random() % 4 >= growth) {
            tree_.remove(found->second);
            elements_.erase(found);
        } else if (found != elements_.end()) {
            change(found->second);
        } else if (random() % 4 < growth) {
            insert(key);
        }
    }

    void expect_sound() {
        std::size_t count = 0;
        check(tree_.root(), nullptr, count);
        ASSERT_EQ(count, elements_.size());
        T const* at = tree_.first();
        for (auto const& [key, element] : elements_) {
            ASSERT_EQ(at, &element);
            ASSERT_EQ(tree_.find(key), &element);
            at = tree_.next(*at);
        }
        ASSERT_EQ(at, nullptr);
    }

    std::mt19937_64 random{7};

private:
    void insert(std::uint64_t key) {
        auto const place = elements_.emplace(key, T{key}).first;
        T* const lower = place != elements_.begin() ? &std::prev(place)->second : nullptr;
        T* const upper = std::next(place) != elements_.end() ? &std::next(place)->second : nullptr;
        if constexpr (requires { place->second.value; }) {
            place->second.value = random() % 8;
        }
        if (random() % 2 == 0) {
            tree_.insert_between(lower, upper, place->second);
        } else {
            tree_.insert(place->second);
        }
    }

    void change(T& element) {
        if constexpr (requires { element.value; }) {
            element.value = random() % 8;
            tree_.refresh(element);
        }
    }

    /// The answer is how high it is.
    int check(T const* node, T const* above, std::size_t& count) {
        if (node == nullptr) {
            return 0;
        }
        ++count;
        EXPECT_EQ(node->link.above, above);
        EXPECT_TRUE(node->is_summed_up());
        int const left = check(node->link.left, node, count);
        int const right = check(node->link.right, node, count);
        EXPECT_LE(std::abs(left - right), 1);
        EXPECT_EQ(node->link.height, 1 + std::max(left, right));
        return node->link.height;
    }

    Tree tree_;
    std::map<std::uint64_t, T> elements_;
};

using Elements = testing::Types<Plain, Summed>;
TYPED_TEST_SUITE(OrderedTreeModel, Elements);

TYPED_TEST(OrderedTreeModel, IsSoundAfterEachStep) {
    for (unsigned phase = 0; phase < 12; ++phase) {
        for (unsigned i = 0; i < 500; ++i) {
            this->step(1 + phase % 3);
            this->expect_sound();
            ASSERT_FALSE(this->HasFailure());
        }
    }
}

} // namespace

} // namespace pager::test
