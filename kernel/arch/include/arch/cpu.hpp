// SPDX-License-Identifier: BSD-2-Clause
//
// The processor itself, and the one device the kernel talks through: its debug console.
#pragma once

namespace arch {

/// Stops for good.
[[noreturn]] void halt();

/// One character to the debug console, at once.
void put_char(char c);

} // namespace arch
