// SPDX-License-Identifier: BSD-2-Clause
//
// What only assembly can do: see registers.S.
#pragma once

#include <api/types.hpp>

#include <array>

/// All that a thread computes with in floating point.
struct FloatingPoint {
    alignas(16) std::array<api::Word, 64> q{}; // two words each
    api::Word status{0};
    api::Word control{0};

    friend bool operator==(FloatingPoint const&, FloatingPoint const&) = default;
};

extern "C" {

/// Loads x0 ... x30 from the block, makes a system call, and stores what is in them then.
void trap_with_all_registers(api::Word* block);

/// A floating-point register, which compiled code does not touch.
void set_d31(api::Word value);
api::Word get_d31();
void load_floating_point(FloatingPoint const* values);
void store_floating_point(FloatingPoint* values);

/// For ever, a system call: only to begin a thread at.
void lone_trap();
}
