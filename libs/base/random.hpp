// SPDX-License-Identifier: BSD-2-Clause
//
// Random: numbers that nobody can foretell, whatever others of them he was shown: SipHash-2-4 of a
// counter (Aumasson and Bernstein, 2012), under a secret key.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace base {

class Random {
public:
    using Key = std::array<std::uint64_t, 2>;

    explicit constexpr Random(Key key = {}) : key_{key} {}

    [[nodiscard]] constexpr std::uint64_t next() { return hash(++counter_); }

    /// Below `limit`, which is not 0. Nearly even as long as `limit` is far below 2^64.
    [[nodiscard]] constexpr std::uint64_t below(std::uint64_t limit) { return next() % limit; }

    /// The hash of the eight bytes of `message`, the lowest first.
    [[nodiscard]] constexpr std::uint64_t hash(std::uint64_t message) const {
        constexpr std::uint64_t length = std::uint64_t{8} << 56;
        State state{key_[0] ^ 0x736f'6d65'7073'6575, key_[1] ^ 0x646f'7261'6e64'6f6d,
                    key_[0] ^ 0x6c79'6765'6e65'7261, key_[1] ^ 0x7465'6462'7974'6573};
        compress(state, message);
        compress(state, length);
        state[2] ^= 0xff;
        for (int round = 0; round < 4; ++round) {
            mix(state);
        }
        return state[0] ^ state[1] ^ state[2] ^ state[3];
    }

private:
    using State = std::array<std::uint64_t, 4>;

    static constexpr void compress(State& state, std::uint64_t word) {
        state[3] ^= word;
        mix(state);
        mix(state);
        state[0] ^= word;
    }

    static constexpr void mix(State& state) {
        auto& [a, b, c, d] = state;
        a += b;
        c += d;
        b = std::rotl(b, 13) ^ a;
        d = std::rotl(d, 16) ^ c;
        a = std::rotl(a, 32);
        c += b;
        a += d;
        b = std::rotl(b, 17) ^ c;
        d = std::rotl(d, 21) ^ a;
        c = std::rotl(c, 32);
    }

    Key key_;
    std::uint64_t counter_{0};
};

} // namespace base
