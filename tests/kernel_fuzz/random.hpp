// SPDX-License-Identifier: BSD-2-Clause
//
// Random numbers that a seed repeats (xorshift64*).
#pragma once

#include <api/types.hpp>

namespace fuzz {

using api::Word;

class Random {
public:
    /// Any seed but 0.
    explicit Random(Word seed) : state_{seed} {}

    Word next() {
        state_ = state_ ^ (state_ >> 12);
        state_ = state_ ^ (state_ << 25);
        state_ = state_ ^ (state_ >> 27);
        return state_ * 0x2545'f491'4f6c'dd1d; // modulo 2^64
    }

    Word below(Word bound) { return (next() >> 16) % bound; }
    bool one_in(Word number) { return below(number) == 0; }

    /// Of an array or a span.
    auto const& any_of(auto const& values) { return values[below(values.size())]; }

private:
    Word state_;
};

} // namespace fuzz
