// SPDX-License-Identifier: BSD-2-Clause
//
// The tests of memory: each finds every fault that it promises to find, wherever it is, and none
// where there is none.

#include <gtest/gtest.h>
#include <programs/memtest/findings.hpp>
#include <programs/memtest/options.hpp>
#include <programs/memtest/self_test.hpp>
#include <programs/progress_bar.hpp>
#include <set>

namespace memtest {
namespace {

constexpr std::size_t size = 8; // words

struct CountedProgress final : programs::Progress {
    void advance(std::uint64_t amount) override { done += amount; }

    std::uint64_t done{0};
};

Findings find(Test const& test, Fault const& fault) {
    std::array<Word, size> words{};
    FaultyMemory memory{words, fault};
    programs::NoProgress progress;
    return run(test.kind, memory, 1, progress);
}

/// Tries all tests, and those that promise to find it must.
void expect_found(Fault const& fault) {
    for (auto const& test : tests) {
        if (promises(test.kind, fault.kind)) {
            ASSERT_NE(find(test, fault).errors, 0u)
                << test.name << " misses kind " << static_cast<int>(fault.kind) << " at word "
                << fault.victim.word << " bit " << fault.victim.number << " from word "
                << fault.aggressor.word << " bit " << fault.aggressor.number << " rise "
                << fault.at_rise << " to " << fault.forced_to << " line " << fault.line_mask;
        }
    }
}

TEST(MemoryTests, FindNothingInGoodMemory) {
    for (auto const& test : tests) {
        EXPECT_EQ(find(test, {}).errors, 0u) << test.name;
    }
}

TEST(MemoryTests, FindEveryBitThatIsStuck) {
    for (auto const kind : {FaultKind::StuckAtZero, FaultKind::StuckAtOne}) {
        for (std::size_t word = 0; word < size; ++word) {
            for (unsigned bit = 0; bit < word_bits; ++bit) {
                expect_found({.kind = kind, .victim = {.word = word, .number = bit}});
            }
        }
    }
}

TEST(MemoryTests, FindEveryWordThatDisturbsAnother) {
    for (std::size_t victim = 0; victim < size; ++victim) {
        for (std::size_t aggressor = 0; aggressor < size; ++aggressor) {
            for (unsigned number = 0; victim != aggressor && number < 8; ++number) {
                unsigned const bit = number * 9; // 0 to 63
                Fault fault{.kind = FaultKind::Inverted,
                            .victim = {.word = victim, .number = bit},
                            .aggressor = {.word = aggressor, .number = 63 - bit / 2}};
                expect_found(fault);
                fault.kind = FaultKind::Forced;
                fault.at_rise = number % 2 != 0;
                fault.forced_to = number / 2 % 2 != 0;
                expect_found(fault);
                fault.aggressor.number = bit;
                expect_found(fault);
            }
        }
    }
}

TEST(MemoryTests, FindAllPairsOfBitsThatAreJoined) {
    for (unsigned a = 0; a < word_bits; ++a) {
        for (unsigned b = 0; b < word_bits; ++b) {
            if (a != b) {
                expect_found({.kind = FaultKind::Joined,
                              .victim = {.word = 5, .number = a},
                              .aggressor = {.word = 5, .number = b}});
            }
        }
    }
}

TEST(MemoryTests, FindEveryAddressLineThatIsStuck) {
    for (std::size_t line = 1; line < size; line *= 2) {
        expect_found({.kind = FaultKind::AddressLine, .line_mask = line});
    }
}

TEST(MemoryTests, FindFaultsInMoreThanOneStride) {
    std::vector<Word> words(10'000);
    programs::NoProgress progress;
    for (auto const& test : tests) {
        for (std::size_t const word : {0, 4095, 4096, 9999}) {
            FaultyMemory memory{words, {.kind = FaultKind::StuckAtOne, .victim = {word, 17}}};
            auto const findings = run(test.kind, memory, 1, progress);
            EXPECT_EQ(findings.first.index, word) << test.name;
            EXPECT_EQ(findings.wrong_bits, Word{1} << 17) << test.name;
        }
    }
}

TEST(MemoryTests, TellHowFarTheyAre) {
    std::vector<Word> words(5'000);
    FaultyMemory memory{words, {}};
    for (auto const& test : tests) {
        CountedProgress progress;
        static_cast<void>(run(test.kind, memory, 1, progress));
        EXPECT_EQ(progress.done, test.sweeps * words.size()) << test.name;
    }
}

TEST(MemoryTests, TellWhatTheyFoundFirst) {
    auto const findings = find(tests[1], {.kind = FaultKind::AddressLine, .line_mask = 4});
    EXPECT_EQ(findings.first, (Mismatch{.index = 0, .expected = 0, .found = 4 * sizeof(Word)}));
    EXPECT_GT(findings.errors, 1u);
}

/// Remembers all that was ever written to it.
struct Recorder {
    [[nodiscard]] static std::size_t size() { return 1; }
    [[nodiscard]] Word read(std::size_t) const { return word; }

    void write(std::size_t, Word value) {
        word = value;
        written.insert(value);
    }

    Word word{0};
    std::set<Word> written;
};

TEST(MemoryTests, WriteThePatternsTheyAreNamedAfter) {
    programs::NoProgress progress;
    Recorder solid;
    static_cast<void>(run(TestKind::SolidPatterns, solid, 1, progress));
    EXPECT_EQ(solid.written,
              (std::set<Word>{0, ~Word{0}, 0x5555'5555'5555'5555, 0xaaaa'aaaa'aaaa'aaaa}));
    Recorder walking;
    static_cast<void>(run(TestKind::WalkingBits, walking, 1, progress));
    EXPECT_EQ(walking.written.size(), 128u);
    for (unsigned bit = 0; bit < word_bits; ++bit) {
        EXPECT_TRUE(walking.written.contains(Word{1} << bit)) << bit;
        EXPECT_TRUE(walking.written.contains(~(Word{1} << bit))) << bit;
    }
}

TEST(MemoryTests, RandomPatternsDependOnTheSeedOnly) {
    EXPECT_EQ(Random{7}(3), Random{7}(3));
    EXPECT_NE(Random{7}(3), Random{8}(3));
    EXPECT_NE(Random{7}(3), Random{7}(4));
}

TEST(SelfTest, PassesEverywhere) {
    std::array<Word, 64> words{};
    for (auto const& fault : fault_names) {
        for (auto const& test : tests) {
            auto const verdict = judge(test.kind, fault.kind, words, 50);
            EXPECT_TRUE(is_good(verdict)) << fault.name << ", " << test.name;
            EXPECT_EQ(verdict == Verdict::Clean, fault.kind == FaultKind::None);
            EXPECT_TRUE(verdict == Verdict::Found || !promises(test.kind, fault.kind));
        }
    }
}

TEST(SelfTest, NoticesWhatIsMissed) {
    auto const judged = [](FaultKind fault, unsigned found) {
        return verdict_on(TestKind::AddressInAddress, fault, found, 8);
    };
    EXPECT_EQ(judged(FaultKind::AddressLine, 8), Verdict::Found);
    EXPECT_EQ(judged(FaultKind::AddressLine, 7), Verdict::Missed);
    EXPECT_EQ(judged(FaultKind::Joined, 7), Verdict::NotMeant);
    EXPECT_EQ(judged(FaultKind::None, 0), Verdict::Clean);
    EXPECT_EQ(judged(FaultKind::None, 1), Verdict::FalseAlarm);
    EXPECT_FALSE(is_good(Verdict::Missed));
    EXPECT_FALSE(is_good(Verdict::FalseAlarm));
}

TEST(SelfTest, FaultsAreWhatTheirKindSays) {
    for (auto const& name : fault_names) {
        for (Word number = 0; number < 500; ++number) {
            auto const fault = fault_at(name.kind, 4, number);
            EXPECT_EQ(fault.kind, name.kind);
            EXPECT_LT(fault.victim.word, 4u);
            EXPECT_LT(fault.aggressor.word, 4u);
            EXPECT_LT(fault.victim.number, word_bits);
            EXPECT_LT(fault.aggressor.number, word_bits);
            EXPECT_TRUE(fault.line_mask == 1 || fault.line_mask == 2);
            bool const same_word = fault.victim.word == fault.aggressor.word;
            EXPECT_EQ(same_word, name.kind == FaultKind::Joined);
            EXPECT_TRUE(!same_word || fault.victim.number != fault.aggressor.number);
        }
    }
}

std::string in_words(Findings const& findings) {
    std::array<char, 200> buffer;
    base::Writer out{buffer};
    put(out, findings, 0x1000);
    return std::string{out.text()};
}

TEST(FindingsTest, AreToldInWords) {
    EXPECT_EQ(in_words({}), "ok");
    Findings findings{
        .errors = 1, .first = {.index = 2, .expected = 0, .found = 8}, .wrong_bits = 8};
    EXPECT_EQ(in_words(findings), "1 error at 0x1010: 0x0000000000000008 instead of "
                                  "0x0000000000000000; wrong bits: 0x0000000000000008");
    findings.errors = 3;
    EXPECT_TRUE(in_words(findings).starts_with("3 errors, the first at 0x1010: "));
}

base::Result<Options, std::string_view> parse(std::vector<char const*> const& words) {
    return parse_options(words);
}

TEST(OptionsTest, AreWordsInAnyOrder) {
    auto const none = parse({}).value();
    EXPECT_FALSE(none.mebibytes || none.seed || none.plain || none.self_test);
    auto const all = parse({"16", "--self-test", "--seed=0", "--plain"}).value();
    EXPECT_EQ(all.mebibytes, 16u);
    EXPECT_EQ(all.seed, 0u);
    EXPECT_TRUE(all.plain && all.self_test);
}

TEST(OptionsTest, RefuseWhatIsNoneOfThem) {
    for (auto const* word : {"x", "-1", "0", "1.5", "4MiB", "--fast", "--seed", "--seed=",
                             "--seed=x", "--plain=1", "16777217", "99999999999999999999999"}) {
        auto const options = parse({"--plain", word});
        ASSERT_FALSE(options) << word;
        EXPECT_EQ(options.error(), word);
    }
    EXPECT_TRUE(parse({"16777216"}));
    EXPECT_EQ(parse({"4", "8"}).error(), "8");
}

} // namespace
} // namespace memtest
