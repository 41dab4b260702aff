// SPDX-License-Identifier: BSD-2-Clause
//
// What picolibc's malloc needs from the system. Nothing else in this program uses it.
#pragma once

namespace bench {

/// A place for errno, and memory.
void prepare_picolibc();

} // namespace bench
