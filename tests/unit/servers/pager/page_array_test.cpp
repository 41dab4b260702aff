// SPDX-License-Identifier: BSD-2-Clause
//
// PageArrays by themselves: who refers to which frame how often, and when a frame is nobody's.

#include "frame_pool_fixture.hpp"
#include "host_pages.hpp"
#include <pager/page_array.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>

namespace pager::test {

namespace {

class PageArrayTest : public FramePoolFixture {
protected:
    ~PageArrayTest() override {
        EXPECT_EQ(source.taken(), 0) << "an array was not given back";
        EXPECT_EQ(arrays.statistics.saved_now, 0);
    }

    /// With a frame in each of the entries.
    void make_with(ArrayUser& user, std::vector<std::uint32_t> const& entries) {
        ASSERT_TRUE(arrays.make(user));
        for (std::uint32_t const entry : entries) {
            arrays.put(*user.pages, entry, *take());
        }
    }

    [[nodiscard]] std::uint32_t references(ArrayUser const& user, std::uint32_t entry) const {
        return frames[user.pages->entries[entry].frame()].references;
    }

    [[nodiscard]] bool is_exclusive(ArrayUser const& user, std::uint32_t entry) const {
        return arrays.is_exclusive(*user.pages, entry);
    }

    /// As the frame's record leads to them.
    [[nodiscard]] std::multiset<ArrayUser*> users_of(Frame frame) const {
        std::multiset<ArrayUser*> found;
        arrays.for_each_array(frame, [&](PageArray& array) {
            for (ArrayUser* user = array.users.front(); user != nullptr;
                 user = array.users.next(*user)) {
                found.insert(user);
            }
        });
        return found;
    }

    [[nodiscard]] std::uint64_t in_use() const { return pages_in(FrameState::Anonymous); }

    HostPages source;
    HalfPages halves{source};
    ArrayUser first{.start = UserAddr{0x4020'0000}, .space = SpaceNumber{1}};
    ArrayUser second{.start = UserAddr{0x4020'0000}, .space = SpaceNumber{2}};
    ArrayUser third{.start = UserAddr{0x4020'0000}, .space = SpaceNumber{3}};
    PageArrays arrays{frames, pool, halves};
};

TEST_F(PageArrayTest, BeginsEmpty) {
    ASSERT_TRUE(arrays.make(first));
    EXPECT_EQ(first.pages->present, 0);
    EXPECT_EQ(first.pages->references, 1);
    EXPECT_TRUE(std::ranges::none_of(first.pages->entries, &FrameReference::present));
    arrays.release(first);
    EXPECT_EQ(first.pages, nullptr);
}

TEST_F(PageArrayTest, FirstAndLastFramesCanBeNamed) {
    for (std::uint32_t const number : {0u, 1u, (1u << 28) - 1}) {
        FrameReference const reference{Frame{number}};
        EXPECT_TRUE(reference.present());
        EXPECT_EQ(reference.frame(), Frame{number});
    }
    EXPECT_FALSE(FrameReference{}.present());
}

TEST_F(PageArrayTest, AFrameThatIsReplacedOrDroppedIsNobodys) {
    make_with(first, {0, leaf_pages - 1});
    PageArray& array = *first.pages;
    EXPECT_EQ(array.present, 2);
    Frame const old = array.entries[0].frame();
    arrays.put(array, 0, *take());
    EXPECT_EQ(array.present, 2);
    EXPECT_EQ(frames.state(old), FrameState::Stock);
    EXPECT_NE(array.entries[0].frame(), old);
    arrays.drop(array, 0);
    arrays.drop(array, 0); // there is nothing any more
    EXPECT_EQ(array.present, 1);
    EXPECT_EQ(in_use(), 1);
    arrays.release(first);
    EXPECT_EQ(in_use(), 0);
}

TEST_F(PageArrayTest, TheLastOneWhoSharesItGivesTheFramesBack) {
    make_with(first, {3, 4, 5});
    EXPECT_TRUE(is_exclusive(first, 3));
    arrays.share(first, second);
    arrays.share(second, third);
    EXPECT_EQ(first.pages, third.pages);
    EXPECT_EQ(first.pages->references, 3);
    EXPECT_EQ(references(first, 3), 1); // however many share the array
    EXPECT_FALSE(is_exclusive(first, 3));
    EXPECT_EQ(arrays.statistics.saved_now, 6);
    EXPECT_EQ(arrays.statistics.cloned, 6);
    arrays.release(first);
    EXPECT_EQ(arrays.statistics.saved_now, 3);
    arrays.release(third);
    EXPECT_TRUE(is_exclusive(second, 3));
    EXPECT_EQ(in_use(), 3);
    arrays.release(second);
    EXPECT_EQ(in_use(), 0);
    EXPECT_EQ(arrays.statistics.saved_peak, 6);
}

TEST_F(PageArrayTest, OneThatIsUsedOnceIsExclusiveAlready) {
    make_with(first, {1});
    PageArray const* const array = first.pages;
    source.limit = 0; // so nothing can be made
    EXPECT_TRUE(arrays.make_exclusive(first));
    EXPECT_EQ(first.pages, array);
    EXPECT_EQ(references(first, 1), 1);
    EXPECT_FALSE(array->was_shared);
    arrays.release(first);
}

TEST_F(PageArrayTest, ACopyRefersToTheSameFrames) {
    make_with(first, {1, 2});
    arrays.share(first, second);
    ASSERT_TRUE(arrays.make_exclusive(second));
    ASSERT_NE(first.pages, second.pages);
    EXPECT_EQ(first.pages->references, 1);
    EXPECT_EQ(second.pages->references, 1);
    EXPECT_EQ(second.pages->present, 2);
    EXPECT_TRUE(first.pages->was_shared && second.pages->was_shared);
    for (std::uint32_t const entry : {1u, 2u}) {
        EXPECT_EQ(second.pages->entries[entry], first.pages->entries[entry]);
        EXPECT_EQ(references(first, entry), 2);
        EXPECT_FALSE(is_exclusive(first, entry) || is_exclusive(second, entry));
    }
    EXPECT_EQ(arrays.statistics.saved_now, 2); // as before, only by others
    EXPECT_EQ(in_use(), 2);

    Frame const shared = second.pages->entries[1].frame();
    arrays.put(*second.pages, 1, *take());
    EXPECT_EQ(first.pages->entries[1].frame(), shared);
    EXPECT_TRUE(is_exclusive(first, 1) && is_exclusive(second, 1));
    EXPECT_EQ(arrays.statistics.saved_now, 1);
    EXPECT_EQ(in_use(), 3);
    arrays.release(first);
    EXPECT_TRUE(is_exclusive(second, 2));
    EXPECT_EQ(in_use(), 2);
    arrays.release(second);
    EXPECT_EQ(in_use(), 0);
}

TEST_F(PageArrayTest, OnlyWhoeverCopiesGetsAnArrayOfItsOwn) {
    make_with(first, {1});
    arrays.share(first, second);
    arrays.share(first, third);
    ASSERT_TRUE(arrays.make_exclusive(third));
    EXPECT_EQ(first.pages->references, 2); // the two others still share it
    EXPECT_EQ(references(first, 1), 2);
    EXPECT_EQ(arrays.statistics.saved_now, 2);
    arrays.release(third);
    EXPECT_EQ(arrays.statistics.saved_now, 1);
    arrays.release(first);
    arrays.release(second);
    EXPECT_EQ(in_use(), 0);
}

TEST_F(PageArrayTest, WithoutMemoryNothingChanges) {
    source.limit = 0;
    EXPECT_EQ(arrays.make(first).error(), Error::OutOfMemory);
    EXPECT_EQ(first.pages, nullptr);
    source.limit = 1;
    make_with(first, {7});
    ASSERT_TRUE(arrays.make(third)); // the other half of the page
    arrays.share(first, second);
    EXPECT_EQ(arrays.make_exclusive(second).error(), Error::OutOfMemory);
    EXPECT_EQ(second.pages, first.pages);
    EXPECT_EQ(first.pages->references, 2);
    EXPECT_EQ(references(first, 7), 1);
    for (ArrayUser* const user : {&first, &second, &third}) {
        arrays.release(*user);
    }
}

/// Whoever put it there may be gone long since.
TEST_F(PageArrayTest, AFrameLeadsToAllWhoHaveIt) {
    make_with(first, {1, 2});
    Frame const frame = first.pages->entries[1].frame();
    Frame const other = first.pages->entries[2].frame();
    EXPECT_EQ(users_of(frame), (std::multiset{&first}));
    arrays.share(first, second);
    arrays.share(first, third);
    ASSERT_TRUE(arrays.make_exclusive(third));
    EXPECT_EQ(users_of(frame), (std::multiset{&first, &second, &third}));
    EXPECT_EQ(arrays.sharers(frame), 3);
    arrays.put(*third.pages, 1, *take());
    EXPECT_EQ(users_of(frame), (std::multiset{&first, &second}));
    EXPECT_EQ(users_of(third.pages->entries[1].frame()), (std::multiset{&third}));
    arrays.release(first);
    EXPECT_EQ(users_of(frame), (std::multiset{&second}));
    EXPECT_EQ(users_of(other), (std::multiset{&second, &third}));
    arrays.release(second);
    EXPECT_EQ(users_of(other), (std::multiset{&third}));
    EXPECT_EQ(arrays.sharers(other), 1);
    arrays.release(third);
}

/// Copies of copies, in any order: what is referred to is what the arrays name, frame by frame, and
/// a frame leads to all who have it.
TEST_F(PageArrayTest, CountsAgreeUnderRandomUse) {
    std::mt19937 random{5};
    std::vector<std::unique_ptr<ArrayUser>> users;
    auto const add_user = [&]() -> ArrayUser& {
        return *users.emplace_back(std::make_unique<ArrayUser>(UserAddr{0x4020'0000}));
    };
    make_with(add_user(), {0, 100, 511});
    auto const expect_counts = [&] {
        std::map<Frame, std::multiset<ArrayUser*>> having;
        std::map<Frame, std::set<PageArray*>> naming;
        std::uint64_t pages = 0; // as each user sees them
        for (auto const& user : users) {
            pages += user->pages->present;
            for (FrameReference const entry : user->pages->entries) {
                if (entry.present()) {
                    having[entry.frame()].insert(user.get());
                    naming[entry.frame()].insert(user->pages);
                }
            }
        }
        for (auto const& [frame, arrays_naming] : naming) {
            ASSERT_EQ(frames[frame].references, arrays_naming.size());
            ASSERT_EQ(users_of(frame), having[frame]);
        }
        ASSERT_EQ(in_use(), naming.size());
        ASSERT_EQ(arrays.statistics.saved_now, pages - naming.size());
    };
    for (int i = 0; i < 3000; ++i) {
        auto& user = users[random() % users.size()];
        auto const entry = static_cast<std::uint32_t>(random() % 16 * 34);
        switch (random() % 8) {
        case 0:
        case 1:
            if (users.size() < 20) {
                ArrayUser const& source_user = *user;
                arrays.share(source_user, add_user());
            }
            break;
        case 2:
            if (users.size() > 1) {
                arrays.release(*user);
                std::swap(user, users.back());
                users.pop_back();
            }
            break;
        case 3:
            ASSERT_TRUE(arrays.make_exclusive(*user));
            arrays.drop(*user->pages, entry);
            break;
        default:
            ASSERT_TRUE(arrays.make_exclusive(*user));
            arrays.put(*user->pages, entry, *take());
        }
        expect_counts();
    }
    std::ranges::for_each(users, [&](auto const& user) { arrays.release(*user); });
}

} // namespace

} // namespace pager::test
