// SPDX-License-Identifier: BSD-2-Clause
//
// Panic: the kernel found itself broken. It says why and where, and stops; also in release builds.
#pragma once

#include <string_view>

namespace kernel {

/// Prints the reason and the calls that led here.
[[noreturn]] void panic(std::string_view reason);

} // namespace kernel
