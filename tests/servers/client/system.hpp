// SPDX-License-Identifier: BSD-2-Clause
//
// The system around the program that tests, which is there alone between two tests.
#pragma once

#include "../support/report.hpp"
#include <client/process.hpp>
#include <ipc/protocol/pager_inspection.hpp>

namespace test {

[[nodiscard]] ipc::pager::Statistics::Reply statistics();
[[nodiscard]] ipc::pager::SpaceStatistics::Reply own_space();

/// The books balance, and all memory that is in use is this program's.
void expect_nothing_left();

/// Runs a program to its end.
[[nodiscard]] ipc::process::Wait::Reply run(std::string_view command,
                                            Location where = Location::current());

/// That it finds everything as it should be, and says so by its exit code.
void expect_good(std::string_view command, Location where = Location::current());

/// That it is stopped on the way.
void expect_stopped(std::string_view command, Location where = Location::current());

} // namespace test
