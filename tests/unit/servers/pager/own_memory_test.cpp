// SPDX-License-Identifier: BSD-2-Clause
//
// OwnMemory by itself: pages that were there from the start, and pages of the pool's.

#include "frame_pool_fixture.hpp"
#include <pager/own_memory.hpp>

#include <limits>

namespace pager::test {

namespace {

class OwnMemoryTest : public FramePoolFixture {
protected:
    ~OwnMemoryTest() override { own.trim(0); }

    [[nodiscard]] std::uint64_t pages_of_pool() const {
        std::uint64_t count = 0;
        for (std::uint32_t i = 0; i < records.size(); ++i) {
            count += records[i].is_pooled != 0 && frames.state(Frame{i}) == FrameState::Pager;
        }
        return count;
    }

    alignas(page_size) std::array<std::byte, 3 * page_size> fixed;
    OwnMemory own;

    [[nodiscard]] bool is_fixed(std::byte const* page) const {
        return page >= fixed.begin() && page < fixed.end();
    }
};

TEST_F(OwnMemoryTest, BeforeThereIsAPoolThereIsWhatWasAdded) {
    EXPECT_EQ(own.take_page(), nullptr);
    own.add(fixed.data(), 3);
    EXPECT_EQ(own.spare(), std::numeric_limits<std::size_t>::max()); // so nobody asks for more
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(own.take_page(), fixed.data() + i * page_size);
    }
    EXPECT_EQ(own.take_page(), nullptr);
    own.give_page(fixed.data() + page_size);
    EXPECT_EQ(own.take_page(), fixed.data() + page_size);
}

TEST_F(OwnMemoryTest, WhatIsMissingComesFromThePool) {
    own.start(pool);
    EXPECT_EQ(own.spare(), 0);
    EXPECT_EQ(own.take_page(), nullptr); // never by itself: making frames may need pages
    EXPECT_EQ(own.refill(5), 5);
    EXPECT_EQ(pages_of_pool(), 5);
    std::byte* const page = own.take_page();
    EXPECT_TRUE(pool.contains(page));
    EXPECT_EQ(pool.group_of(pool.frame_at(page)).kind, PageGroup::Books);
    EXPECT_EQ(own.spare(), 4);
    EXPECT_EQ(own.refill(2), 4); // more than enough already
    own.give_page(page);
    EXPECT_EQ(own.spare(), 5);
}

TEST_F(OwnMemoryTest, PagesFromTheStartAreUsedFirstAndStay) {
    own.add(fixed.data(), 3);
    own.start(pool);
    EXPECT_EQ(own.refill(5), 5);
    EXPECT_EQ(pages_of_pool(), 2);
    std::vector<std::byte*> taken;
    for (int i = 0; i < 5; ++i) {
        taken.push_back(own.take_page());
        EXPECT_EQ(is_fixed(taken.back()), i < 3);
    }
    EXPECT_EQ(own.take_page(), nullptr);
    for (std::byte* const page : taken) {
        own.give_page(page);
    }
    own.trim(0);
    EXPECT_EQ(own.spare(), 3);
    EXPECT_EQ(pages_of_pool(), 0);
    EXPECT_TRUE(is_fixed(own.take_page()));
}

TEST_F(OwnMemoryTest, OnlyWhatIsTooMuchIsGivenBack) {
    own.start(pool);
    EXPECT_EQ(own.refill(20), 20);
    std::byte* const kept = own.take_page();
    own.trim(30);
    EXPECT_EQ(own.spare(), 19);
    own.trim(7);
    EXPECT_EQ(own.spare(), 7);
    EXPECT_EQ(pages_of_pool(), 8);
    EXPECT_TRUE(pool.has_stock(PageGroup::Books));
    own.give_page(kept);
}

TEST_F(OwnMemoryTest, WithoutMemoryItHasWhatThereIs) {
    own.start(pool);
    auto const all = own.refill(records.size());
    EXPECT_LT(all, records.size());
    EXPECT_GT(all, records.size() * 95 / 100);
    EXPECT_EQ(own.spare(), all);
    kernel.fail_call_in = 0;
    EXPECT_EQ(own.refill(all + 1), all);
    own.trim(10);
    EXPECT_EQ(own.refill(12), 12); // from the stock, without a call
}

} // namespace

} // namespace pager::test
