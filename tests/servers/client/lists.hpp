// SPDX-License-Identifier: BSD-2-Clause
//
// The tests, by what they are about; each list in the file of that name.
#pragma once

#include "../support/report.hpp"

namespace test {

extern Tests const refusal_tests;
extern Tests const memory_tests;
extern Tests const heap_tests;
extern Tests const inspection_tests;
extern Tests const process_tests;

} // namespace test
