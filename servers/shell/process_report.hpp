// SPDX-License-Identifier: BSD-2-Clause
//
// How the shell says that a process has ended.
#pragma once

#include <shell/printer.hpp>
#include <shell/system.hpp>

namespace shell {

/// "[7] hello ended (exit code 0)" and the like.
void report_end(Printer& out, System::Word pid, std::string_view name,
                ipc::process::Wait::Reply const& end);

/// Reports the shell's processes that ended since the last call without being waited for, and
/// gives their numbers back.
void report_ended_processes(Printer& out, System& system);

/// The name of a running process; empty if there is none. Valid as long as `buffer`.
[[nodiscard]] std::string_view name_of(System& system, System::Word pid,
                                       ipc::Text<ipc::process::max_name>& buffer);

} // namespace shell
