// SPDX-License-Identifier: BSD-2-Clause
//
// PageArrays by themselves: who refers to which frame how often, and when a frame is nobody's.

#include "frame_pool_fixture.hpp"
#include "host_pages.hpp"
#include <pager/page_array.hpp>

#include <algorithm>
#include <random>

namespace pager::test {

namespace {

class PageArrayTest : public FramePoolFixture {
protected:
    ~PageArrayTest() override {
        EXPECT_EQ(source.taken(), 0) << "an array was not given back";
        EXPECT_EQ(arrays.statistics.saved_now, 0);
    }

    /// With a frame in each of the entries.
    PageArray* make_with(std::vector<std::uint32_t> const& entries) {
        PageArray* const array = *arrays.make();
        for (std::uint32_t const entry : entries) {
            arrays.put(*array, entry, *take());
        }
        return array;
    }

    [[nodiscard]] std::uint32_t references(PageArray const& array, std::uint32_t entry) const {
        return frames[array.entries[entry].frame()].references;
    }

    [[nodiscard]] std::uint64_t in_use() const { return pages_in(FrameState::Anonymous); }

    HostPages source;
    HalfPages halves{source};
    PageArrays arrays{frames, pool, halves};
};

TEST_F(PageArrayTest, BeginsEmpty) {
    PageArray* const array = *arrays.make();
    EXPECT_EQ(array->present, 0);
    EXPECT_EQ(array->references, 1);
    EXPECT_TRUE(std::ranges::none_of(array->entries, &FrameReference::present));
    arrays.release(*array);
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
    PageArray* const array = make_with({0, leaf_pages - 1});
    EXPECT_EQ(array->present, 2);
    Frame const old = array->entries[0].frame();
    arrays.put(*array, 0, *take());
    EXPECT_EQ(array->present, 2);
    EXPECT_EQ(frames.state(old), FrameState::Stock);
    EXPECT_NE(array->entries[0].frame(), old);
    arrays.drop(*array, 0);
    arrays.drop(*array, 0); // there is nothing any more
    EXPECT_EQ(array->present, 1);
    EXPECT_EQ(in_use(), 1);
    arrays.release(*array);
    EXPECT_EQ(in_use(), 0);
}

TEST_F(PageArrayTest, TheLastOneWhoSharesItGivesTheFramesBack) {
    PageArray* const array = make_with({3, 4, 5});
    EXPECT_TRUE(arrays.is_exclusive(*array, 3));
    arrays.share(*array);
    arrays.share(*array);
    EXPECT_EQ(array->references, 3);
    EXPECT_EQ(references(*array, 3), 1); // however many share the array
    EXPECT_FALSE(arrays.is_exclusive(*array, 3));
    EXPECT_EQ(arrays.statistics.saved_now, 6);
    EXPECT_EQ(arrays.statistics.cloned, 6);
    arrays.release(*array);
    EXPECT_EQ(arrays.statistics.saved_now, 3);
    arrays.release(*array);
    EXPECT_TRUE(arrays.is_exclusive(*array, 3));
    EXPECT_EQ(in_use(), 3);
    arrays.release(*array);
    EXPECT_EQ(in_use(), 0);
    EXPECT_EQ(arrays.statistics.saved_peak, 6);
}

TEST_F(PageArrayTest, OneThatIsUsedOnceIsExclusiveAlready) {
    PageArray* const array = make_with({1});
    source.limit = 0; // so nothing can be made
    EXPECT_EQ(*arrays.make_exclusive(*array), array);
    EXPECT_EQ(references(*array, 1), 1);
    EXPECT_FALSE(array->was_shared);
    arrays.release(*array);
}

TEST_F(PageArrayTest, ACopyRefersToTheSameFrames) {
    PageArray* const array = make_with({1, 2});
    arrays.share(*array);
    PageArray* const copy = *arrays.make_exclusive(*array);
    ASSERT_NE(copy, array);
    EXPECT_EQ(array->references, 1);
    EXPECT_EQ(copy->references, 1);
    EXPECT_EQ(copy->present, 2);
    EXPECT_TRUE(copy->was_shared && array->was_shared);
    for (std::uint32_t const entry : {1u, 2u}) {
        EXPECT_EQ(copy->entries[entry].frame(), array->entries[entry].frame());
        EXPECT_EQ(references(*array, entry), 2);
        EXPECT_FALSE(arrays.is_exclusive(*array, entry) || arrays.is_exclusive(*copy, entry));
    }
    EXPECT_EQ(arrays.statistics.saved_now, 2); // as before, only by others
    EXPECT_EQ(in_use(), 2);

    Frame const shared = copy->entries[1].frame();
    arrays.put(*copy, 1, *take());
    EXPECT_EQ(array->entries[1].frame(), shared);
    EXPECT_TRUE(arrays.is_exclusive(*array, 1) && arrays.is_exclusive(*copy, 1));
    EXPECT_EQ(arrays.statistics.saved_now, 1);
    EXPECT_EQ(in_use(), 3);
    arrays.release(*array);
    EXPECT_TRUE(arrays.is_exclusive(*copy, 2));
    EXPECT_EQ(in_use(), 2);
    arrays.release(*copy);
    EXPECT_EQ(in_use(), 0);
}

TEST_F(PageArrayTest, OnlyWhoeverCopiesGetsAnArrayOfItsOwn) {
    PageArray* const array = make_with({1});
    arrays.share(*array);
    arrays.share(*array);
    PageArray* const copy = *arrays.make_exclusive(*array);
    EXPECT_EQ(array->references, 2); // the two others still share it
    EXPECT_EQ(references(*array, 1), 2);
    EXPECT_EQ(arrays.statistics.saved_now, 2);
    arrays.release(*copy);
    EXPECT_EQ(arrays.statistics.saved_now, 1);
    arrays.release(*array);
    arrays.release(*array);
    EXPECT_EQ(in_use(), 0);
}

TEST_F(PageArrayTest, WithoutMemoryNothingChanges) {
    source.limit = 0;
    EXPECT_EQ(arrays.make().error(), Error::OutOfMemory);
    source.limit = 1;
    PageArray* const array = make_with({7});
    PageArray* const other = *arrays.make(); // the other half of the page
    arrays.share(*array);
    EXPECT_EQ(arrays.make_exclusive(*array).error(), Error::OutOfMemory);
    EXPECT_EQ(array->references, 2);
    EXPECT_EQ(references(*array, 7), 1);
    arrays.release(*array);
    arrays.release(*array);
    arrays.release(*other);
}

/// Copies of copies, in any order: what is referred to is what the arrays name, frame by frame.
TEST_F(PageArrayTest, CountsAgreeUnderRandomUse) {
    std::mt19937 random{5};
    std::vector<PageArray*> users{make_with({0, 100, 511})}; // one entry for each reference
    auto const expect_counts = [&] {
        std::vector<std::uint32_t> counts(records.size());
        std::uint64_t frames_named = 0;
        std::uint64_t pages = 0; // as each user sees them
        std::ranges::sort(users);
        for (std::size_t i = 0; i < users.size(); ++i) {
            pages += users[i]->present;
            if (i > 0 && users[i] == users[i - 1]) {
                continue;
            }
            ASSERT_EQ(std::ranges::count(users, users[i]), users[i]->references);
            for (FrameReference const entry : users[i]->entries) {
                frames_named += entry.present() && counts[index(entry.frame())]++ == 0 ? 1 : 0;
            }
        }
        for (std::uint32_t i = 0; i < counts.size(); ++i) {
            ASSERT_TRUE(counts[i] == 0 || counts[i] == frames[Frame{i}].references);
        }
        ASSERT_EQ(in_use(), frames_named);
        ASSERT_EQ(arrays.statistics.saved_now, pages - frames_named);
    };
    for (int i = 0; i < 3000; ++i) {
        PageArray*& user = users[random() % users.size()];
        auto const entry = static_cast<std::uint32_t>(random() % 16 * 34);
        switch (random() % 8) {
        case 0:
        case 1:
            if (users.size() < 20) {
                arrays.share(*user);
                users.push_back(user);
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
            user = *arrays.make_exclusive(*user);
            arrays.drop(*user, entry);
            break;
        default: user = *arrays.make_exclusive(*user); arrays.put(*user, entry, *take());
        }
        expect_counts();
    }
    std::ranges::for_each(users, [&](PageArray* user) { arrays.release(*user); });
}

} // namespace

} // namespace pager::test
