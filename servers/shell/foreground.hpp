// SPDX-License-Identifier: BSD-2-Clause
//
// Programs that a command starts and waits for.
#pragma once

#include <shell/commands.hpp>

namespace shell {

/// Its process number; or nothing, and the command has said why it cannot be started.
[[nodiscard]] std::optional<System::Word>
start_program(Context& context, std::string_view name, std::span<std::string_view const> arguments);

struct ProgramEnd {
    ipc::process::Wait::Reply how;
    bool interrupted; // by ctrl-C
};

/// Leaves the terminal to a program until it has ended; ctrl-C ends it. Nothing if nobody knows the
/// program any more, which the command has said then.
[[nodiscard]] std::optional<ProgramEnd> wait_in_foreground(Context& context, System::Word pid);

/// Starts a program in the foreground; it says itself how it went, unless it was ended. Done: it
/// ended by itself, with exit code 0.
Status run_to_end(Context& context, std::string_view name,
                  std::span<std::string_view const> arguments);

} // namespace shell
