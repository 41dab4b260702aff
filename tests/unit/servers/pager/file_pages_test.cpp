// SPDX-License-Identifier: BSD-2-Clause
//
// FilePages and its bits by themselves: where runs end.

#include "fake_kernel.hpp"
#include <pager/file_pages.hpp>

#include <gtest/gtest.h>
#include <vector>

namespace pager::test {

namespace {

TEST(BitSpan, BitsAreCountedAndSetAcrossWords) {
    std::array<std::uint64_t, 3> words{};
    BitSpan bits{words};
    EXPECT_EQ(bits.count_clear(0), 64);
    EXPECT_EQ(bits.count_clear(63), 64);
    bits.set(60, 70, true);
    EXPECT_EQ(bits.count_set(), 70);
    EXPECT_EQ(words, (std::array<std::uint64_t, 3>{0xfull << 60, ~0ull, 3}));
    EXPECT_FALSE(bits.has(59) || bits.has(130));
    EXPECT_TRUE(bits.has(60) && bits.has(64) && bits.has(129));
    EXPECT_EQ(bits.count_clear(50), 10);
    EXPECT_EQ(bits.count_clear(64), 0);
    bits.set(63, 2, false);
    EXPECT_EQ(bits.count_clear(63), 2);
    EXPECT_EQ(bits.count_clear(130), 64); // as if there were more behind the last word
}

TEST(FilePages, ARunEndsWithALeafOfTheCSpaceAndWithWhatIsInUse) {
    constexpr std::uint64_t pages = 80;
    std::vector<std::byte> const bytes(pages * page_size - 1);
    BootArchive const archive{bytes, Slot{leaf_slots - 40}};
    FakeKernel kernel{2};
    std::vector<SlotLeaf> records(2);
    SlotAllocator slots{records};
    std::vector<std::uint64_t> books(FilePages::book_words(pages));
    FilePages files{archive, kernel, slots};
    files.start(books);

    EXPECT_EQ(files.run_at(0, 80), KernelPort::max_run);
    EXPECT_EQ(files.run_at(30 * page_size, 16), 10);
    EXPECT_EQ(files.run_at(40 * page_size, 16), 16);
    files.take_run(34 * page_size, 16);
    EXPECT_EQ(files.count_in_use(), 16);
    EXPECT_EQ(files.run_at(30 * page_size, 16), 4);
    EXPECT_EQ(files.run_at(49 * page_size, 16), 0);
    EXPECT_EQ(files.run_at(50 * page_size, 16), 16);
    EXPECT_TRUE(files.is_own(archive.first_frame) && files.is_own(archive.first_frame + 79));
    EXPECT_FALSE(files.is_own(archive.first_frame + 80) || files.is_own(Slot{1}));
}

} // namespace

} // namespace pager::test
