// SPDX-License-Identifier: BSD-2-Clause
//
// Processes: start, end, wait for, list.
#pragma once

#include <client/servers.hpp>
#include <ipc/protocol/process.hpp>

#include <string_view>

namespace client::process {

using Pid = api::Word;

/// A program's name and its arguments, separated by blanks.
inline ipc::Result<Pid> spawn(std::string_view command) {
    if (command.size() > ipc::process::max_command) {
        return base::fail(ipc::Error::BadMessage);
    }
    auto const reply = TRY(ipc::call(
        init_server,
        ipc::process::Spawn{.command = ipc::Text<ipc::process::max_command>::of(command)}));
    return reply.pid;
}

/// Goes on twice: here, where the result is the number of the child, and as that child, where it is
/// 0. The child is the same program with the same command line, at the same place, with the same
/// registers. It has its own copy of all memory, heap and stack included: nothing either of them
/// writes is seen by the other. A page is copied when one of them first writes to it. Not
/// inherited are children, which it cannot wait for, and the terminal: what is typed is read by the
/// parent, if it is in the foreground.
/// Errors: OutOfMemory, QuotaExceeded (as many children as a program may have), PermissionDenied
/// (only what was spawned, or forked, may fork).
[[nodiscard]] ipc::Result<Pid> fork() asm("client_fork");

inline ipc::Result<> kill(Pid pid) {
    TRY(ipc::call(init_server, ipc::process::Kill{.pid = pid}));
    return {};
}

/// How it ended, once it has.
inline ipc::Result<ipc::process::Wait::Reply> wait(Pid pid) {
    return ipc::call(init_server, ipc::process::Wait{.pid = pid});
}

/// The process with the lowest number above `after`; NotFound at the end.
inline ipc::Result<ipc::process::List::Reply> next(Pid after) {
    return ipc::call(init_server, ipc::process::List{.after = after});
}

/// Program number `index` of the boot archive; NotFound past the last.
inline ipc::Result<ipc::process::Program::Reply> program(api::Word index) {
    return ipc::call(init_server, ipc::process::Program{.index = index});
}

inline ipc::Result<ipc::process::Memory::Reply> memory() {
    return ipc::call(init_server, ipc::process::Memory{});
}

inline ipc::Result<ipc::process::BootCost::Reply> boot_cost() {
    return ipc::call(init_server, ipc::process::BootCost{});
}

/// For those who may inspect the system.
inline ipc::Result<ipc::process::Counters::Reply> counters() {
    return ipc::call(init_server, ipc::process::Counters{});
}

inline ipc::Result<> power(ipc::process::PowerState state) {
    TRY(ipc::call(init_server, ipc::process::Power{.state = state}));
    return {};
}

/// The command line this process was started with.
inline ipc::Result<ipc::process::Arguments::Reply> arguments() {
    return ipc::call(init_server, ipc::process::Arguments{});
}

[[noreturn]] void exit(api::Word code);

} // namespace client::process
