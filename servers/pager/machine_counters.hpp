// SPDX-License-Identifier: BSD-2-Clause
//
// What the machine counts, for those who note how long something took. Registers on a board
// (sys_port), whatever a test says on the host.
#pragma once

#include <cstdint>

namespace pager::machine {

/// At a constant rate.
[[nodiscard]] std::uint64_t ticks();

/// Executed since reset, the kernel's included, modulo 2^32; always 0 if nobody counts them.
[[nodiscard]] std::uint64_t instructions();

} // namespace pager::machine
