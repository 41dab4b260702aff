// SPDX-License-Identifier: BSD-2-Clause
//
// What versions 2 and 3 of the Arm Generic Interrupt Controller have in common: the numbering of
// interrupts and the layout of the distributor's arrays.
#pragma once

#include <base/mmio.hpp>

#include <cstdint>

namespace drivers::gic {

inline constexpr unsigned first_shared = 32;    // below: each core's own, software-generated first
inline constexpr unsigned first_special = 1020; // not interrupts: "none", mostly

/// All alike: the kernel's priorities are those of threads. Both views of the priority, secure
/// and not, and every number of implemented bits leave this value below the mask.
inline constexpr std::uint32_t priorities_of_four = 0xa0a0'a0a0;
inline constexpr std::uint32_t lowest_priority_mask = 0xff;

struct Control : base::Register<0x000, std::uint32_t> {};

struct Type : base::Register<0x004, std::uint32_t, base::Access::ReadOnly> {
    using Lines = base::Bits<unsigned, 0, 5>; // interrupts / 32 - 1
};

/// One bit for each interrupt.
struct Group : base::Register<0x080, std::uint32_t> {};
struct SetEnable : base::Register<0x100, std::uint32_t> {};
struct ClearEnable : base::Register<0x180, std::uint32_t> {};
struct ClearPending : base::Register<0x280, std::uint32_t> {};
struct ClearActive : base::Register<0x380, std::uint32_t> {};

/// One byte for each, here by fours.
struct Priority : base::Register<0x400, std::uint32_t> {};

/// Two bits for each; the upper one says "edge".
struct Configuration : base::Register<0xc00, std::uint32_t> {};

constexpr std::uint32_t bit_of(unsigned irq) {
    return static_cast<std::uint32_t>(base::bit(irq % 32));
}

constexpr std::uint32_t edge_bit_of(unsigned irq) {
    return static_cast<std::uint32_t>(base::bit(irq % 16 * 2 + 1));
}

constexpr std::uint32_t with_trigger(std::uint32_t configuration, unsigned irq, bool edge) {
    return edge ? configuration | edge_bit_of(irq) : configuration & ~edge_bit_of(irq);
}

} // namespace drivers::gic
