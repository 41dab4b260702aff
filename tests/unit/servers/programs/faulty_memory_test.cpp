// SPDX-License-Identifier: BSD-2-Clause
//
// Faults do what they are called.

#include <gtest/gtest.h>
#include <programs/memtest/faulty_memory.hpp>

namespace memtest {
namespace {

class FaultyMemoryTest : public testing::Test {
protected:
    FaultyMemory with(Fault const& fault) { return {words, fault}; }

    std::array<Word, 8> words{};
};

TEST_F(FaultyMemoryTest, IsGoodWithoutAFault) {
    auto memory = with({});
    EXPECT_EQ(memory.size(), 8u);
    for (std::size_t i = 0; i < 8; ++i) {
        memory.write(i, ~i);
    }
    for (std::size_t i = 0; i < 8; ++i) {
        EXPECT_EQ(memory.read(i), ~i);
    }
}

TEST_F(FaultyMemoryTest, BitsAreStuck) {
    Bit const victim{.word = 3, .number = 63};
    auto low = with({.kind = FaultKind::StuckAtZero, .victim = victim});
    low.write(3, ~Word{0});
    EXPECT_EQ(low.read(3), ~Word{0} >> 1);
    low.write(2, ~Word{0});
    EXPECT_EQ(low.read(2), ~Word{0});
    auto high = with({.kind = FaultKind::StuckAtOne, .victim = victim});
    high.write(3, 5);
    EXPECT_EQ(high.read(3), victim.mask() | 5);
    high.write(2, 5);
    EXPECT_EQ(high.read(2), 5u);
}

TEST_F(FaultyMemoryTest, ABitIsInvertedByEachChange) {
    auto memory = with({.kind = FaultKind::Inverted,
                        .victim = {.word = 1, .number = 4},
                        .aggressor = {.word = 6, .number = 0}});
    memory.write(6, 1);
    EXPECT_EQ(memory.read(1), 16u);
    memory.write(6, 3); // bit 0 does not change
    EXPECT_EQ(memory.read(1), 16u);
    memory.write(6, 0);
    EXPECT_EQ(memory.read(1), 0u);
    memory.write(1, 7); // the victim itself can be written
    EXPECT_EQ(memory.read(1), 7u);
}

TEST_F(FaultyMemoryTest, ABitIsForcedByOneKindOfChange) {
    for (bool const at_rise : {false, true}) {
        for (bool const forced_to : {false, true}) {
            auto memory = with({.kind = FaultKind::Forced,
                                .victim = {.word = 1, .number = 4},
                                .aggressor = {.word = 6, .number = 2},
                                .at_rise = at_rise,
                                .forced_to = forced_to});
            Word const before = forced_to ? 0 : 16;
            Word const after = 16 - before;
            memory.write(6, at_rise ? 4 : 0);
            memory.write(1, before);
            memory.write(6, at_rise ? 0 : 4); // the other kind of change
            EXPECT_EQ(memory.read(1), before);
            memory.write(6, at_rise ? 4 : 0);
            EXPECT_EQ(memory.read(1), after);
        }
    }
}

TEST_F(FaultyMemoryTest, JoinedBitsAreOneOnlyTogether) {
    auto memory = with({.kind = FaultKind::Joined,
                        .victim = {.word = 0, .number = 1},
                        .aggressor = {.word = 0, .number = 3}});
    memory.write(0, 0xf);
    EXPECT_EQ(memory.read(0), 0xfu);
    memory.write(0, 0x7);
    EXPECT_EQ(memory.read(0), 0x5u);
    memory.write(0, 0xd);
    EXPECT_EQ(memory.read(0), 0x5u);
}

TEST_F(FaultyMemoryTest, AnAddressLineThatIsStuckMakesWordsOne) {
    auto memory = with({.kind = FaultKind::AddressLine, .line_mask = 4});
    memory.write(1, 10);
    memory.write(5, 20);
    EXPECT_EQ(memory.read(1), 20u);
    EXPECT_EQ(memory.read(5), 20u);
    EXPECT_EQ(memory.read(0), 0u);
}

} // namespace
} // namespace memtest
