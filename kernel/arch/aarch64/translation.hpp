// SPDX-License-Identifier: BSD-2-Clause
//
// The registers that say how addresses are translated.
#pragma once

#include <base/address.hpp>

namespace arch {

/// Sets memory types, table format and the system control register, and uses `kernel_root`.
/// Meanwhile the code runs under `identity_root`, which maps it at its physical address.
void switch_to_tables(base::PhysAddr identity_root, base::PhysAddr kernel_root,
                      base::PhysAddr empty_root);

} // namespace arch
