// SPDX-License-Identifier: BSD-2-Clause
//
// Prisoner: what runs in the cage. It uses no memory but its own page, its IPC buffer, and the code
// and constants of this program.
#pragma once

#include <api/types.hpp>

namespace fuzz {

/// Where prisoner `index` begins, again and again, with its stack at the end of its own page.
[[noreturn]] void run_prisoner(api::Word index);

} // namespace fuzz
