// SPDX-License-Identifier: BSD-2-Clause
//
// Nothing but bits and arithmetic: the same on the host.
#pragma once

#include "../../../aarch64/include/arch/page_table_entry.hpp"
