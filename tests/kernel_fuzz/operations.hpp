// SPDX-License-Identifier: BSD-2-Clause
//
// Operations: every invocation there is, with the kinds of its arguments.
#pragma once

#include "cage_layout.hpp"
#include <api/invocation.hpp>

#include <array>
#include <initializer_list>
#include <span>

namespace fuzz {

/// What a word of a message means.
enum class Argument : std::uint8_t {
    Anything,
    UsedSlot,
    FreeSlot,
    FrameSlot,
    Depth,
    Rights,
    Badge,
    ObjectType,
    SizeBits,
    Count,
    Zero,
    Address,
    Attributes,
    Offset,
    Priority,
    Time,
    Flags,
    RegisterCount,
    Guard,
};

struct Operation {
    static constexpr std::size_t max_words = 8;

    constexpr Operation(Kind kind, api::Invocation what, std::initializer_list<Argument> arguments,
                        std::initializer_list<Kind> extra = {})
        : target{kind}, label{what}, length{arguments.size()}, cap_count{extra.size()} {
        std::size_t i = 0;
        for (auto const argument : arguments) {
            words[i++] = argument;
        }
        i = 0;
        for (auto const cap : extra) {
            caps[i++] = cap;
        }
    }

    Kind target;
    api::Invocation label;
    std::size_t length;
    std::size_t cap_count;
    std::array<Argument, max_words> words{};
    std::array<Kind, api::max_extra_caps> caps{};
};

[[nodiscard]] std::span<Operation const> operations();

} // namespace fuzz
