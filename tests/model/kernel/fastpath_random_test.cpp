// SPDX-License-Identifier: BSD-2-Clause
//
// The same random life on two kernels: one takes fast paths where they fit, the other never. After
// every step both are in the same state.
//
// QUIRE_MODEL_STEPS sets the number of steps, QUIRE_MODEL_SEED the sequence.

#include "random_world.hpp"

#include <cstdlib>
#include <optional>

namespace kernel {
namespace {

unsigned long from_environment(char const* name, unsigned long otherwise) {
    char const* const text = std::getenv(name);
    return text != nullptr ? std::strtoul(text, nullptr, 10) : otherwise;
}

std::string state_after(std::uint64_t seed, Path path, unsigned long step) {
    RandomWorld world{seed, path};
    for (unsigned long i = 0; i <= step; ++i) {
        world.step();
    }
    return world.state();
}

void expect_each_fast_path(RandomWorld const& world, unsigned long steps) {
    constexpr std::array names{"Call",   "ReplyRecv", "signal that is remembered",
                               "signal", "Yield",     "page fault"};
    static_assert(names.size() == RandomWorld::KindCount);
    for (std::size_t i = 0; i < names.size(); ++i) {
        SCOPED_TRACE(names[i]);
        EXPECT_GE(world.taken()[i], steps / 4000);
    }
}

TEST(FastPathRandomTest, BothPathsLeadToTheSameState) {
    auto const steps = from_environment("QUIRE_MODEL_STEPS", 100'000);
    auto const seed = from_environment("QUIRE_MODEL_SEED", 1);
    std::vector<Word> states;
    states.reserve(steps);
    {
        RandomWorld world{seed, Path::Fast};
        while (states.size() < steps && !testing::Test::HasFailure()) {
            SCOPED_TRACE(states.size());
            world.step();
            states.push_back(world.state_number());
        }
        expect_each_fast_path(world, steps);
    }
    std::optional<unsigned long> difference;
    {
        RandomWorld world{seed, Path::General};
        for (unsigned long i = 0; i < states.size() && !difference; ++i) {
            SCOPED_TRACE(i);
            world.step();
            if (world.state_number() != states[i]) {
                difference = i;
            }
        }
    }
    if (difference) {
        EXPECT_EQ(state_after(seed, Path::Fast, *difference),
                  state_after(seed, Path::General, *difference))
            << "seed " << seed << ", step " << *difference;
    }
    EXPECT_FALSE(difference.has_value());
}

} // namespace
} // namespace kernel
