// SPDX-License-Identifier: BSD-2-Clause
//
// Does a test find what it promises to find? It runs over a small memory with one fault, then with
// another, and so on.
#pragma once

#include <programs/memtest/faulty_memory.hpp>
#include <programs/memtest/tests.hpp>

namespace memtest {

enum class Verdict : std::uint8_t {
    Clean,      // there is no fault, and none was found
    Found,      // everywhere
    NotMeant,   // not found everywhere, and not promised
    Missed,     // promised, but not found everywhere
    FalseAlarm, // there is no fault, but one was found
};

constexpr std::string_view describe(Verdict verdict) {
    switch (verdict) {
    case Verdict::Clean: return "clean";
    case Verdict::Found: return "found";
    case Verdict::NotMeant: return "-";
    case Verdict::Missed: return "MISSED";
    case Verdict::FalseAlarm: return "FALSE ALARM";
    }
    return "unknown";
}

constexpr bool is_good(Verdict verdict) {
    return verdict != Verdict::Missed && verdict != Verdict::FalseAlarm;
}

/// Whether a test finds a fault of this kind wherever it is, not only by chance.
constexpr bool promises(TestKind test, FaultKind fault) {
    switch (fault) {
    case FaultKind::None: return false;
    case FaultKind::StuckAtZero:
    case FaultKind::StuckAtOne: return true;
    case FaultKind::Inverted:
    case FaultKind::Forced:
    case FaultKind::AddressLine: return test != TestKind::SolidPatterns;
    case FaultKind::Joined:
        return test == TestKind::WalkingBits || test == TestKind::MovingInversions;
    }
    return false;
}

/// A fault of this kind, somewhere in a memory of `size` words, a power of two above 1; another for
/// another `number`.
[[nodiscard]] inline Fault fault_at(FaultKind kind, std::size_t size, Word number) {
    auto choose = [random = Random{number}, next = std::size_t{0}](Word below) mutable {
        return random(next++) % below;
    };
    auto other_than = [&](Word value, Word below) {
        return (value + 1 + choose(below - 1)) % below;
    };
    Bit const victim{.word = choose(size), .number = static_cast<unsigned>(choose(word_bits))};
    bool const same_word = kind == FaultKind::Joined;
    auto const other_bit = same_word ? other_than(victim.number, word_bits) : choose(word_bits);
    return {.kind = kind,
            .victim = victim,
            .aggressor = {.word = same_word ? victim.word : other_than(victim.word, size),
                          .number = static_cast<unsigned>(other_bit)},
            .at_rise = choose(2) != 0,
            .forced_to = choose(2) != 0,
            .line_mask = base::bit(static_cast<unsigned>(choose(base::log2_floor(size))))};
}

/// What it means that a test found so many of so many faults.
constexpr Verdict verdict_on(TestKind test, FaultKind fault, unsigned found, unsigned count) {
    if (fault == FaultKind::None) {
        return found == 0 ? Verdict::Clean : Verdict::FalseAlarm;
    }
    if (found == count) {
        return Verdict::Found;
    }
    return promises(test, fault) ? Verdict::Missed : Verdict::NotMeant;
}

/// Tries the test with `count` faults of this kind, one after the other.
[[nodiscard]] inline Verdict judge(TestKind test, FaultKind fault, std::span<Word> words,
                                   unsigned count) {
    programs::NoProgress progress;
    unsigned found = 0;
    for (unsigned number = 0; number < count; ++number) {
        std::ranges::fill(words, 0);
        FaultyMemory memory{words, fault_at(fault, words.size(), number)};
        found += run(test, memory, number, progress).errors != 0 ? 1 : 0;
    }
    return verdict_on(test, fault, found, count);
}

} // namespace memtest
