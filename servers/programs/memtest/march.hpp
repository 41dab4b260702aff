// SPDX-License-Identifier: BSD-2-Clause
//
// March: what all tests of memory are made of: sweeps over all words, upwards or downwards, that
// read what must be there and write something else.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <programs/progress.hpp>

namespace memtest {

using Word = std::uint64_t;

/// Words by number. A word that is read may be another than the one that was written: that is for
/// the tests to find out.
template <typename M>
concept Memory = requires(M& memory, std::size_t index, Word value) {
    { memory.size() } -> std::same_as<std::size_t>;
    { memory.read(index) } -> std::same_as<Word>;
    memory.write(index, value);
};

/// What every word of a memory should be.
template <typename P>
concept Pattern = requires(P const& pattern, std::size_t index) {
    { pattern(index) } -> std::same_as<Word>;
};

struct Mismatch {
    std::size_t index;
    Word expected;
    Word found;

    friend bool operator==(Mismatch const&, Mismatch const&) = default;
};

struct Findings {
    std::uint64_t errors{0};
    Mismatch first{};   // if there are errors
    Word wrong_bits{0}; // in any of them
};

template <Memory M>
class March {
public:
    March(M& memory, programs::Progress& progress) : memory_{memory}, progress_{progress} {}

    /// Writes a pattern and reads it, in two sweeps: bits that are stuck show.
    void keep(Pattern auto const& pattern) {
        fill(pattern);
        verify(pattern);
    }

    /// Turns every word of a pattern over and back, upwards, then again downwards: six sweeps,
    /// known as March C-. Whatever a change of one word does to another, lower or higher, 0 or 1 at
    /// that time, is read before anything can undo it. If two words are one, the second was turned
    /// over with the first.
    void invert(Pattern auto const& pattern) {
        auto const turn_over = [&](std::size_t index) {
            expect(index, pattern(index));
            memory_.write(index, ~pattern(index));
        };
        auto const turn_back = [&](std::size_t index) {
            expect(index, ~pattern(index));
            memory_.write(index, pattern(index));
        };
        fill(pattern);
        upwards(turn_over);
        upwards(turn_back);
        downwards(turn_over);
        downwards(turn_back);
        verify(pattern);
    }

    [[nodiscard]] Findings const& findings() const { return findings_; }

private:
    static constexpr std::size_t stride = 4096; // words between two calls of `progress_`

    void fill(Pattern auto const& pattern) {
        upwards([&](std::size_t index) { memory_.write(index, pattern(index)); });
    }

    void verify(Pattern auto const& pattern) {
        upwards([&](std::size_t index) { expect(index, pattern(index)); });
    }

    void upwards(auto visit) {
        for (std::size_t begin = 0; begin < memory_.size();) {
            auto const end = std::min(begin + stride, memory_.size());
            for (auto index = begin; index < end; ++index) {
                visit(index);
            }
            progress_.advance(end - begin);
            begin = end;
        }
    }

    void downwards(auto visit) {
        for (auto end = memory_.size(); end > 0;) {
            auto const begin = end - std::min(stride, end);
            for (auto index = end; index-- > begin;) {
                visit(index);
            }
            progress_.advance(end - begin);
            end = begin;
        }
    }

    void expect(std::size_t index, Word expected) {
        auto const found = memory_.read(index);
        if (found != expected) {
            note({.index = index, .expected = expected, .found = found});
        }
    }

    void note(Mismatch const& mismatch) {
        if (findings_.errors++ == 0) {
            findings_.first = mismatch;
        }
        findings_.wrong_bits |= mismatch.expected ^ mismatch.found;
    }

    M& memory_;
    programs::Progress& progress_;
    Findings findings_;
};

} // namespace memtest
