// SPDX-License-Identifier: BSD-2-Clause
//
// As on the real machine; implemented by kernel/arch/host, which writes down what was asked for.
#pragma once

namespace arch {

/// Stops for good.
[[noreturn]] void halt();

/// One character to the debug console, at once.
void put_char(char c);

} // namespace arch
