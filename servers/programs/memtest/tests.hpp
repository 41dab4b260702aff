// SPDX-License-Identifier: BSD-2-Clause
//
// The tests, as one table, and the patterns they march over memory with.
#pragma once

#include <base/bits.hpp>

#include <array>
#include <programs/memtest/march.hpp>
#include <programs/random.hpp>
#include <string_view>

namespace memtest {

/// The same everywhere.
struct Solid {
    Word value;

    Word operator()(std::size_t) const { return value; }
};

/// One bit of each word, the next one in the next word.
struct WalkingBit {
    unsigned shift;

    Word operator()(std::size_t index) const { return Word{1} << ((index + shift) % 64); }
};

/// Each word's own distance from the beginning.
struct OwnAddress {
    Word operator()(std::size_t index) const { return index * sizeof(Word); }
};

using programs::Random;

enum class TestKind : std::uint8_t {
    SolidPatterns,
    AddressInAddress,
    WalkingBits,
    MovingInversions,
    RandomPatterns,
};

struct Test {
    TestKind kind;
    std::string_view name;
    std::string_view short_name;
    unsigned sweeps; // over all of the memory
};

inline constexpr std::array<Word, 4> solid_values{0, ~Word{0}, 0x5555'5555'5555'5555,
                                                  0xaaaa'aaaa'aaaa'aaaa};

/// Whatever two bits of a word are, one of these and its complement have them differ.
inline constexpr std::array<Word, 7> backgrounds{
    0,
    0x5555'5555'5555'5555,
    0x3333'3333'3333'3333,
    0x0f0f'0f0f'0f0f'0f0f,
    0x00ff'00ff'00ff'00ff,
    0x0000'ffff'0000'ffff,
    0x0000'0000'ffff'ffff,
};

inline constexpr unsigned word_bits = 64;
inline constexpr unsigned random_rounds = 4;

/// In the order in which they run.
inline constexpr std::array tests{
    Test{.kind = TestKind::SolidPatterns,
         .name = "solid patterns",
         .short_name = "solid",
         .sweeps = solid_values.size() * 2},
    Test{.kind = TestKind::AddressInAddress,
         .name = "address in address",
         .short_name = "address",
         .sweeps = 6},
    Test{.kind = TestKind::WalkingBits,
         .name = "walking bits",
         .short_name = "walking",
         .sweeps = word_bits * 6},
    Test{.kind = TestKind::MovingInversions,
         .name = "moving inversions",
         .short_name = "moving",
         .sweeps = backgrounds.size() * 6},
    Test{.kind = TestKind::RandomPatterns,
         .name = "random patterns",
         .short_name = "random",
         .sweeps = random_rounds * 6},
};

/// Afterwards nothing of what was in the memory is left. Only random patterns use the seed.
template <Memory M>
Findings run(TestKind kind, M& memory, Word seed, programs::Progress& progress) {
    March march{memory, progress};
    switch (kind) {
    case TestKind::SolidPatterns:
        for (auto const value : solid_values) {
            march.keep(Solid{value});
        }
        break;
    case TestKind::AddressInAddress: march.invert(OwnAddress{}); break;
    case TestKind::WalkingBits:
        for (unsigned shift = 0; shift < word_bits; ++shift) {
            march.invert(WalkingBit{shift});
        }
        break;
    case TestKind::MovingInversions:
        for (auto const value : backgrounds) {
            march.invert(Solid{value});
        }
        break;
    case TestKind::RandomPatterns:
        for (unsigned round = 0; round < random_rounds; ++round) {
            march.invert(Random{Random{seed}(round)});
        }
        break;
    }
    return march.findings();
}

} // namespace memtest
