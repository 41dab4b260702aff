// SPDX-License-Identifier: BSD-2-Clause
//
// FaultyMemory: a good memory that behaves like one with a fault, to see whether tests find it.
#pragma once

#include <array>
#include <programs/memtest/march.hpp>
#include <span>
#include <string_view>

namespace memtest {

enum class FaultKind : std::uint8_t {
    None,
    StuckAtZero, // a bit stays 0, whatever is written
    StuckAtOne,
    Inverted,    // a bit turns over whenever one of another word changes
    Forced,      // a bit gets a certain value whenever one of another word changes in a certain way
    Joined,      // two bits of a word are 0 as soon as one of them is
    AddressLine, // a bit of the address stays 0: two words are one
};

struct FaultName {
    FaultKind kind;
    std::string_view name;
};

inline constexpr std::array fault_names{
    FaultName{FaultKind::None, "no fault"},
    FaultName{FaultKind::StuckAtZero, "bit stuck at 0"},
    FaultName{FaultKind::StuckAtOne, "bit stuck at 1"},
    FaultName{FaultKind::Inverted, "bit inverted by another"},
    FaultName{FaultKind::Forced, "bit forced by another"},
    FaultName{FaultKind::Joined, "bits joined in a word"},
    FaultName{FaultKind::AddressLine, "address line stuck"},
};

struct Bit {
    std::size_t word;
    unsigned number;

    [[nodiscard]] Word mask() const { return Word{1} << number; }
};

struct Fault {
    FaultKind kind{FaultKind::None};
    Bit victim{};
    Bit aggressor{};         // Inverted, Forced: of another word; Joined: another one of this word
    bool at_rise{};          // Forced: when the aggressor becomes 1; or when it becomes 0
    bool forced_to{};        // Forced: what the victim becomes
    std::size_t line_mask{}; // AddressLine: the bit of the index
};

class FaultyMemory {
public:
    FaultyMemory(std::span<Word> words, Fault const& fault) : words_{words}, fault_{fault} {}

    [[nodiscard]] std::size_t size() const { return words_.size(); }

    [[nodiscard]] Word read(std::size_t index) const { return words_[selected(index)]; }

    void write(std::size_t index, Word value) {
        auto const at = selected(index);
        auto const changed = words_[at] ^ value;
        words_[at] = value;
        if (at == fault_.victim.word) {
            spoil(words_[at]);
        }
        if (at == fault_.aggressor.word && (changed & fault_.aggressor.mask()) != 0) {
            disturb(words_[fault_.victim.word], (value & fault_.aggressor.mask()) != 0);
        }
    }

private:
    /// What was written to the victim's word.
    void spoil(Word& word) const {
        auto const both = fault_.victim.mask() | fault_.aggressor.mask();
        if (fault_.kind == FaultKind::StuckAtZero) {
            word = with(word, fault_.victim, false);
        } else if (fault_.kind == FaultKind::StuckAtOne) {
            word = with(word, fault_.victim, true);
        } else if (fault_.kind == FaultKind::Joined && (word & both) != both) {
            word &= ~both;
        }
    }

    /// The victim's word, when the aggressor has changed.
    void disturb(Word& word, bool rose) const {
        if (fault_.kind == FaultKind::Inverted) {
            word ^= fault_.victim.mask();
        } else if (fault_.kind == FaultKind::Forced && rose == fault_.at_rise) {
            word = with(word, fault_.victim, fault_.forced_to);
        }
    }

    static Word with(Word word, Bit bit, bool value) {
        return value ? word | bit.mask() : word & ~bit.mask();
    }

    [[nodiscard]] std::size_t selected(std::size_t index) const {
        return fault_.kind == FaultKind::AddressLine ? index & ~fault_.line_mask : index;
    }

    std::span<Word> words_;
    Fault fault_;
};

static_assert(Memory<FaultyMemory>);

} // namespace memtest
