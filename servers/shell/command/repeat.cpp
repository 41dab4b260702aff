// SPDX-License-Identifier: BSD-2-Clause
//
// repeat: a command again and again, until it fails or somebody has had enough.

#include <shell/command/command.hpp>

namespace shell::command {

Status repeat(Context& context) {
    if (context.arguments.size() < 2) {
        return context.fail_with_hint("needs a count and a command");
    }
    auto const count = parse_number(context.arguments[0]);
    if (!count) {
        return context.fail_with_hint("'", context.arguments[0], "' is not a number");
    }
    for (std::uint64_t round = 0; round < *count; ++round) {
        auto status = context.runner.run(context.arguments.subspan(1), context.background);
        if (status == Status::Done && context.terminal.interrupted()) {
            status = Status::Interrupted;
        }
        if (status != Status::Done) {
            context.out.line("repeat: stopped in round ", round + 1, " of ", *count);
            return status;
        }
    }
    return Status::Done;
}

} // namespace shell::command
