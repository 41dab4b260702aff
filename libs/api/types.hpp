// SPDX-License-Identifier: BSD-2-Clause
//
// The word, the capability pointer, the badge, the rights.
#pragma once

#include <base/bits.hpp>

#include <cstdint>
#include <utility>

namespace api {

using Word = std::uint64_t;

/// Names a capability slot through a CSpace.
enum class CPtr : Word {};

/// Tells a receiver through which capability a message came. Unbadged capabilities carry 0.
enum class Badge : Word {};

inline constexpr CPtr null_cptr{0};
inline constexpr unsigned word_bits = 64;

/// What a capability lets its holder do with the object (bits of the rights word).
class Rights {
public:
    // NOLINTNEXTLINE(readability-identifier-naming): read and named as enumerators are
    static Rights const None, Write, Read, Grant, GrantReply, ReadWrite, All;

    constexpr Rights() = default;
    constexpr explicit Rights(Word bits) : bits_{bits & 15u} {}

    [[nodiscard]] constexpr Word bits() const { return bits_; }

    [[nodiscard]] constexpr bool includes(Rights needed) const {
        return (bits_ & needed.bits_) == needed.bits_;
    }

    friend constexpr Rights operator|(Rights a, Rights b) { return Rights{a.bits_ | b.bits_}; }
    friend constexpr Rights operator&(Rights a, Rights b) { return Rights{a.bits_ & b.bits_}; }
    friend constexpr bool operator==(Rights, Rights) = default;

private:
    Word bits_{0};
};

inline constexpr Rights Rights::None{0};
inline constexpr Rights Rights::Write{1};
inline constexpr Rights Rights::Read{2};
inline constexpr Rights Rights::Grant{4};
inline constexpr Rights Rights::GrantReply{8};
inline constexpr Rights Rights::ReadWrite{3};
inline constexpr Rights Rights::All{15};

} // namespace api
