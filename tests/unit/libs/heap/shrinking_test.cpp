// SPDX-License-Identifier: BSD-2-Clause
//
// A heap of which less and less is in use: nothing but pages that blocks lie in may be left over,
// and a small reserve.

#include "fakes.hpp"

#include <cstring>
#include <gtest/gtest.h>
#include <random>
#include <unordered_set>

namespace {

using namespace heap;
using test::FakePages;

constexpr std::size_t mib = std::size_t{1} << 20;

/// How much there was, of what sizes (16 bytes to this, each doubling as likely as the next), and
/// whether blocks came and went for a while before they only went.
struct Course {
    std::size_t most;
    std::size_t largest;
    bool busy;
};

class ShrinkingHeap {
public:
    ShrinkingHeap(Course const& course, Fit fit, std::uint64_t seed)
        : course_{course}, heap_{pages_, {.fit = fit, .checks = Checks::None}}, random_{seed} {
        fill();
        for (std::size_t i = 0; course.busy && i < 20'000; ++i) {
            release_any();
            fill();
        }
        full_ = blocks_.size();
    }

    ~ShrinkingHeap() { shrink_to(0); }

    void shrink_to(std::size_t part_of_ten_thousand) {
        while (blocks_.size() > full_ * part_of_ten_thousand / 10'000) {
            release_any();
        }
    }

    /// In per cent of what is held, as fragtest has it.
    [[nodiscard]] double lost() const {
        auto const held = static_cast<double>(heap_.statistics().held);
        return 100 * (held - static_cast<double>(in_use_)) / held;
    }

    /// The pages of blocks, and of slabs with a block in them: these cannot go.
    [[nodiscard]] std::size_t needed() const {
        std::unordered_set<std::uintptr_t> pages;
        for (auto const& block : blocks_) {
            auto const [begin, end] = extent_of(block.address, block.size);
            for (auto page = begin >> page_bits; page <= (end - 1) >> page_bits; ++page) {
                pages.insert(page);
            }
        }
        return pages.size() * page_size;
    }

    void expect_sound() {
        EXPECT_TRUE(heap_.check());
        EXPECT_EQ(heap_.statistics().reserved, pages_.reserved());
        EXPECT_LE(pages_.resident(), heap_.statistics().held);
    }

    void expect_little_but_what_is_needed() {
        auto const held = heap_.statistics().held;
        auto const edges = 2 * page_size * pages_.runs();
        auto const spare = std::max(held / 32, std::size_t{128} << 10);
        // Where a hole begins its notes are, perhaps in a page that has nothing else.
        auto const notes = needed() / 50;
        EXPECT_LE(held, needed() + edges + spare + empty_slabs() + notes);
    }

private:
    struct Block {
        void* address;
        std::size_t size;
    };

    struct Addresses {
        std::uintptr_t begin;
        std::uintptr_t end;
    };

    static Addresses extent_of(void* block, std::size_t size) {
        auto const begin = reinterpret_cast<std::uintptr_t>(block);
        BlockHeader const& header = BlockHeader::of(block);
        if (header.kind() != Kind::Object) {
            return {.begin = begin, .end = begin + size};
        }
        auto const slab = begin - header.length();
        auto const& slab_header = BlockHeader::of(reinterpret_cast<void*>(slab));
        return {.begin = slab, .end = slab + slab_header.length()};
    }

    /// One of each class may be kept.
    static std::size_t empty_slabs() {
        std::size_t sum = 0;
        for (std::size_t i = 0; i < size_class::count; ++i) {
            sum += Slab::objects_of(i) * size_class::stride(i) + page_size;
        }
        return sum;
    }

    std::size_t random_size() {
        auto const doublings = base::log2_floor(course_.largest / 16);
        auto const half = std::size_t{1} << random_() % doublings;
        return 16 * (half + random_() % half);
    }

    void fill() {
        while (in_use_ < course_.most) {
            auto const size = random_size();
            blocks_.push_back({.address = heap_.allocate(size).value(), .size = size});
            std::memset(blocks_.back().address, 1, size);
            in_use_ += size;
        }
    }

    void release_any() {
        std::swap(blocks_[random_() % blocks_.size()], blocks_.back());
        heap_.release(blocks_.back().address);
        in_use_ -= blocks_.back().size;
        blocks_.pop_back();
    }

    Course course_;
    FakePages pages_;
    Heap heap_;
    std::mt19937_64 random_;
    std::vector<Block> blocks_;
    std::size_t in_use_ = 0;
    std::size_t full_ = 0;
};

class ShrinkingTest : public testing::TestWithParam<Fit> {};

INSTANTIATE_TEST_SUITE_P(Fits, ShrinkingTest, testing::Values(Fit::Best, Fit::First));

TEST_P(ShrinkingTest, HoldsThePagesOfBlocksAndLittleElse) {
    for (std::size_t const largest : {1, 4, 32, 64, 128}) {
        for (bool const busy : {false, true}) {
            for (std::uint64_t const seed : {1, 2, 3}) {
                ShrinkingHeap heap{
                    {.most = 4 * mib, .largest = largest << 10, .busy = busy}, GetParam(), seed};
                SCOPED_TRACE(testing::Message()
                             << largest << " KiB, " << (busy ? "busy, " : "") << "seed " << seed);
                for (std::size_t const part : {5000, 2500, 1000, 100}) {
                    heap.shrink_to(part);
                    heap.expect_sound();
                    heap.expect_little_but_what_is_needed();
                }
            }
        }
    }
}

/// 64 MiB of blocks up to 64 KiB. At a tenth, pages that blocks lie in are a quarter empty.
TEST_P(ShrinkingTest, LosesLessThanAQuarterOfAHalfAndOfAQuarter) {
    for (std::uint64_t const seed : {1, 2, 3, 4}) {
        ShrinkingHeap heap{
            {.most = 64 * mib, .largest = 64 << 10, .busy = false}, GetParam(), seed};
        heap.shrink_to(5000);
        EXPECT_LT(heap.lost(), 17) << seed;
        heap.shrink_to(2500);
        EXPECT_LT(heap.lost(), 25) << seed;
        heap.shrink_to(1000);
        EXPECT_LT(heap.lost(), 36) << seed;
    }
}

} // namespace
