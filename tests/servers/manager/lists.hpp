// SPDX-License-Identifier: BSD-2-Clause
//
// The tests, by what they are about; each list in the file of that name.
#pragma once

#include "../support/report.hpp"
#include "workshop.hpp"

namespace test {

/// There is one, for all tests.
[[nodiscard]] Workshop& workshop();

extern Tests const access_tests;
extern Tests const clone_tests;
extern Tests const device_tests;
extern Tests const exhaustion_tests;
extern Tests const growth_tests;
extern Tests const hostile_tests;
extern Tests const management_tests;
extern Tests const quota_tests;
extern Tests const sharing_tests;
extern Tests const thread_tests;

} // namespace test
