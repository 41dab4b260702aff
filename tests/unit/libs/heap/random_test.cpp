// SPDX-License-Identifier: BSD-2-Clause
//
// A heap beside a list of the blocks it should have: every block keeps its contents, lies where no
// other does, and the books are right, whatever was done in whatever order. And how much memory is
// lost by then.

#include "fakes.hpp"

#include <cstring>
#include <gtest/gtest.h>
#include <random>

namespace {

using namespace heap;
using test::FakePages;
using test::Reports;

struct Block {
    unsigned char* address;
    std::size_t size;
    std::size_t alignment;
    unsigned char mark;
};

/// Sizes as programs have them: each doubling as likely as the next.
std::size_t random_size(std::mt19937_64& random, unsigned largest_bits) {
    auto const bits = random() % largest_bits;
    return (std::size_t{1} << bits) + random() % (std::size_t{1} << bits);
}

class Life {
public:
    Life(Options options, std::uint64_t seed)
        : random_{seed}, heap_{pages_, with_reports(options)} {}

    void step() {
        switch (random_() % 16) {
        case 0: resize(); break;
        case 1: allocate(std::size_t{1} << (random_() % 14)); break;
        case 2: allocate_zeroed(); break;
        case 3: allocate_dma(); break;
        case 4: provoke(); break;
        default: random_() % 1000 < blocks_.size() ? release() : allocate(1); break;
        }
    }

    void expect_sound() {
        ASSERT_TRUE(heap_.check());
        ASSERT_TRUE(reports_.all.empty());
        ASSERT_EQ(heap_.statistics().blocks, blocks_.size());
        ASSERT_EQ(heap_.statistics().reserved, pages_.reserved());
        ASSERT_LE(pages_.resident(), heap_.statistics().held);
    }

    void end() {
        while (!blocks_.empty()) {
            release();
        }
        heap_.trim();
        expect_sound();
        EXPECT_EQ(pages_.reserved(), 0U);
    }

    [[nodiscard]] bool all_went_well() const { return ok_; }

private:
    Options with_reports(Options options) {
        options.misuse = &reports_;
        return options;
    }

    void require(bool condition) { ok_ = ok_ && condition; }

    void add(void* address, std::size_t size, std::size_t alignment) {
        require(reinterpret_cast<std::uintptr_t>(address) % alignment == 0);
        Block const block{.address = static_cast<unsigned char*>(address),
                          .size = size,
                          .alignment = alignment,
                          .mark = static_cast<unsigned char>(random_())};
        std::memset(address, block.mark, size);
        blocks_.push_back(block);
    }

    static bool is_marked(Block const& block, std::size_t size) {
        return block.address[0] == block.mark &&
               std::memcmp(block.address, block.address + 1, size - 1) == 0;
    }

    Block take_any() {
        std::swap(blocks_[random_() % blocks_.size()], blocks_.back());
        Block const block = blocks_.back();
        blocks_.pop_back();
        require(is_marked(block, block.size));
        return block;
    }

    void allocate(std::size_t alignment) {
        auto const size = random_size(random_, 16);
        if (auto const block = heap_.allocate(size, alignment)) {
            add(*block, size, alignment);
        }
    }

    void allocate_zeroed() {
        auto const count = 1 + random_() % 100;
        auto const size = random_size(random_, 8);
        if (auto const block = heap_.allocate_zeroed(count, size)) {
            auto const* const bytes = static_cast<unsigned char const*>(*block);
            require(bytes[0] == 0 && std::memcmp(bytes, bytes + 1, count * size - 1) == 0);
            add(*block, count * size, granule);
        }
    }

    void allocate_dma() {
        auto const size = random_size(random_, 14);
        if (random_() % 8 == 0) {
            if (auto const block = heap_.allocate_dma(size, 64)) {
                require(block->physical == FakePages::physical_of(block->address));
                add(block->address, size, 64);
            }
        }
    }

    void resize() {
        if (blocks_.empty()) {
            return;
        }
        Block const old = take_any();
        auto const size = random_size(random_, 18);
        auto const block = heap_.resize(old.address, size, old.alignment);
        if (!block) {
            blocks_.push_back(old);
            return;
        }
        Block now = old;
        now.address = static_cast<unsigned char*>(*block);
        require(is_marked(now, std::min(size, old.size)));
        add(*block, size, old.alignment);
    }

    void release() {
        if (!blocks_.empty()) {
            heap_.release(take_any().address);
        }
    }

    /// The source runs dry, and refuses, every now and then.
    void provoke() {
        pages_.refuses = random_() % 4 == 0;
        auto const room = random_() % 4 == 0 ? 0 : std::size_t{1} << 40;
        pages_.limit = pages_.reserved() + room;
        heap_.trim();
        pages_.refuses = pages_.refuses && random_() % 2 == 0;
    }

    std::mt19937_64 random_;
    FakePages pages_;
    Reports reports_;
    Heap heap_;
    std::vector<Block> blocks_;
    bool ok_ = true;
};

class RandomTest : public testing::TestWithParam<Options> {};

INSTANTIATE_TEST_SUITE_P(Setups, RandomTest,
                         testing::Values(Options{.fit = Fit::Best, .checks = Checks::Full},
                                         Options{.fit = Fit::First, .checks = Checks::Full},
                                         Options{.fit = Fit::Best, .checks = Checks::None},
                                         Options{.fit = Fit::First, .checks = Checks::None}));

TEST_P(RandomTest, BlocksAreAsTheModelSays) {
    Life life{GetParam(), 1};
    for (int step = 0; step < 300'000; ++step) {
        life.step();
        ASSERT_TRUE(life.all_went_well()) << step;
        if (step % 1000 == 0) {
            life.expect_sound();
        }
    }
    life.end();
}

/// A heap of 8 MiB, in phases. In each, 40 000 times a block chosen at random is replaced by others
/// of random sizes, 16 bytes to 128 KiB (phases 1, 3, 5) or to 32 KiB (phases 2, 4), each doubling
/// as likely as the next. Between phases three quarters of all blocks go, chosen at random.
TEST_P(RandomTest, LosesLessThanAQuarter) {
    constexpr std::size_t goal = 8 << 20;
    FakePages pages;
    Heap heap{pages, {.fit = GetParam().fit, .checks = Checks::None}};
    std::mt19937_64 random{2};
    std::vector<std::pair<void*, std::size_t>> blocks;
    std::size_t live = 0; // what was asked for, not what it was rounded up to
    auto const release_any = [&] {
        std::swap(blocks[random() % blocks.size()], blocks.back());
        live -= blocks.back().second;
        heap.release(blocks.back().first);
        blocks.pop_back();
    };
    for (unsigned const size_bits : {12, 10, 12, 10, 12}) {
        for (int step = 0; step < 40'000; ++step) {
            while (live < goal) {
                auto const size = 16 * random_size(random, size_bits);
                blocks.emplace_back(heap.allocate(size).value(), size);
                live += size;
            }
            release_any();
        }
        EXPECT_TRUE(heap.check());
        auto const held = heap.statistics().held;
        EXPECT_LE(pages.resident(), held);
        EXPECT_LT((held - live) * 100 / held, 25U);
        EXPECT_LT(heap.statistics().fragmentation(), 25U);
        for (auto const rest = blocks.size() / 4; blocks.size() > rest;) {
            release_any();
        }
    }
}

} // namespace
