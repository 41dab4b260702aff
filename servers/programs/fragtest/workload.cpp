// SPDX-License-Identifier: BSD-2-Clause
//
// Every byte of a block is written, and read before the block goes: so it is also seen whether
// blocks stay what they are while others come and go.

#include <algorithm>
#include <cstring>
#include <programs/fragtest/workload.hpp>

namespace fragtest {

namespace {

/// Mostly word by word: there is much to look at.
bool is_filled(unsigned char const* bytes, std::size_t size, unsigned char mark) {
    using Word = std::uint64_t;
    auto const* const words = reinterpret_cast<Word const*>(bytes);
    std::size_t const whole_words = size / sizeof(Word);
    auto const* const words_end = words + whole_words;
    auto const word = mark * Word{0x0101'0101'0101'0101};
    return std::all_of(words, words_end, [&](Word found) { return found == word; }) &&
           std::all_of(reinterpret_cast<unsigned char const*>(words_end), bytes + size,
                       [&](unsigned char byte) { return byte == mark; });
}

} // namespace

base::Result<Standing, Trouble> Workload::run(Phase const& phase, programs::Progress& progress) {
    TRY(release_until(count_ / 4));
    for (std::size_t step = 0; step < steps; ++step) {
        while (in_use_ < goal && count_ < blocks_.size()) {
            TRY(allocate(random_size(phase.size_bits)));
        }
        TRY(release_any());
        progress.advance(1);
    }
    full_ = count_;
    return standing();
}

base::Result<Standing, Trouble> Workload::run(Shrinking const& shrinking,
                                              programs::Progress& progress) {
    for (auto steps_left = steps_of(shrinking); steps_left > 0; --steps_left) {
        TRY(release_any());
        progress.advance(1);
    }
    return standing();
}

base::Result<Standing, Trouble> Workload::standing() {
    if (!heap_.check()) {
        return base::fail(Trouble::BrokenBooks);
    }
    auto const statistics = heap_.statistics();
    return Standing{.blocks = statistics.blocks,
                    .in_use = in_use_,
                    .held = statistics.held,
                    .largest_free = statistics.largest_free};
}

base::Result<void, Trouble> Workload::release_all() {
    TRY(release_until(0));
    heap_.trim();
    return {};
}

/// Each doubling is as likely as the next.
std::size_t Workload::random_size(unsigned bits) {
    auto const half = base::bit(static_cast<unsigned>(random(bits)));
    return 16 * (half + random(half)) - random(16);
}

base::Result<void, Trouble> Workload::allocate(std::size_t size) {
    auto const bytes = heap_.allocate(size);
    if (!bytes) {
        return base::fail(Trouble::OutOfMemory);
    }
    auto& block = blocks_[count_++];
    block = {.bytes = static_cast<unsigned char*>(*bytes),
             .size = size,
             .mark = static_cast<unsigned char>(random(256))};
    std::memset(block.bytes, block.mark, size);
    in_use_ += size;
    peak_ = std::max(peak_, in_use_);
    return {};
}

base::Result<void, Trouble> Workload::release_any() {
    std::swap(blocks_[random(count_)], blocks_[count_ - 1]);
    auto const block = blocks_[--count_];
    bool const intact = is_filled(block.bytes, block.size, block.mark);
    heap_.release(block.bytes);
    in_use_ -= block.size;
    if (!intact) {
        return base::fail(Trouble::Spoiled);
    }
    return {};
}

base::Result<void, Trouble> Workload::release_until(std::size_t rest) {
    while (count_ > rest) {
        TRY(release_any());
    }
    return {};
}

} // namespace fragtest
