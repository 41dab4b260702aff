// SPDX-License-Identifier: BSD-2-Clause

#include <heap/extent_tree.hpp>

#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <random>
#include <set>

namespace {

using namespace heap;

constexpr std::size_t place_size = 64;

/// Places for extents, at addresses that grow with their numbers.
class ExtentTreeTest : public testing::TestWithParam<Order> {
protected:
    Extent* place(std::size_t number) {
        return reinterpret_cast<Extent*>(memory.get() + number * place_size);
    }

    void insert(std::size_t number, std::size_t size) {
        tree.insert(place(number), size);
        model[number] = size;
    }

    void remove(std::size_t number) {
        tree.remove(*place(number));
        model.erase(number);
    }

    /// The numbers, as the tree should have them.
    [[nodiscard]] std::vector<std::size_t> in_order() const {
        std::set<std::pair<std::size_t, std::size_t>> keys;
        for (auto const [number, size] : model) {
            keys.insert({GetParam() == Order::Size ? size : 0, number});
        }
        std::vector<std::size_t> numbers;
        numbers.reserve(keys.size());
        for (auto const& key : keys) {
            numbers.push_back(key.second);
        }
        return numbers;
    }

    [[nodiscard]] Extent* expected_first_of(std::size_t size) {
        for (auto const number : in_order()) {
            if (model[number] >= size) {
                return place(number);
            }
        }
        return nullptr;
    }

    void expect_as_model() {
        std::size_t largest = 0;
        Extent* extent = nullptr;
        for (auto const number : in_order()) {
            extent = tree.after(extent);
            ASSERT_EQ(extent, place(number));
            ASSERT_TRUE(tree.is_sound_at(*extent, [](Extent*) { return true; }));
            largest = std::max(largest, model[number]);
        }
        ASSERT_EQ(tree.after(extent), nullptr);
        ASSERT_EQ(tree.largest(), largest);
    }

    static constexpr std::size_t places = 200;

    std::unique_ptr<std::byte[]> memory = std::make_unique<std::byte[]>(places * place_size);
    ExtentTree tree{GetParam()};
    std::map<std::size_t, std::size_t> model;
};

INSTANTIATE_TEST_SUITE_P(Orders, ExtentTreeTest, testing::Values(Order::Address, Order::Size));

TEST_P(ExtentTreeTest, EmptyHasNothing) {
    EXPECT_EQ(tree.largest(), 0U);
    EXPECT_EQ(tree.first_of(1), nullptr);
    EXPECT_EQ(tree.containing(place(0)), nullptr);
    EXPECT_EQ(tree.after(nullptr), nullptr);
}

TEST_P(ExtentTreeTest, DoesAsItsModelAtRandom) {
    std::mt19937_64 random{1};
    for (int step = 0; step < 5000; ++step) {
        auto const number = random() % places;
        if (model.contains(number)) {
            remove(number);
        } else {
            insert(number, 1 + random() % 20);
        }
        auto const size = 1 + random() % 21;
        ASSERT_EQ(tree.first_of(size), expected_first_of(size)) << step;
        if (step % 50 == 0) {
            expect_as_model();
        }
    }
}

TEST_P(ExtentTreeTest, NoticesSpoiledExtents) {
    auto const known = [](Extent*) { return true; };
    for (std::size_t number = 0; number < 20; ++number) {
        insert(number, number + 1);
    }
    Extent* top = tree.after(nullptr);
    while (top->left == nullptr || top->right == nullptr) {
        top = tree.after(top);
    }
    auto const good = *top;
    ASSERT_TRUE(tree.is_sound_at(*top, known));
    EXPECT_FALSE(tree.is_sound_at(*top, [](Extent*) { return false; }));
    top->largest += 1;
    EXPECT_FALSE(tree.is_sound_at(*top, known));
    *top = good;
    std::swap(top->left, top->right);
    EXPECT_FALSE(tree.is_sound_at(*top, known));
    *top = good;
    top->left = top;
    EXPECT_FALSE(tree.is_sound_at(*top, known));
}

TEST(ExtentTree, FindsWhatContainsAnAddress) {
    alignas(8) std::byte memory[256]{};
    ExtentTree tree{Order::Address};
    tree.insert(memory + 64, 64);
    tree.insert(memory + 128, 40);
    EXPECT_EQ(tree.containing(memory + 63), nullptr);
    EXPECT_EQ(static_cast<void*>(tree.containing(memory + 64)), memory + 64);
    EXPECT_EQ(static_cast<void*>(tree.containing(memory + 127)), memory + 64);
    EXPECT_EQ(static_cast<void*>(tree.containing(memory + 128)), memory + 128);
    EXPECT_EQ(static_cast<void*>(tree.containing(memory + 167)), memory + 128);
    EXPECT_EQ(tree.containing(memory + 168), nullptr);
}

} // namespace
