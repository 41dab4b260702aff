// SPDX-License-Identifier: BSD-2-Clause
//
// Workload: blocks of many sizes that come and go at random, and what a heap needs for them.
#pragma once

#include <heap/heap.hpp>

#include <array>
#include <programs/progress.hpp>
#include <programs/random.hpp>
#include <string_view>

namespace fragtest {

/// A time in which blocks are replaced by others of 1 byte to 16 << size_bits.
struct Phase {
    std::string_view name;
    unsigned size_bits;
};

/// Large and small blocks by turns, so that each leaves holes that do not fit the other.
inline constexpr std::array phases{Phase{.name = "1: up to 128 KiB", .size_bits = 13},
                                   Phase{.name = "2: up to 32 KiB", .size_bits = 11},
                                   Phase{.name = "3: up to 128 KiB", .size_bits = 13},
                                   Phase{.name = "4: up to 32 KiB", .size_bits = 11},
                                   Phase{.name = "5: up to 128 KiB", .size_bits = 13}};

/// A time in which blocks only go, until one of so many is left of those that the last phase left.
struct Shrinking {
    std::string_view name;
    std::size_t one_of;
};

inline constexpr std::array shrinkings{Shrinking{.name = "6: half of it left", .one_of = 2},
                                       Shrinking{.name = "7: a quarter left", .one_of = 4},
                                       Shrinking{.name = "8: a tenth left", .one_of = 10}};

/// Whether little should be lost at its end. Of few blocks that are left, many lie alone in their
/// pages, and a heap that leaves them where they are can do nothing about that.
constexpr bool is_promised(Phase const& /*phase*/) {
    return true;
}

constexpr bool is_promised(Shrinking const& shrinking) {
    return shrinking.one_of <= 2;
}

enum class Trouble : std::uint8_t {
    OutOfMemory,
    Spoiled,     // what was written into a block is not there any more
    BrokenBooks, // the heap contradicts itself
};

constexpr std::string_view describe(Trouble trouble) {
    switch (trouble) {
    case Trouble::OutOfMemory: return "not enough memory";
    case Trouble::Spoiled: return "a block does not hold what was written into it";
    case Trouble::BrokenBooks: return "the heap's books contradict each other";
    }
    return "unknown trouble";
}

/// How things stand, in bytes but for the blocks.
struct Standing {
    std::size_t blocks;
    std::size_t in_use; // what was asked for
    std::size_t held;   // what the heap has from its page source, but for pages not in memory
    std::size_t largest_free;

    /// In per cent, rounded up.
    [[nodiscard]] constexpr std::size_t lost() const {
        return held == 0 ? 0 : ((held - in_use) * 100 + held - 1) / held;
    }
};

class Workload {
public:
    static constexpr std::size_t goal = 8 << 20; // bytes in use
    static constexpr std::size_t steps = 3000;   // of a phase

    Workload(heap::Heap& heap, std::uint64_t seed) : heap_{heap}, random_{seed} {}

    /// Releases three of four blocks, then one after the other, and always allocates others until
    /// `goal` is in use.
    [[nodiscard]] base::Result<Standing, Trouble> run(Phase const& phase,
                                                      programs::Progress& progress);

    /// Releases blocks at random.
    [[nodiscard]] base::Result<Standing, Trouble> run(Shrinking const& shrinking,
                                                      programs::Progress& progress);

    /// How much progress that will be.
    [[nodiscard]] static std::size_t steps_of(Phase const& /*phase*/) { return steps; }
    [[nodiscard]] std::size_t steps_of(Shrinking const& shrinking) const {
        return count_ - full_ / shrinking.one_of;
    }

    [[nodiscard]] base::Result<void, Trouble> release_all();

    /// The most that ever was in use.
    [[nodiscard]] std::size_t peak() const { return peak_; }

private:
    struct Block {
        unsigned char* bytes;
        std::size_t size;
        unsigned char mark; // what each of its bytes is
    };

    [[nodiscard]] std::size_t random(std::size_t below) { return random_(next_++) % below; }
    [[nodiscard]] std::size_t random_size(unsigned bits);
    [[nodiscard]] base::Result<void, Trouble> allocate(std::size_t size);
    [[nodiscard]] base::Result<void, Trouble> release_any();
    [[nodiscard]] base::Result<void, Trouble> release_until(std::size_t rest);
    [[nodiscard]] base::Result<Standing, Trouble> standing();

    heap::Heap& heap_;
    programs::Random random_;
    std::size_t next_{0}; // number
    std::size_t in_use_{0};
    std::size_t peak_{0};
    std::size_t count_{0};
    std::size_t full_{0}; // what `count_` was after the last phase
    std::array<Block, goal / 1024>
        blocks_{}; // the first `count_`; on average they have 4 KiB or more
};

} // namespace fragtest
