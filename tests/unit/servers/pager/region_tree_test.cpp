// SPDX-License-Identifier: BSD-2-Clause
//
// Regions: cut and joined at random, against an array that says for each page what is there.

#include <pager/region_tree.hpp>

#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <random>

namespace pager::test {

namespace {

constexpr std::uint64_t window_begin = 0x40'0000;
constexpr std::size_t window_pages = 200;

UserAddr page(std::size_t number) {
    return UserAddr{window_begin + number * page_size};
}

Region region(std::size_t first, std::size_t pages, Access access = Access::Read) {
    return {.start = page(first), .end = page(first + pages), .access = access};
}

void set_access(RegionTree& tree, UserAddr start, UserAddr end, Access access) {
    tree.change(start, end, [=](Region& changed) { changed.access = access; });
}

std::size_t count(RegionTree const& tree) {
    std::size_t regions = 0;
    for (Region const* r = tree.first_ending_above(UserAddr{}); r != nullptr; r = tree.next(*r)) {
        ++regions;
    }
    return regions;
}

TEST(RegionTree, FindsTheRegionOfAnAddress) {
    RegionTree tree;
    tree.insert(region(2, 3));
    EXPECT_EQ(tree.find(page(2) - 1), nullptr);
    EXPECT_EQ(tree.find(page(2))->start, page(2));
    EXPECT_EQ(tree.find(page(5) - 1)->end, page(5));
    EXPECT_EQ(tree.find(page(5)), nullptr);
    EXPECT_EQ(tree.first_ending_above(page(0))->start, page(2));
    EXPECT_EQ(tree.first_ending_above(page(4))->start, page(2));
    EXPECT_EQ(tree.first_ending_above(page(5)), nullptr);
}

TEST(RegionTree, LikeNeighboursBecomeOneUnlikeOnesDoNot) {
    RegionTree tree;
    tree.insert(region(0, 2));
    tree.insert(region(4, 2));
    tree.insert(region(2, 2));
    EXPECT_EQ(count(tree), 1);
    tree.insert(region(6, 1, Access::ReadWrite));
    EXPECT_EQ(count(tree), 2);
    Region stack = region(7, 1, Access::ReadWrite);
    stack.kind = RegionKind::Stack;
    tree.insert(stack);
    EXPECT_EQ(count(tree), 3);
}

TEST(RegionTree, FilesJoinOnlyWhereTheyContinue) {
    RegionTree tree;
    Region file = region(0, 4);
    file.kind = RegionKind::File;
    file.file = {.begin = page(0), .end = page(4), .offset = 100};
    tree.insert(file);
    set_access(tree, page(1), page(2), Access::None);
    EXPECT_EQ(count(tree), 3);
    set_access(tree, page(1), page(2), Access::Read);
    EXPECT_EQ(count(tree), 1);
    Region other = region(4, 1);
    other.kind = RegionKind::File;
    other.file = {.begin = page(4), .end = page(5), .offset = 0};
    tree.insert(other);
    EXPECT_EQ(count(tree), 2);
}

TEST(RegionTree, GapsAreFoundInFrontBetweenAndBehind) {
    RegionTree tree;
    EXPECT_EQ(tree.find_gap(page_size, page(0), page(9)), page(0));
    tree.insert(region(2, 2));
    tree.insert(region(7, 1, Access::ReadWrite));
    EXPECT_EQ(tree.find_gap(2 * page_size, page(0), page(20)), page(0));
    EXPECT_EQ(tree.find_gap(2 * page_size, page(1), page(20)), page(4));
    EXPECT_EQ(tree.find_gap(3 * page_size, page(0), page(20)), page(4));
    EXPECT_EQ(tree.find_gap(4 * page_size, page(0), page(20)), page(8));
    EXPECT_EQ(tree.find_gap(3 * page_size, page(5), page(20)), page(8));
    EXPECT_EQ(tree.find_gap(4 * page_size, page(0), page(11)), std::nullopt);
    EXPECT_EQ(tree.find_gap(21 * page_size, page(0), page(20)), std::nullopt);
    EXPECT_EQ(tree.find_gap(page_size, page(7), page(8)), std::nullopt);
}

class RegionTreeModel : public testing::Test {
protected:
    using Pages = std::array<Access, window_pages + 1>;
    static constexpr Access hole{99};

    RegionTreeModel() { page_window.fill(hole); }

    std::size_t below(std::size_t limit) { return random() % limit; }

    [[nodiscard]] bool any(std::size_t first, std::size_t last, auto holds) const {
        return std::any_of(page_window.begin() + static_cast<std::ptrdiff_t>(first),
                           page_window.begin() + static_cast<std::ptrdiff_t>(last), holds);
    }

    void compare() const {
        for (std::size_t i = 0; i < window_pages; ++i) {
            Region const* const found = tree.find(page(i));
            ASSERT_EQ(found == nullptr ? hole : found->access, page_window[i]) << "page " << i;
        }
        std::size_t runs = 0;
        for (std::size_t i = 0; i < window_pages; ++i) {
            runs +=
                page_window[i] != hole && (i == 0 || page_window[i] != page_window[i - 1]) ? 1 : 0;
        }
        ASSERT_EQ(count(tree), runs); // nothing is cut more than it must be
        ASSERT_EQ(tree.size(), runs);
    }

    [[nodiscard]] bool is_free(std::size_t first, std::size_t pages) const {
        return first + pages <= window_pages &&
               !any(first, first + pages, [](Access a) { return a != hole; });
    }

    /// The hole that was made last, if it has room, or else the lowest.
    [[nodiscard]] std::optional<UserAddr> best_gap(std::size_t pages, std::size_t low) const {
        bool const has_room = last_hole >= low && is_free(last_hole, pages);
        return has_room ? page(last_hole) : lowest_gap(pages, low);
    }

    [[nodiscard]] std::optional<UserAddr> lowest_gap(std::size_t pages, std::size_t low) const {
        std::size_t run = 0;
        for (std::size_t i = low; i < window_pages; ++i) {
            run = page_window[i] == hole ? run + 1 : 0;
            if (run == pages) {
                return page(i + 1 - pages);
            }
        }
        return std::nullopt;
    }

    std::mt19937 random{11};
    Pages page_window{};
    std::size_t last_hole{0};
    RegionTree tree;
};

TEST_F(RegionTreeModel, RandomOperationsAgreeWithAnArray) {
    for (int step = 0; step < 20'000; ++step) {
        std::size_t const first = below(window_pages - 20);
        std::size_t const size = 1 + below(20);
        std::size_t const last = first + size;
        Access const access{below(3)};
        bool const empty = !any(first, last, [](Access a) { return a != hole; });
        bool const full = !any(first, last, [](Access a) { return a == hole; });
        ASSERT_EQ(tree.overlaps(page(first), page(last)), !empty);
        auto const one_region = [&](std::size_t a, std::size_t b) {
            return page_window[a] != hole &&
                   !any(a, b, [&](Access other) { return other != page_window[a]; });
        };
        bool const has_border = first == 0 || !one_region(first - 1, first + 1);
        ASSERT_EQ(tree.makes_hole(page(first), page(last)),
                  first > 0 && one_region(first - 1, last + 1));
        ASSERT_EQ(tree.cuts(page(first), page(last)),
                  (has_border ? 0u : 1u) + (one_region(last - 1, last + 1) ? 1u : 0u));
        ASSERT_EQ(tree.find_gap(size * page_size, page(first), page(window_pages)),
                  best_gap(size, first));
        auto const fill = [&](Access with) {
            std::fill(page_window.begin() + static_cast<std::ptrdiff_t>(first),
                      page_window.begin() + static_cast<std::ptrdiff_t>(last), with);
        };
        if (empty) {
            tree.insert(region(first, size, access));
            fill(access);
        } else if (full && below(2) == 0) {
            set_access(tree, page(first), page(last), access);
            fill(access);
        } else if (below(3) == 0) {
            tree.remove(page(first), page(last));
            last_hole = first;
            fill(hole);
        }
        compare();
        ASSERT_FALSE(HasFatalFailure()) << "at step " << step;
    }
}

struct Number {
    std::uint64_t value;
    TreeLink<Number> link{};

    [[nodiscard]] std::uint64_t key() const { return value; }
};

TEST(OrderedTree, StaysFlatWhateverTheOrderOfInsertion) {
    OrderedTree<Number, &Number::link> tree;
    std::vector<Number> numbers(10'000);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        numbers[i].value = 2 * i;
        tree.insert(numbers[i]);
    }
    EXPECT_LE(tree.root()->link.height, 1.45 * std::log2(10'000) + 1);
    for (std::size_t i = 0; i < numbers.size(); i += 3) {
        tree.remove(numbers[i]);
    }
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        ASSERT_EQ(tree.find(2 * i), i % 3 == 0 ? nullptr : &numbers[i]);
        ASSERT_EQ(tree.find(2 * i + 1), nullptr);
    }
    EXPECT_EQ(tree.at_or_above(5), &numbers[4]);
    EXPECT_EQ(tree.at_or_below(7), &numbers[2]);
    EXPECT_EQ(tree.next(numbers[4]), &numbers[5]);
    EXPECT_LE(tree.root()->link.height, 1.45 * std::log2(6'700) + 1);
}

} // namespace

} // namespace pager::test
