// SPDX-License-Identifier: BSD-2-Clause
//
// What every kind of program start has in common.
#pragma once

namespace sys {

/// Runs the constructors of namespace-scope objects. The IPC buffer must be known by now.
void run_constructors();

/// For when there is nobody to tell: stops the thread with an exception that its pager reports.
[[noreturn]] void trap();

} // namespace sys
