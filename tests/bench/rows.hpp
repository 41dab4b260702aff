// SPDX-License-Identifier: BSD-2-Clause
//
// The rows, by what they are about; each in the file of that name.
#pragma once

#include "measure.hpp"

namespace bench {

extern Rows const ipc_rows;
extern Rows const signal_rows;
extern Rows const memory_rows;
extern Rows const cnode_rows;
extern Rows const irq_rows;

} // namespace bench
