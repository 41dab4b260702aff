// SPDX-License-Identifier: BSD-2-Clause
//
// What only assembly can do: see registers.S.
#pragma once

#include <api/types.hpp>

extern "C" {

/// Loads x0 ... x30 from the block, makes a system call, and stores what is in them then.
void trap_with_all_registers(api::Word* block);

/// A floating-point register, which compiled code does not touch.
void set_d31(api::Word value);
api::Word get_d31();
}
